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
  'late-panic',
  'restless',
  'stops-for-a-cable',
  'wrong-event',
  'open-door',
  'old-name',
  'stop-leaves-process',
  'one-group-a-node',
  'all-on-backup',
  'backup-burns-cpu',
  'listens-everywhere',
  'leaves-csadmind',
  'restart-without-limit',
  'stays-up-when-fenced',
  'ignores-failback',
] as const;
export type NodeSabotage = (typeof NODE_SABOTAGES)[number];

/** A LUN as this node is wired to it. */
export interface LunPath {
  array: string;
  lun: string;
  quorum: boolean;
}

/** A volume of a device group: one LUN, or two LUNs of two arrays that are kept the same (RAID 1). */
export interface Volume {
  name: string;
  submirrors: { array: string; lun: string }[];
}

/** A diskset: volumes that one node masters together. */
export interface DeviceGroupConfig {
  name: string;
  /** Nodes that are wired to all of its LUNs. */
  nodes: string[];
  volumes: Volume[];
}

/** What is installed on a node's own disk when it boots for the first time. */
export interface OwnDisk {
  /** SUNWscics, so that the cluster knows the server's resource type. */
  agent: boolean;
  /** Installation roots, each with the folder that its configuration is linked to. */
  servers: { root: string; configFolder: string }[];
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
  /** All of the cluster's quorum devices, those that this node is not wired to included. */
  quorumDevices: { array: string; lun: string; nodes: string[] }[];
  deviceGroups: DeviceGroupConfig[];
  /** Address of the mirror daemon's service beside this node; null when no volume is mirrored. */
  mirrorService: string | null;
  /** Address of the daemon beside this node that shows global file systems; null when the topology has none. */
  globalMounts: string | null;
  vfstab: string;
  mountPoints: string[];
  ownDisk: OwnDisk;
  sabotage: NodeSabotage | null;
}

export function readConfig(): NodeConfig {
  const text = process.env['HA_NODE'];
  if (text === undefined)
    throw new Error('HA_NODE is not set: this program is started by the harness in a container');
  return JSON.parse(text) as NodeConfig;
}

/** Where the node sees a volume, in the guide's naming (§6.6.1). */
export function volumePath(deviceGroup: string, volume: string, raw = false): string {
  return `/dev/md/${deviceGroup}/${raw ? 'rdsk' : 'dsk'}/${volume}`;
}
