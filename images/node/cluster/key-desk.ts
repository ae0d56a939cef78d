/** Turns the core's orders about keys into tasks on LUNs, and their outcomes into the core's inputs. Pure. */
import type { LunPath } from '../config.ts';
import type { Effect, Input } from './core/types.ts';
import { LunKeys, type Outcome, type Task } from './lun-keys.ts';

export type KeyOrder = Extract<Effect, { kind: 'fence' | 'join' | 'refresh-keys' }>;

interface Open {
  report: Input;
  /** Those that have neither finished nor been found silent since the order came. */
  luns: Set<LunKeys>;
}

export interface Reports {
  take: (input: Input) => void;
  panic: (reason: string) => void;
}

export class KeyDesk {
  readonly luns: LunKeys[];
  readonly #self: string;
  readonly #reports: Reports;
  readonly #open = new Map<KeyOrder['kind'], Open>();

  constructor(self: string, luns: LunPath[], reports: Reports) {
    this.#self = self;
    this.luns = luns.map((lun) => new LunKeys(lun));
    this.#reports = reports;
  }

  order(order: KeyOrder): void {
    const { generation } = order;
    if (order.kind === 'fence') {
      const disks = this.luns.filter(({ lun }) => !lun.quorum);
      for (const one of disks) {
        for (const victim of order.victims) one.fence(victim, generation - 1);
        for (const [node, joinedIn] of Object.entries(order.reborn)) one.fence(node, joinedIn - 1);
      }
      this.#expect('fence', disks, { kind: 'fence-result', generation, ok: true, message: '' });
      return;
    }
    for (const one of this.luns) {
      if (order.kind === 'join') one.join(generation);
      // A disk that did not answer until now may refuse the key of an earlier view.
      if (one.lun.quorum || !one.isReady) one.want(generation);
      if (!one.lun.quorum) continue;
      // What nodes outside of the cluster have here could make them one of their own.
      for (const node of order.others) one.fence(node, generation - 1);
    }
    if (order.kind === 'join')
      this.#expect('join', this.luns, { kind: 'joined', generation, ok: true, message: '' });
  }

  #expect(kind: KeyOrder['kind'], luns: LunKeys[], report: Input): void {
    this.#open.set(kind, { report, luns: new Set(luns) });
    this.#conclude();
  }

  /** Tasks that can begin now; the caller performs them and calls `ended` for each. */
  begin(): { keys: LunKeys; task: Task }[] {
    return this.luns.flatMap((keys) => {
      const task = keys.silent ? undefined : keys.next();
      if (task === undefined) return [];
      keys.busy = true;
      return [{ keys, task }];
    });
  }

  /** Something is left to do on an array that did not answer last time. */
  get isStuck(): boolean {
    return this.luns.some((keys) => keys.silent && keys.next() !== undefined);
  }

  /** Silent arrays with something to do are asked again. */
  retry(): void {
    for (const keys of this.luns) if (keys.next() !== undefined) keys.silent = false;
  }

  ended(keys: LunKeys, task: Task, outcome: Outcome): void {
    keys.ended(task, outcome);
    if (outcome.kind === 'conflict') this.#lost(keys, task.kind !== 'register', outcome.barred);
    else this.#conclude();
  }

  /** LUNs to look at in the background: is this node's key still there? */
  idle(): LunKeys[] {
    return this.luns.filter((keys) => keys.isReady && !keys.busy);
  }

  /** What a look showed that began at the LUN's `turn`; null when its array did not answer. */
  looked(keys: LunKeys, turn: number, found: { attached: boolean } | { barred: number } | null): void {
    if (keys.turn !== turn || keys.busy) return;
    keys.silent = found === null;
    if (found === null) return;
    if ('barred' in found) {
      keys.lost(found.barred);
      this.#lost(keys, true, found.barred);
    } else if (!found.attached) {
      keys.reattach();
    }
  }

  /**
   * On a disk a key of this life is gone only if others have fenced it. A quorum device may be lost in a race that is
   * won on others; and a key that is refused before it was there needs a later view.
   */
  #lost({ lun }: LunKeys, hadKey: boolean, barred: number): void {
    if (hadKey && !lun.quorum)
      this.#reports.panic(`failfast: another node has taken the key of this one off ${lun.array}/${lun.lun}`);
    else this.#reports.take({ kind: 'keys-lost', generation: barred });
  }

  /**
   * Nodes that may still have earlier keys on a disk of this array, so that nothing on it may start here; among them
   * this node, as long as its own key there is of an earlier life.
   */
  unfenced(array: string): string[] {
    const disks = this.luns.filter(({ lun }) => lun.array === array && !lun.quorum);
    const own = disks.some(({ isReady }) => !isReady) ? [this.#self] : [];
    return [...new Set([...disks.flatMap(({ unfenced }) => unfenced), ...own])];
  }

  #conclude(): void {
    for (const [kind, { report, luns }] of [...this.#open]) {
      for (const keys of luns) {
        // Of what there is to do for an order, attaching comes last, and a disk that is not registered is not fenced.
        const next = keys.silent ? undefined : keys.next();
        const isWaiting = keys.busy || next !== undefined || (!keys.isReady && !keys.silent);
        if (!isWaiting) luns.delete(keys);
      }
      if (luns.size > 0) continue;
      this.#open.delete(kind);
      this.#reports.take(report);
    }
  }
}
