/** What lies below the cores in the simulation: a queue in virtual time and two lossy interconnects. */
import type { Random } from '../../harness/random.ts';

interface Due {
  atMs: number;
  order: number;
  happen: () => void;
}

/** Virtual time: what is due first happens first; of two at one moment the one planned first. */
export class Agenda {
  nowMs = 0;
  readonly #heap: Due[] = [];
  #order = 0;

  after(delayMs: number, happen: () => void): void {
    const due = { atMs: this.nowMs + delayMs, order: this.#order++, happen };
    let at = this.#heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Lets everything up to `untilMs` happen, or until `enough` says so. */
  runUntil(untilMs: number, enough: () => boolean): void {
    while (!enough()) {
      const [next] = this.#heap;
      if (next === undefined || next.atMs > untilMs) break;
      this.#dropFirst();
      this.nowMs = next.atMs;
      next.happen();
    }
    if (!enough()) this.nowMs = untilMs;
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(least, at)) return;
      this.#swap(at, least);
      at = least;
    }
  }
}

export interface LinkQuality {
  lossPercent: number;
  duplicatePercent: number;
  longestDelayMs: number;
}

/** Two interconnects. A cut is one-way, on one of them, and counted, so that overlapping partitions heal one by one. */
export class Links {
  quality: LinkQuality;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #cuts = new Map<string, number>();

  constructor(agenda: Agenda, random: Random, quality: LinkQuality) {
    this.#agenda = agenda;
    this.#random = random;
    this.quality = quality;
  }

  cut(from: string, to: string, interconnect: number, by: 1 | -1): void {
    const link = `${from}>${to}/${interconnect}`;
    this.#cuts.set(link, (this.#cuts.get(link) ?? 0) + by);
  }

  heal(): void {
    this.#cuts.clear();
    this.quality = { lossPercent: 0, duplicatePercent: 0, longestDelayMs: 5 };
  }

  send(from: string, to: string, deliver: () => void): void {
    const { lossPercent, duplicatePercent, longestDelayMs } = this.quality;
    for (const interconnect of [0, 1]) {
      if ((this.#cuts.get(`${from}>${to}/${interconnect}`) ?? 0) > 0) continue;
      if (this.#random.integer(1, 100) <= lossPercent) continue;
      const copies = this.#random.integer(1, 100) <= duplicatePercent ? 2 : 1;
      for (let i = 0; i < copies; i++) this.#agenda.after(this.#random.integer(1, longestDelayMs), deliver);
    }
  }
}
