/**
 * A node that stood still for longer than the heartbeat timeout may have been given up meanwhile, and its group may be
 * served elsewhere. Until the other members are known to hear it again, no client is to reach it: its logical addresses
 * go at once, before anything else is done. The product's kernel aborts such a node ("pm_tick delay"); here that would
 * take down all nodes of a machine that stood still as a whole.
 */
export interface StandstillHost {
  timeoutMs: number;
  /** Takes the logical addresses off; returns them. */
  withdraw(): string[];
  /** Puts those of the groups that are up here back. */
  restore(): void;
  /** Whether the others are known to count on this node. */
  isHeard(): boolean;
  /** What is to be known: for how long it stood still, and what was taken off. */
  tell(stoodMs: number, withdrawn: string[]): void;
}

export class Standstill {
  readonly #host: StandstillHost;
  #lastMs: number | null = null;
  #isAway = false;

  constructor(host: StandstillHost) {
    this.#host = host;
  }

  /** To be called with every tick and every input, before it is looked at. */
  look(nowMs: number): void {
    const stoodMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    if (stoodMs > this.#host.timeoutMs) {
      this.#isAway = true;
      this.#host.tell(stoodMs, this.#host.withdraw());
    } else if (this.#isAway && this.#host.isHeard()) {
      this.#isAway = false;
      this.#host.restore();
    }
  }
}
