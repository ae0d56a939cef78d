/** A file that takes all the room of its disk. */
import { closeSync, openSync, writeSync } from 'node:fs';

const LARGEST_PIECE = 2 ** 20;
const SMALLEST_PIECE = 512;

export function fillDisk(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let size = LARGEST_PIECE; size >= SMALLEST_PIECE; ) {
      try {
        if (writeSync(descriptor, Buffer.alloc(size)) < size) size /= 2;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size /= 2;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
