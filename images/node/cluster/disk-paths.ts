/**
 * Disk path monitoring, as the product's daemon for it does: reads a little of each disk through this node's own
 * path, on nodes that do not master it too, so that a dead path is known before it is needed.
 */
import { open } from 'node:fs/promises';
import { every } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { LunPath } from '../config.ts';
import { lunDevice } from './arrays.ts';
import type { Shell } from './shell.ts';

const CHECK_EVERY_MS = 1000;
/** Enough to reach what a file system keeps at its beginning: superblock, inodes, journal. */
const READ_BYTES = 16 * 2 ** 20;

/** Looks after the paths to `luns` for as long as this node is the backup of a group that is online elsewhere. */
export function watchPaths(luns: LunPath[], shell: Shell): void {
  const broken = new Set<string>();
  const buffer = Buffer.alloc(READ_BYTES);
  let busy = false;
  const check = async () => {
    for (const lun of luns) {
      const path = lunDevice(lun);
      const trouble = await readOnce(path, buffer);
      if (trouble !== '' && !broken.has(path))
        tell({ kind: 'log', text: `disk path ${path} failed: ${trouble}` });
      if (trouble === '') broken.delete(path);
      else broken.add(path);
    }
  };
  every(CHECK_EVERY_MS, () => {
    // A path that hangs must not be asked again on top.
    if (busy || !shell.servedElsewhere()) return;
    busy = true;
    void check().finally(() => {
      busy = false;
    });
  });
}

async function readOnce(path: string, buffer: Buffer): Promise<string> {
  try {
    await using file = await open(path, 'r');
    await file.read(buffer, 0, buffer.length, 0);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
