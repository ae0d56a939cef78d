/** What a mirror daemon is told at start, in the environment variable HA_MIRROR. The harness writes it from a topology. */

/**
 * "trust-any-half": takes whatever half is there for current. A mirror that does so serves old data after the other
 * half's loss. "mark-after-acknowledging": acknowledges what only one half has before that is noted.
 * "fail-with-either-half": a write that one half refuses fails. "flip-a-byte": a resynchronisation gets a byte wrong, at
 * the end of the volume.
 */
export const MIRROR_SABOTAGES = [
  'trust-any-half',
  'mark-after-acknowledging',
  'fail-with-either-half',
  'flip-a-byte',
] as const;
export type MirrorSabotage = (typeof MIRROR_SABOTAGES)[number];

export interface MirroredVolume {
  deviceGroup: string;
  name: string;
  submirrors: readonly [{ array: string; lun: string }, { array: string; lun: string }];
}

export interface MirrorConfig {
  run: string;
  /** The node that it is beside, whose name and address it has on the storage network. */
  node: string;
  /** Array → address of its service. */
  arrays: Record<string, string>;
  /** The other nodes' addresses: their mirror daemons take note of which half is current, too. */
  mediators: Record<string, string>;
  volumes: MirroredVolume[];
  sabotage: MirrorSabotage | null;
}

export function readConfig(): MirrorConfig {
  const text = process.env['HA_MIRROR'];
  if (text === undefined)
    throw new Error('HA_MIRROR is not set: this program is started by the harness in a container');
  return JSON.parse(text) as MirrorConfig;
}
