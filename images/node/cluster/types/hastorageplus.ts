/**
 * SUNW.HAStoragePlus: failover file systems, mounted where their group is and nowhere else, and global ones, which are
 * mounted on all nodes and for which a group only waits (guide §6.2.1).
 */
import { statSync } from 'node:fs';
import { run } from '../../../common/run.ts';
import type { Volume } from '../../config.ts';
import { sabotaged } from '../../operation-sabotages.ts';
import { lunDevice } from '../arrays.ts';
import {
  checkLine,
  devicesOf,
  type FileSystem,
  fileSystemsOf,
  type Surroundings,
  type VolumeOfGroup,
} from './file-systems.ts';
import { globalThere, masterInTime, needDaemon } from './global-mounts.ts';
import { checkAndMount } from './mounting.ts';
import { forceUnmount, mountAt, readVfstab, unwritable } from './mounts.ts';
import { listOf, type Method, type MethodContext, type ResourceTypePlugin } from './type.ts';
import { inUse } from './volumes-in-use.ts';

export const PEEK_POINT = '/mnt/peek';
async function surroundings({ config, volumes }: MethodContext): Promise<Surroundings> {
  return { node: config.name, vfstab: await readVfstab(), volumes };
}

async function allFileSystems(context: MethodContext): Promise<FileSystem[]> {
  return fileSystemsOf(listOf(context.property('FilesystemMountPoints')), await surroundings(context));
}

/** Those that this type mounts and unmounts; global ones are there whether a resource needs them or not. */
async function failoverFileSystems(context: MethodContext): Promise<FileSystem[]> {
  return (await allFileSystems(context)).filter(({ global }) => !global);
}

/** Devices that a program uses without a file system; they follow the group unless AffinityOn is FALSE. */
async function globalDevices(context: MethodContext): Promise<ReturnType<typeof devicesOf>> {
  if (context.property('AffinityOn').toUpperCase() === 'FALSE') return [];
  return devicesOf(listOf(context.property('GlobalDevicePaths')), await surroundings(context));
}

const validate: Method = async (context) => await validateWith(context, await surroundings(context));

/** @throws what keeps the file systems and devices of a resource from being looked after on this node. */
export async function validateWith(
  context: MethodContext,
  around: Surroundings,
): Promise<Record<string, string>> {
  const points = listOf(context.property('FilesystemMountPoints'));
  const paths = listOf(context.property('GlobalDevicePaths'));
  if (points.length === 0 && paths.length === 0)
    throw new Error(
      'FilesystemMountPoints and GlobalDevicePaths are both empty: there is nothing to look after',
    );
  devicesOf(paths, around);
  const agree: Record<string, string> = {};
  for (const fileSystem of fileSystemsOf(points, around)) {
    checkLine(fileSystem, context.group, context.config.sabotage === 'failover-anywhere');
    if (fileSystem.global) needDaemon(context, fileSystem);
    // A mount point within another of these file systems is seen only while that one is mounted.
    if (!points.some((point) => fileSystem.mountPoint.startsWith(`${point}/`)))
      await needFolder(fileSystem.mountPoint);
    if (sabotaged('vfstab-unchecked')) continue;
    agree[`the line of ${fileSystem.mountPoint} in /etc/vfstab`] = fileSystem.line;
  }
  return agree;
}

async function needFolder(point: string): Promise<void> {
  if (!point.startsWith('/')) throw new Error(`mount point ${point} is not an absolute path`);
  // Where something is mounted there is a folder; and looking at what another node serves may take until it answers.
  if ((await mountAt(point)) !== undefined) return;
  if (!statSync(point, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`mount point ${point} is no directory on this node: mkdir -p ${point}`);
}

/** The sabotage "wrong-volume": another volume of the same device group, with a file system of the same shape. */
function volumeToMount({ volume, deviceGroup }: VolumeOfGroup, { config }: MethodContext): Volume {
  const takingOver = config.name !== config.nodes[0];
  if (config.sabotage !== 'wrong-volume' || !takingOver) return volume;
  return deviceGroup.volumes.find(({ name }) => name !== volume.name) ?? volume;
}

/** Device of each mounted file system, for the monitor. */
const devices = new Map<string, string>();

async function mountOne(context: MethodContext, fileSystem: FileSystem): Promise<void> {
  const { config, volumes, signal } = context;
  const { mountPoint, deviceGroup, entry } = fileSystem;
  if (config.sabotage === 'second-mount') await run('umount', [PEEK_POINT], { accept: [0, 1, 32] });
  const device = await volumes.open(deviceGroup.name, volumeToMount(fileSystem, context).name);
  devices.set(mountPoint, device);
  const own = context.property('FilesystemCheckCommand').split(/[\s,]+/);
  const checkCommand = own.filter((word) => word !== '' && word !== 'NULL');
  const { timeoutMs } = context;
  await checkAndMount({ device, point: mountPoint, entry, checkCommand, timeoutMs, signal });
}

const prenetStart: Method = async (context) => {
  const { resource, volumes } = context;
  const fileSystems = await failoverFileSystems(context);
  const raw = await globalDevices(context);
  for (const global of (await allFileSystems(context)).filter((one) => one.global))
    await globalThere(context, global);
  try {
    for (const fileSystem of fileSystems) {
      const { deviceGroup, mountPoint } = fileSystem;
      const user = `${resource.name} ${mountPoint}`;
      const mounted = (await mountAt(mountPoint)) !== undefined;
      if (mounted && inUse.has(deviceGroup.name, user)) continue;
      if (mounted)
        throw new Error(`${mountPoint} is mounted already, and not by the cluster: umount ${mountPoint}`);
      await masterInTime(context, deviceGroup.name, user);
      await mountOne(context, fileSystem);
    }
    for (const { deviceGroup, volume } of raw) {
      await masterInTime(context, deviceGroup.name, `${resource.name} ${volume?.name ?? ''}`);
      if (volume !== null) await volumes.open(deviceGroup.name, volume.name);
    }
  } catch (error) {
    // A method that failed leaves nothing behind, or the disk could not go to another node.
    const trouble = await letGo(context, new AbortController().signal).catch((left) => left);
    if (trouble !== undefined) context.log('err', 'What failed to start is still here: %s', String(trouble));
    throw error;
  }
};

/** Takes down what of the resource is here, in reverse; what cannot be taken down does not keep the rest. */
async function letGo(context: MethodContext, signal: AbortSignal): Promise<void> {
  const { resource, volumes } = context;
  const troubles: unknown[] = [];
  const attempt = async (deviceGroup: string, user: string, action: () => Promise<void>) => {
    if (!inUse.has(deviceGroup, user)) return;
    const release = () => inUse.release(volumes, deviceGroup, user);
    await action()
      .then(release)
      .catch((error: unknown) => troubles.push(error));
  };
  for (const fileSystem of (await failoverFileSystems(context)).reverse()) {
    const { mountPoint, deviceGroup } = fileSystem;
    await attempt(deviceGroup.name, `${resource.name} ${mountPoint}`, async () => {
      const onKilled = (pids: number[]) =>
        context.log('notice', 'Forced unmount of %s: killing processes %s', mountPoint, pids.join(', '));
      await forceUnmount(mountPoint, { signal, onKilled });
      devices.delete(mountPoint);
      await volumes.close(deviceGroup.name, volumeToMount(fileSystem, context).name);
    });
  }
  for (const { deviceGroup, volume } of await globalDevices(context)) {
    await attempt(deviceGroup.name, `${resource.name} ${volume?.name ?? ''}`, async () => {
      if (volume !== null) await volumes.close(deviceGroup.name, volume.name);
    });
  }
  if (troubles.length > 0) throw troubles[0];
}

async function needWritable(context: MethodContext): Promise<void> {
  for (const { mountPoint } of await allFileSystems(context)) {
    const trouble = unwritable(await mountAt(mountPoint), mountPoint);
    if (trouble !== undefined) throw new Error(trouble);
  }
}

/** The kernel's table is asked first: it cannot hang. A disk that nobody writes to is found dead only by reading it. */
async function probe(context: MethodContext, signal: AbortSignal): Promise<void> {
  await needWritable(context);
  for (const { mountPoint } of await failoverFileSystems(context)) {
    const device = devices.get(mountPoint);
    if (device !== undefined) await readBlock(device, signal);
  }
}

/** Whether the group could come here: what its file systems need of this node, and a block of each disk. */
const monitorCheck: Method = async (context) => {
  await validate(context);
  for (const { mountPoint, volume } of await failoverFileSystems(context)) {
    const reads = volume.submirrors.map((half) => readBlock(lunDevice(half), context.signal));
    const results = await Promise.allSettled(reads);
    // One half of a mirror is enough to start on.
    const failure = results.find((result) => result.status === 'rejected');
    if (failure && results.every(({ status }) => status === 'rejected'))
      throw new Error(`no disk of ${mountPoint} can be read: ${failure.reason.message}`);
  }
};

/** Past the device's first sector, which a port that was cut still has; from the disk, not from memory. */
async function readBlock(path: string, signal: AbortSignal): Promise<void> {
  const words = [`if=${path}`, 'bs=4096', 'skip=1', 'count=1', 'iflag=direct', 'status=none'];
  const block = await run('dd', words, { signal });
  if (block.length === 0) throw new Error(`${path} gives nothing to read: its path to the array is cut`);
}

export const hastorageplus: ResourceTypePlugin = {
  type: 'SUNW.HAStoragePlus',
  methods: {
    VALIDATE: validate,
    PRENET_START: prenetStart,
    START: async (context) => {
      await needWritable(context);
      context.setStatus('Online', '');
    },
    STOP: async () => undefined,
    POSTNET_STOP: async (context) => {
      await letGo(context, context.signal);
      context.setStatus('Offline', '');
    },
    MONITOR_START: async (context) => {
      const { monitor, property } = context;
      monitor.start({
        name: 'hastorageplus_probe',
        intervalMs: Number(property('Thorough_probe_interval')) * 1000,
        timeoutMs: Number(property('Probe_timeout')) * 1000,
        run: (signal) => probe(context, signal),
      });
    },
    MONITOR_STOP: ({ monitor }) => monitor.stop(),
    MONITOR_CHECK: monitorCheck,
  },
};
