/** What methods of SUNW.HAStoragePlus need of global file systems; GlobalFileSystems mounts and unmounts them. */
import { until } from '../../../common/clock.ts';
import { DeviceBusy } from '../arrays.ts';
import type { FileSystem } from './file-systems.ts';
import { isBlockDevice, mountAt, readVfstab } from './mounts.ts';
import type { MethodContext } from './type.ts';
import { parseVfstab } from './vfstab.ts';
import { inUse } from './volumes-in-use.ts';

/** Whether the device group follows the resource's group (AffinityOn), and can come to this node. */
function follows({ property, config }: MethodContext, { deviceGroup }: FileSystem): boolean {
  return property('AffinityOn').toUpperCase() !== 'FALSE' && deviceGroup.nodes.includes(config.name);
}

/** Waits until a global file system is there, and from its own disk if the device group follows the resource. */
export async function globalThere(context: MethodContext, fileSystem: FileSystem): Promise<void> {
  const { mountPoint, deviceGroup } = fileSystem;
  const { timeoutMs, signal, config } = context;
  const own = follows(context, fileSystem);
  const what = own ? `${config.name} as the primary of ${deviceGroup.name}` : `global ${mountPoint}`;
  let mount = await mountAt(mountPoint);
  await until(
    `${what}, with ${mountPoint} mounted`,
    timeoutMs,
    async () => {
      mount = await mountAt(mountPoint);
      return (own ? isBlockDevice(mount) : mount !== undefined) || undefined;
    },
    { signal, missing: () => (mount === undefined ? 'nothing is mounted there' : 'another node serves it') },
  );
}

export function needDaemon({ config }: MethodContext, { mountPoint }: FileSystem): void {
  if (config.globalMounts === null)
    throw new Error(
      `${mountPoint} is a global file system, and this cluster was built for failover file systems only: say "global" of it in the topology, or write "no" and "logging" in its line of /etc/vfstab`,
    );
}

/** Masters a device group; one that has global file systems too is on its way from another node, and waited for. */
export async function masterInTime(context: MethodContext, deviceGroup: string, user: string): Promise<void> {
  const { volumes, timeoutMs, signal } = context;
  let trouble: unknown;
  const attempt = async () => {
    try {
      await inUse.master(volumes, deviceGroup, user);
      return true;
    } catch (error) {
      trouble = error;
      if (!(error instanceof DeviceBusy) || !(await hasGlobal(context, deviceGroup))) throw error;
      return undefined;
    }
  };
  const what = `device group ${deviceGroup} on ${context.config.name}`;
  await until(what, timeoutMs, attempt, { signal, everyMs: 100, missing: () => String(trouble) });
}

async function hasGlobal({ volumes }: MethodContext, deviceGroup: string): Promise<boolean> {
  return parseVfstab(await readVfstab()).some(
    ({ device, options }) =>
      options.includes('global') && volumes.find(device)?.deviceGroup.name === deviceGroup,
  );
}
