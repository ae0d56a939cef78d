/**
 * Registration keys and reservations, as SCSI-3 persistent reservations have them (SPC, "write exclusive, registrants
 * only"). A key carries the generation of the cluster view in which its node registered it, and a preempt that of its
 * own: so one that arrives late takes no key of a life that has joined since, and a registration that arrives late
 * does not bring back a key that was taken. Pure: the disks act on what `preempt` returns.
 */
export class ReservationConflict extends Error {
  /** Up to this generation the LUN takes no key of the node; 0 when nobody ever took one of its keys. */
  readonly barred: number;
  constructor(node: string, lun: string, barred: number) {
    super(
      barred === 0
        ? `reservation conflict: the key of ${node} is not registered on ${lun}`
        : `reservation conflict: the keys of ${node} up to generation ${barred} were taken off ${lun}`,
    );
    this.name = 'ReservationConflict';
    this.barred = barred;
  }
}

/** Another node that has its key holds the reservation. */
export class DeviceBusy extends Error {
  constructor(node: string, lun: string, holder: string) {
    super(`${lun} is reserved by ${holder}; ${node} can have it after a release, or after fencing ${holder}`);
    this.name = 'DeviceBusy';
  }
}

/** What a preempt found: a key that it took, one that others took before, one of a later life, or that there never was one. */
export type Preempted = 'taken' | 'gone' | 'later' | 'none';

interface Lun {
  /** Node → generation of its key. */
  keys: Map<string, number>;
  /** Node → highest generation up to which its keys were taken. */
  barred: Map<string, number>;
  holder: string | undefined;
}

export class Reservations {
  readonly #luns = new Map<string, Lun>();

  #lun(name: string): Lun {
    let lun = this.#luns.get(name);
    if (lun === undefined) {
      lun = { keys: new Map(), barred: new Map(), holder: undefined };
      this.#luns.set(name, lun);
    }
    return lun;
  }

  /** Replaces the node's key. What an earlier life of it had reserved is free. @throws ReservationConflict */
  register(node: string, name: string, generation: number): void {
    const lun = this.#lun(name);
    const barred = lun.barred.get(node) ?? 0;
    if (generation <= barred) throw new ReservationConflict(node, name, barred);
    const known = lun.keys.get(node);
    if (known !== undefined && known >= generation) return;
    lun.keys.set(node, generation);
    if (lun.holder === node) lun.holder = undefined;
  }

  /** Node → generation of its key, as PERSISTENT RESERVE IN lists them. */
  keysOf(name: string): Record<string, number> {
    return Object.fromEntries(this.#luns.get(name)?.keys ?? []);
  }

  isRegistered(node: string, name: string): boolean {
    return this.#luns.get(name)?.keys.has(node) ?? false;
  }

  /** Up to this generation the LUN takes no key of the node. */
  barred(node: string, name: string): number {
    return this.#luns.get(name)?.barred.get(node) ?? 0;
  }

  /** @throws ReservationConflict when the node's key is gone. */
  check(node: string, name: string): void {
    if (!this.isRegistered(node, name)) throw new ReservationConflict(node, name, this.barred(node, name));
  }

  /**
   * `node` holds the reservation from now on. @throws ReservationConflict when its own key is gone, DeviceBusy when
   * another registered node holds it.
   */
  reserve(node: string, name: string): void {
    this.check(node, name);
    const lun = this.#lun(name);
    if (lun.holder !== undefined && lun.holder !== node) throw new DeviceBusy(node, name, lun.holder);
    lun.holder = node;
  }

  /** Returns whether it held it. */
  release(node: string, name: string): boolean {
    const lun = this.#luns.get(name);
    if (lun?.holder !== node) return false;
    lun.holder = undefined;
    return true;
  }

  holder(name: string): string | undefined {
    return this.#luns.get(name)?.holder;
  }

  /**
   * Takes the victim's key if it is of the given generation or an earlier one, and its reservation with it. Of two
   * nodes that preempt each other the first wins, since the second has no key any more; that is what makes a quorum
   * device a tie-breaker. @throws ReservationConflict
   */
  preempt(node: string, victim: string, name: string, generation: number): Preempted {
    this.check(node, name);
    const lun = this.#lun(name);
    const known = lun.keys.get(victim);
    if (known !== undefined && known > generation) return 'later';
    const barred = lun.barred.get(victim) ?? 0;
    lun.barred.set(victim, Math.max(barred, generation));
    if (known === undefined) return barred > 0 ? 'gone' : 'none';
    lun.keys.delete(victim);
    if (lun.holder === victim) lun.holder = undefined;
    return 'taken';
  }
}
