/**
 * What is to be done about this node's key on one LUN, in which order, and what the array's answers mean. Pure: keys.ts
 * makes the calls, and the simulation plays them.
 */
import type { LunPath } from '../config.ts';

export type Task =
  | { kind: 'register'; generation: number }
  /** Takes the victims' keys of this generation and earlier ones. */
  | { kind: 'preempt'; victims: string[]; generation: number }
  /** A fresh port, with its device. */
  | { kind: 'attach' };

/** Conflict: the array refuses, since this node's keys up to that generation were taken; silent: it does not answer. */
export type Outcome = { kind: 'done' } | { kind: 'silent' } | { kind: 'conflict'; barred: number };

export class LunKeys {
  readonly lun: LunPath;
  /** Generation of this life's key; 0 while it has none. */
  #registered = 0;
  #wanted = 0;
  #attachWanted = false;
  /** Node → generation up to which its keys are still to be taken. */
  readonly #unfenced = new Map<string, number>();
  /** The array takes no key up to this generation: a view of a later one has to come first. */
  #barred = 0;
  /** A task is under way. */
  busy = false;
  /** It did not answer last time. */
  silent = false;
  /** Counts tasks, so that a look from before one is told from a look after it. */
  turn = 0;

  constructor(lun: LunPath) {
    this.lun = lun;
  }

  /** A key of a later view ends what was reserved with the one before, so on a disk that one does not count yet. */
  get isReady(): boolean {
    return this.#registered > 0 && (this.lun.quorum || this.#registered >= this.#wanted);
  }

  /** Victims whose keys may still be there. */
  get unfenced(): string[] {
    return [...this.#unfenced.keys()];
  }

  /** This life's first key, and a port of its own in place of an earlier life's. */
  join(generation: number): void {
    if (this.#registered > 0) return;
    this.want(generation);
    this.#attachWanted = true;
  }

  /** A key of a later view in place of the one that is there, or was taken. */
  want(generation: number): void {
    this.#wanted = Math.max(generation, this.#wanted);
  }

  fence(victim: string, upTo: number): void {
    this.#unfenced.set(victim, Math.max(upTo, this.#unfenced.get(victim) ?? 0));
  }

  /** The array has no port of this node (it was away, and is back). */
  reattach(): void {
    this.#attachWanted = true;
  }

  /** What comes next; undefined when all is done, or a task is under way, or the array refuses. */
  next(): Task | undefined {
    if (this.busy) return undefined;
    if (this.#wanted > Math.max(this.#registered, this.#barred))
      return { kind: 'register', generation: this.#wanted };
    if (this.#registered === 0) return undefined;
    const [generation] = this.#unfenced.values();
    if (generation !== undefined) {
      const victims = this.unfenced.filter((victim) => this.#unfenced.get(victim) === generation);
      return { kind: 'preempt', victims, generation };
    }
    return this.#attachWanted ? { kind: 'attach' } : undefined;
  }

  /** Takes in what came of a task. */
  ended(task: Task, outcome: Outcome): void {
    this.busy = false;
    this.turn += 1;
    this.silent = outcome.kind === 'silent';
    if (outcome.kind === 'conflict') this.lost(outcome.barred);
    if (outcome.kind !== 'done') return;
    if (task.kind === 'register') this.#registered = Math.max(this.#registered, task.generation);
    if (task.kind === 'attach') this.#attachWanted = false;
    if (task.kind === 'preempt')
      for (const victim of task.victims)
        if (this.#unfenced.get(victim) === task.generation) this.#unfenced.delete(victim);
  }

  /** The key is gone, and comes back with a view later than that only. */
  lost(barred: number): void {
    this.#registered = 0;
    this.#barred = Math.max(barred, this.#barred);
  }
}
