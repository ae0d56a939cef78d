/** Compares copies of the two halves of a mirror, byte by byte. */
import { open } from 'node:fs/promises';
import { run } from '../common/run.ts';
import { tell } from '../common/tell.ts';

const CHUNK_BYTES = 2 ** 20;

/** `minors`: loop devices on the copies. `bytes`: how much of each is the volume; what comes after is each half's own. */
export async function compare(
  volume: string,
  luns: [string, string],
  minors: [number, number],
  bytes: number,
): Promise<void> {
  let [differing, firstAt, problem] = [0, -1, ''];
  try {
    for (const minor of minors) await run('mknod', [`/dev/loop${minor}`, 'b', '7', String(minor)]);
    await using one = await open(`/dev/loop${minors[0]}`, 'r');
    await using other = await open(`/dev/loop${minors[1]}`, 'r');
    const [left, right] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, bytes - at);
      for (const [file, into] of [[one, left] as const, [other, right] as const]) {
        const { bytesRead } = await file.read(into, 0, length, at);
        if (bytesRead !== length) throw new Error(`read ${bytesRead} of ${length} bytes at ${at}`);
      }
      if (left.compare(right, 0, length, 0, length) === 0) continue;
      for (let index = 0; index < length; index++) {
        if (left[index] === right[index]) continue;
        differing += 1;
        if (firstAt < 0) firstAt = at + index;
      }
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  tell({ kind: 'halves', volume, luns, bytes, differing, firstAt, problem });
}
