/** Wakes a core between two ticks when a moment comes that it names: no timeout is to wait for the next quantum. */
import { after, afterInput, monotonicMs } from '../../common/clock.ts';
import { nextMomentMs } from './core/silence.ts';
import type { State } from './core/types.ts';

export class CoreMoments {
  readonly #state: () => State;
  readonly #wake: () => void;
  #armedMs = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => undefined;

  /** `wake` gives the core its moment. */
  constructor(state: () => State, wake: () => void) {
    this.#state = state;
    this.#wake = wake;
  }

  /** To be called after each step, which was at `nowMs`. Most moments only move on: a later one is looked up in time. */
  arm(nowMs: number): void {
    const nextMs = nextMomentMs(this.#state(), nowMs);
    if (nextMs === null || this.#armedMs <= nextMs) return;
    this.#cancel();
    this.#armedMs = nextMs;
    // What has arrived meanwhile may be the very word that was waited for.
    this.#cancel = after(Math.max(0, nextMs - monotonicMs()), () => afterInput(() => this.#comes(nextMs)));
  }

  stop(): void {
    this.#cancel();
    this.#armedMs = Number.NEGATIVE_INFINITY;
  }

  #comes(armedMs: number): void {
    if (this.#armedMs !== armedMs) return;
    this.#armedMs = Number.POSITIVE_INFINITY;
    const before = armedMs - 1;
    const nextMs = nextMomentMs(this.#state(), before);
    if (nextMs !== null && nextMs <= monotonicMs()) this.#wake();
    else this.arm(before);
  }
}
