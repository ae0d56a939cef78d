/** Which resources use which device group here: a group is released with its last use (AffinityOn). */
import type { Volumes } from '../volumes.ts';

export class VolumesInUse {
  readonly #users = new Map<string, Set<string>>();

  has(deviceGroup: string, user: string): boolean {
    return this.#users.get(deviceGroup)?.has(user) ?? false;
  }

  isFree(deviceGroup: string): boolean {
    return (this.#users.get(deviceGroup)?.size ?? 0) === 0;
  }

  /** Masters a device group for `user`, who has it until `release`. */
  async master(volumes: Pick<Volumes, 'master'>, deviceGroup: string, user: string): Promise<void> {
    // Noted before it is done: a release by another user in between must not take it away.
    const users = this.#users.get(deviceGroup) ?? new Set();
    this.#users.set(deviceGroup, users.add(user));
    await volumes.master(deviceGroup);
  }

  /** Ends a use; the last one lets go of the group. One that was not there changes nothing. */
  async release(volumes: Pick<Volumes, 'release'>, deviceGroup: string, user: string): Promise<void> {
    const users = this.#users.get(deviceGroup);
    if (!users?.delete(user) || users.size > 0) return;
    this.#users.delete(deviceGroup);
    await volumes.release(deviceGroup);
  }
}

/** Of this node. */
export const inUse = new VolumesInUse();
