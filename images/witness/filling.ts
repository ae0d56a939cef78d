/** Takes all the room of a file system, what is kept for the superuser included, and gives it back. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'ballast';
const LARGEST_PIECE = 2 ** 20;
const SMALLEST_PIECE = 512;

export function fillDisk(folder: string): void {
  const descriptor = openSync(join(folder, NAME), 'w');
  try {
    for (let size = LARGEST_PIECE; size >= SMALLEST_PIECE; ) {
      try {
        if (writeSync(descriptor, Buffer.alloc(size)) < size) size /= 2;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size /= 2;
      }
    }
    // What is only planned for the disk could still find out that there is no room.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function makeRoom(folder: string): void {
  rmSync(join(folder, NAME));
}
