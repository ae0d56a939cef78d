/** Writes `live.jsonl`, a few times a second at most, so that what is measured does not notice. */
import { appendFileSync, rmSync } from 'node:fs';
import { after } from '../clock.ts';
import type { TimelineEvent } from '../timeline.ts';
import { type About, isShown } from './live.ts';

const EVERY_MS = 200;

export class LiveFile {
  readonly #file: string;
  readonly #about: () => About;
  #told = '';
  #lines: string[] = [];
  #served = new Map<string, { ok: number; other: number; atMs: number }>();
  #cancel: (() => void) | undefined;

  /** `about` is asked each time: addresses are known only once the cluster is there. */
  constructor(file: string, about: () => About) {
    this.#file = file;
    this.#about = about;
  }

  add(event: TimelineEvent): void {
    if (event.kind === 'operation') {
      const sum = this.#served.get(event.service) ?? { ok: 0, other: 0, atMs: 0 };
      sum[event.outcome === 'ok' ? 'ok' : 'other'] += 1;
      this.#served.set(event.service, { ...sum, atMs: event.atMs });
    } else if (isShown(event)) this.#lines.push(JSON.stringify(event));
    else return;
    this.#cancel ??= after(EVERY_MS, () => this.#write());
  }

  #write(): void {
    this.#cancel = undefined;
    const about = JSON.stringify(this.#about());
    const served = [...this.#served].map(([service, sum]) =>
      JSON.stringify({ kind: 'served', service, ...sum }),
    );
    const lines = [...(about === this.#told ? [] : [about]), ...this.#lines, ...served];
    [this.#told, this.#lines, this.#served] = [about, [], new Map()];
    appendFileSync(this.#file, `${lines.join('\n')}\n`);
  }

  /** The timeline has all of it from now on. */
  end(): void {
    this.#cancel?.();
    rmSync(this.#file, { force: true });
  }
}
