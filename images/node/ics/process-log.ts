/**
 * The log of a process in logfile.logdir, which lies on the shared disk and goes where the service goes: on which node it
 * served from when to when, and what it said. The same words stand on the node itself (control/launched.ts), since a
 * disk that fails takes this log along.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { wallClock } from '../../common/clock.ts';

/** A log that has become larger than this, in bytes, is put aside, in the place of the one before it. */
export const LARGEST_LOG = 1_000_000;

export class ProcessLog {
  readonly #path: string;
  readonly #name: string;
  readonly #trouble: (text: string) => void;
  #isWell = true;

  /** @param trouble hears, once while it lasts, that the log cannot be written: no reason not to serve. */
  constructor(path: string, name: string, trouble: (text: string) => void) {
    this.#path = path;
    this.#name = name;
    this.#trouble = trouble;
  }

  add(text: string): void {
    const words = text.trimEnd().replaceAll('\n', '\n  ');
    try {
      appendFileSync(
        this.#path,
        `${wallClock().toISOString()} ${hostname()} ${this.#name}[${process.pid}]: ${words}\n`,
        { mode: 0o640 },
      );
      if (statSync(this.#path).size > LARGEST_LOG) renameSync(this.#path, `${this.#path}.old`);
      this.#isWell = true;
    } catch (error) {
      if (this.#isWell)
        this.#trouble(`its log cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      this.#isWell = false;
    }
  }
}
