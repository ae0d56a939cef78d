/** Which node is the primary of a device group, and through whom the others see its global file systems. Pure. */
import type { DeviceGroupConfig } from '../../config.ts';

/** A wish of where a device group should be, with the serial of the order that it comes from. */
export interface Wish {
  node: string | null;
  serial: number;
}

/** What is known of a device group. */
export interface Standing {
  members: readonly string[];
  /** Out of use, as an operator ordered it (scswitch -m -D). */
  maintenance: boolean;
  /** Nodes on which a group with a file system on it is not offline (AffinityOn). */
  holders: readonly string[];
  /** Where such groups are to be, and where an operator moved the device group; the latest order counts. */
  wishes: readonly Wish[];
  /** Nodes that say that they master it. */
  masters: readonly string[];
}

/**
 * The node that is to master the device group. Every member comes to the same result once it knows the same; before,
 * two may try, and the reservation on the disks lets only one of them.
 */
export function primaryOf({ nodes }: DeviceGroupConfig, standing: Standing): string | null {
  if (standing.maintenance) return null;
  const able = nodes.filter((node) => standing.members.includes(node));
  const holder = standing.holders.find((node) => able.includes(node));
  if (holder !== undefined) return holder;
  const latest = standing.wishes.toSorted((a, b) => b.serial - a.serial)[0];
  if (latest?.node === null) return null;
  if (latest !== undefined && able.includes(latest.node)) return latest.node;
  return standing.masters.find((node) => able.includes(node)) ?? able[0] ?? null;
}

/** The node that serves its file systems now; null while there is none. */
export function servedBy(group: DeviceGroupConfig, standing: Standing): string | null {
  const there = standing.masters.filter((node) => standing.members.includes(node));
  const primary = primaryOf(group, standing);
  return there.find((node) => node === primary) ?? there[0] ?? null;
}
