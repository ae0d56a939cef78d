/** The client's load on one cluster, and what it has been answered so far. */
import type { Channel } from '../../harness/containers/contained.ts';
import type { Recorder } from '../../harness/containers/recorder.ts';
import { type Operation, SUSTAINED, sustainedAgainUntilMs } from '../../harness/outage.ts';
import { servedInRow } from './outage.ts';
import { PORT } from './service/place.ts';

export const REQUEST_TIMEOUT_MS = 1000;
const LONGEST_LOAD_S = 600;

export class BenchLoad {
  readonly operations: Operation[] = [];
  readonly #client: Channel;
  readonly #recorder: Recorder;
  readonly #ratePerSecond: number;

  /** It hears the client from now on. */
  constructor(client: Channel, recorder: Recorder, ratePerSecond: number) {
    this.#client = client;
    this.#recorder = recorder;
    this.#ratePerSecond = ratePerSecond;
    recorder.onEvent = (event) => {
      if (event.kind === 'operation')
        this.operations.push({ ...event, plannedMs: event.plannedMs ?? event.atMs });
    };
  }

  async start(address: string): Promise<void> {
    const most = LONGEST_LOAD_S * this.#ratePerSecond;
    const { ratePerSecond, timeoutMs } = {
      ratePerSecond: this.#ratePerSecond,
      timeoutMs: REQUEST_TIMEOUT_MS,
    };
    await this.#client.order('start', { address, port: PORT, ratePerSecond, timeoutMs, most });
  }

  /** Ends the load; returns when the last request has been answered or given up. */
  async stop(): Promise<void> {
    await this.#client.order('stop');
  }

  /** The ids that the service says it has. */
  async readThroughService(): Promise<string[]> {
    const { value } = await this.#client.order('read');
    return linesOf(String(value));
  }

  /**
   * Waits until requests planned from now on, or from a later moment, are served in a row. Returns up to which planned
   * moment they were.
   */
  async servedFrom(deadlineMs: number, fromMs = this.#recorder.nowMs()): Promise<number> {
    return await this.#wait('requests are served', deadlineMs, () => {
      const firstMs = Math.min(...this.operations.map(({ plannedMs }) => plannedMs));
      return servedInRow(this.operations, Math.max(fromMs, firstMs), fromMs, this.#periodMs);
    });
  }

  /** Waits until requests are served again, after some have not been. @throws DeadlineError */
  async servedAgain(faultMs: number, deadlineMs: number): Promise<number> {
    return await this.#wait('requests are served again', deadlineMs, () => {
      const planned = this.operations.toSorted((a, b) => a.plannedMs - b.plannedMs);
      return sustainedAgainUntilMs([planned], faultMs, this.#periodMs);
    });
  }

  get #periodMs(): number {
    return 1000 / this.#ratePerSecond;
  }

  #wait(what: string, deadlineMs: number, look: () => number | null): Promise<number> {
    const probe = () => {
      // Looking anew at every request would take the processor from what is being measured.
      const last = this.operations.at(-1);
      if (last?.outcome !== 'ok' || this.operations.length % (SUSTAINED / 4) !== 0) return undefined;
      return look() ?? undefined;
    };
    return this.#recorder.until(what, deadlineMs, probe, () => {
      const last = this.operations.at(-1);
      return `the last of ${this.operations.length} requests ended with ${last?.detail ?? 'nothing'}`;
    });
  }
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
