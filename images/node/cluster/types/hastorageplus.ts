/** SUNW.HAStoragePlus: file systems that are mounted where their group is, and nowhere else (guide §6.2.1). */
import { mkdirSync, readFileSync } from 'node:fs';
import { run } from '../../../common/run.ts';
import { devicePath, type LunPath } from '../../config.ts';
import type { MethodContext, ResourceTypePlugin } from './type.ts';
import { parseVfstab } from './vfstab.ts';

/** e2fsck: 0 clean, 1 errors corrected. */
const FSCK_FINE = [0, 1];
export const PEEK_POINT = '/mnt/peek';

interface FileSystem {
  lun: LunPath;
  mountPoint: string;
}

function fileSystemsOf({ resource, config, arrays }: MethodContext): FileSystem[] {
  const lines = parseVfstab(readFileSync('/etc/vfstab', 'utf8'));
  const points = (resource.properties['FilesystemMountPoints'] ?? '')
    .split(',')
    .filter((point) => point !== '');
  if (points.length === 0) throw new Error('FilesystemMountPoints is empty: there is nothing to mount');
  return points.map((mountPoint) => {
    const line = lines.find((candidate) => candidate.mountPoint === mountPoint);
    if (line === undefined) throw new Error(`/etc/vfstab has no line for ${mountPoint}`);
    const lun = arrays.luns.find((candidate) => devicePath(candidate) === line.device);
    if (lun === undefined)
      throw new Error(`${line.device} of ${mountPoint} is on no array of ${config.name}`);
    return { lun, mountPoint };
  });
}

/** The sabotage "wrong-volume": another LUN of the same array, with a file system of the same shape. */
function wrongLun(lun: LunPath, { arrays }: MethodContext): LunPath {
  return (
    arrays.luns.find((other) => other.array === lun.array && other.lun !== lun.lun && !other.quorum) ?? lun
  );
}

async function mountOne(context: MethodContext, { lun, mountPoint }: FileSystem): Promise<void> {
  const { config, arrays } = context;
  const takingOver = config.name !== config.nodes[0];
  const device = devicePath(config.sabotage === 'wrong-volume' && takingOver ? wrongLun(lun, context) : lun);
  if (config.sabotage === 'second-mount') await run('umount', [PEEK_POINT], { accept: [0, 1, 32] });
  // The reservation comes first: with it, this node masters the disk before it reads a block of it.
  await arrays.reserve(lun);
  // Each path has a block cache of its own, and what it read before the other node's writes is stale.
  if (config.sabotage !== 'skip-cache-flush') await run('blockdev', ['--flushbufs', device]);
  await run('e2fsck', ['-p', device], { accept: FSCK_FINE });
  mkdirSync(mountPoint, { recursive: true });
  await run('mount', ['-t', 'ext4', '-o', 'errors=remount-ro', device, mountPoint]);
}

export const hastorageplus: ResourceTypePlugin = {
  type: 'SUNW.HAStoragePlus',
  methods: {
    PRENET_START: {
      name: 'hastorageplus_prenet_start',
      run: async (context) => {
        const mounted: FileSystem[] = [];
        try {
          for (const fileSystem of fileSystemsOf(context)) {
            await mountOne(context, fileSystem);
            mounted.push(fileSystem);
          }
        } catch (error) {
          // A method that failed leaves nothing behind, or the disk could not go to another node.
          for (const { mountPoint } of mounted.reverse()) await run('umount', [mountPoint]);
          throw error;
        }
      },
    },
    POSTNET_STOP: {
      name: 'hastorageplus_postnet_stop',
      run: async (context) => {
        for (const { mountPoint } of fileSystemsOf(context).reverse()) await run('umount', [mountPoint]);
      },
    },
  },
};
