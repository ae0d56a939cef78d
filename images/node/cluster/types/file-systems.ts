/** The file systems of an HAStoragePlus resource: from its properties by way of /etc/vfstab to volumes, and the rules. */
import { type DeviceGroupConfig, type Volume, volumePath } from '../../config.ts';
import type { Group } from '../core/types.ts';
import type { Volumes } from '../volumes.ts';
import { nested } from './mounts.ts';
import { entryOf, type VfstabLine } from './vfstab.ts';

export interface VolumeOfGroup {
  deviceGroup: DeviceGroupConfig;
  volume: Volume;
}

export interface FileSystem extends VolumeOfGroup {
  mountPoint: string;
  entry: VfstabLine;
  /** As it stands in /etc/vfstab, to be compared with the other nodes'. */
  line: string;
  global: boolean;
}

/** What the rules look at. */
export interface Surroundings {
  node: string;
  vfstab: string;
  volumes: Pick<Volumes, 'find' | 'deviceGroups'>;
}

/** The file systems of these mount points, parents before what is mounted within them. Pure. */
export function fileSystemsOf(mountPoints: string[], { node, vfstab, volumes }: Surroundings): FileSystem[] {
  const found = mountPoints.map((mountPoint) => {
    const { entry, line } = entryOf(vfstab, mountPoint);
    const volume = volumes.find(entry.device);
    if (volume === undefined)
      throw new Error(`${entry.device} of ${mountPoint} in /etc/vfstab is a volume of no device group`);
    const global = entry.options.includes('global');
    if (!global) needWired(node, volume.deviceGroup);
    return { mountPoint, entry, line, global, ...volume };
  });
  return nested(found);
}

function needWired(node: string, { name, nodes }: DeviceGroupConfig): void {
  if (!nodes.includes(node))
    throw new Error(`${node} is not wired to device group ${name}; ${nodes.join(', ')} are`);
}

/** GlobalDevicePaths: device groups by name, or volumes by path. Null stands for all of a group. Pure. */
export function devicesOf(
  paths: string[],
  { node, volumes }: Surroundings,
): { deviceGroup: DeviceGroupConfig; volume: Volume | null }[] {
  return paths.map((path) => {
    const volume = volumes.find(path);
    const deviceGroup = volume?.deviceGroup ?? volumes.deviceGroups.find(({ name }) => name === path);
    if (deviceGroup === undefined)
      throw new Error(`${path} in GlobalDevicePaths is neither a device group nor a volume of one`);
    needWired(node, deviceGroup);
    return { deviceGroup, volume: volume?.volume ?? null };
  });
}

/** A group with more than one primary at a time is scalable; all others are failover groups. Pure. */
export function isFailover({ properties }: Group): boolean {
  const value = (name: string) =>
    Object.entries(properties).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return (
    (value('RG_mode') ?? 'Failover').toLowerCase() === 'failover' &&
    Number(value('Maximum_primaries') ?? 1) <= 1
  );
}

/** What makes a line of /etc/vfstab unfit for a file system that the cluster mounts. Pure; throws the first of it. */
export function checkLine(
  { mountPoint, entry, deviceGroup, volume, global }: FileSystem,
  group: Group,
  /** The sabotage "failover-anywhere". */
  inAnyGroup = false,
): void {
  const raw = volumePath(deviceGroup.name, volume.name, true);
  if (entry.rawDevice !== raw)
    throw new Error(
      `the line of ${mountPoint} in /etc/vfstab names ${entry.rawDevice} as the raw device of ${entry.device}; that is ${raw}`,
    );
  if (global) {
    if (!entry.mountAtBoot)
      throw new Error(
        `${mountPoint} is a global file system: its line in /etc/vfstab must mount at boot ("yes")`,
      );
    return;
  }
  if (entry.mountAtBoot)
    throw new Error(
      `${mountPoint} is a failover file system, and its line in /etc/vfstab mounts at boot: write "no", or the node that boots takes it from the one that serves`,
    );
  if (!inAnyGroup && !isFailover(group))
    throw new Error(
      `${mountPoint} is a failover file system, and resource group ${group.name} may be online on several nodes at once: failover file systems are for failover groups`,
    );
}
