/** What the witness looks at while a part of the storage is to break: an array's disks, the room on a file system. */
import { closeSync, openSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicMs } from '../common/clock.ts';
import type { WitnessEvent } from '../common/protocol.ts';
import { mountsOf } from './proc.ts';

/** Less than a write of the calendar's store takes. */
const FULL_BYTES = 16 * 1024;
const BLOCK_BYTES = 4096;

/** Whether the kernel lets anybody open one of an array's disks; it refuses those of a file system that is down. */
export function disksOf(array: string, pid: number, file: string): WitnessEvent {
  let readable = true;
  try {
    closeSync(openSync(join(`/proc/${pid}/root`, file), 'r'));
  } catch {
    readable = false;
  }
  return { kind: 'disks', array, readable };
}

/** Reads a block; undefined when it cannot. Never at once: whoever waits for a slow disk must not stand still. */
export async function speedOf(array: string, pid: number, file: string): Promise<WitnessEvent | undefined> {
  try {
    await using disk = await open(join(`/proc/${pid}/root`, file), 'r');
    const beganMs = monotonicMs();
    await disk.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, 0);
    return { kind: 'disk-speed', array, tookMs: monotonicMs() - beganMs };
  } catch {
    return undefined;
  }
}

/** Undefined while nothing is mounted there, or it cannot say. */
export function roomOn(
  node: string,
  pid: number,
  point: string,
): (WitnessEvent & { kind: 'room' }) | undefined {
  try {
    if (!mountsOf(pid).some((mount) => mount.point === point)) return undefined;
    const { bavail, bsize } = statfsSync(join(`/proc/${pid}/root`, point));
    const freeBytes = bavail * bsize;
    return { kind: 'room', node, point, freeBytes, full: freeBytes < FULL_BYTES };
  } catch {
    return undefined;
  }
}
