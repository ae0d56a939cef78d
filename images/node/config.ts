/** What a node is told at boot, in the environment variable HA_NODE. The harness writes it from a topology. */

/**
 * Broken variants of the software under test. Each must turn one check red; `harness/sabotages.ts` says which.
 */
export const NODE_SABOTAGES = [
  'ack-before-durable',
  'apply-twice',
  'mount-before-fence',
  'no-takeover',
  'wrong-volume',
  'skip-cache-flush',
  'second-mount',
  'address-on-both',
  'busy-backup',
] as const;
export type NodeSabotage = (typeof NODE_SABOTAGES)[number];

export interface LunPath {
  array: string;
  lun: string;
  quorum: boolean;
}

export interface NodeConfig {
  name: string;
  /** All nodes, in the order of their numbers. */
  nodes: string[];
  heartbeat: { quantumMs: number; timeoutMs: number };
  bootPatienceMs: number;
  /** Own address and the peers' on each interconnect. */
  interconnects: { self: string; peers: Record<string, string> }[];
  /** Own address on the public network, by which its interface is found: the order of ethN is not stable. */
  publicAddress: string;
  publicPrefix: number;
  /** Array → address of its service on the storage network. */
  arrays: Record<string, string>;
  luns: LunPath[];
  vfstab: string;
  mountPoints: string[];
  sabotage: NodeSabotage | null;
}

export function readConfig(): NodeConfig {
  const text = process.env['HA_NODE'];
  if (text === undefined)
    throw new Error('HA_NODE is not set: this program is started by the harness in a container');
  return JSON.parse(text) as NodeConfig;
}

/** Where the node sees a LUN, in the guide's naming (§6.6.1). */
export function devicePath({ array, lun }: { array: string; lun: string }, raw = false): string {
  return `/dev/md/${array}/${raw ? 'rdsk' : 'dsk'}/${lun}`;
}
