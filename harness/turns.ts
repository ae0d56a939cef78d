/** Who may run beside whom: most drills share the machine, and some have it for themselves. */

interface Waiting {
  isAlone: boolean;
  start: () => void;
}

export class MachineTurns {
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isTaken = false;

  /** Does `work` when nobody is there whom it would disturb, or who would disturb it; in the order of the calls. */
  async take<T>(isAlone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ isAlone, start });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#isTaken = false;
      this.#next();
    }
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#isTaken || (first.isAlone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#isTaken = first.isAlone;
      first.start();
    }
  }
}
