/**
 * Registration keys and reservations, as SCSI-3 persistent reservations have them (SPC, "write exclusive, registrants
 * only"). Pure: the disks act on what `preempt` returns.
 */
export class ReservationConflict extends Error {
  constructor(node: string, lun: string) {
    super(`reservation conflict: the key of ${node} is not registered on ${lun}`);
    this.name = 'ReservationConflict';
  }
}

export class Reservations {
  readonly #keys = new Map<string, Set<string>>();
  readonly #holders = new Map<string, string>();

  register(node: string, lun: string): void {
    const keys = this.#keys.get(lun) ?? new Set();
    this.#keys.set(lun, keys.add(node));
  }

  isRegistered(node: string, lun: string): boolean {
    return this.#keys.get(lun)?.has(node) ?? false;
  }

  /** `node` holds the reservation of `lun` from now on. @throws ReservationConflict when its own key is gone. */
  reserve(node: string, lun: string): void {
    if (!this.isRegistered(node, lun)) throw new ReservationConflict(node, lun);
    this.#holders.set(lun, node);
  }

  holder(lun: string): string | undefined {
    return this.#holders.get(lun);
  }

  /**
   * Removes the victim's key. Of two nodes that preempt each other the first wins, since the second has no key any
   * more; that is what makes a quorum device a tie-breaker. @throws ReservationConflict
   */
  preempt(node: string, victim: string, lun: string): void {
    if (!this.isRegistered(node, lun)) throw new ReservationConflict(node, lun);
    this.#keys.get(lun)?.delete(victim);
    if (this.#holders.get(lun) === victim) this.#holders.set(lun, node);
  }
}
