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

  /** To be called after each step. Most moments only move on, so a later one is looked up when the earlier one comes. */
  arm(): void {
    const nextMs = nextMomentMs(this.#state());
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

  #comes(atMs: number): void {
    if (this.#armedMs !== atMs) return;
    this.#armedMs = Number.POSITIVE_INFINITY;
    const nextMs = nextMomentMs(this.#state());
    if (nextMs !== null && nextMs <= monotonicMs()) this.#wake();
    else this.arm();
  }
}
