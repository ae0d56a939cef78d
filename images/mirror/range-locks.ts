/**
 * Who may touch which bytes of a volume now: overlapping writes go one after another, in the order in which they came,
 * so that both halves get them in the same order. Pure.
 */
interface Held {
  from: number;
  to: number;
  released: Promise<void>;
}

export class RangeLocks {
  readonly #held = new Set<Held>();

  /** Waits for all that overlaps `from` (included) to `to` (excluded) and came before; the returned function lets go. */
  async hold(from: number, to: number): Promise<() => void> {
    const before = [...this.#held].filter((held) => held.from < to && from < held.to);
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = { from, to, released: promise };
    this.#held.add(mine);
    await Promise.all(before.map(({ released }) => released));
    return () => {
      this.#held.delete(mine);
      resolve();
    };
  }
}
