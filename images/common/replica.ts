/**
 * The state replica at the end of each half of a mirrored volume: which half is current, as of which change. It stands
 * beyond the volume's own blocks, twice, so that one torn in writing leaves the one before it. Pure.
 */
import { crc32 } from 'node:zlib';

/** What a half has at its end, out of reach of the volume's file system. */
export const REPLICA_AREA = 64 * 1024;
/** Written and read as a whole; a multiple of every disk's block. */
export const REPLICA_BLOCK = 4096;

export interface Replica {
  /** deviceGroup/volume. */
  volume: string;
  /** Grows with every change; of two replicas the higher one knows better. */
  events: number;
  /** By half: whether it has all that was ever acknowledged. */
  current: [boolean, boolean];
  /** The volume is open somewhere: after a crash its current halves may differ in what was being written. */
  open: boolean;
  /** The node that made the change. */
  node: string;
}

/** Where on a half this replica goes. Changes take turns between two places. */
export function replicaOffset(halfBytes: number, events: number): number {
  return halfBytes - (1 + (events % 2)) * REPLICA_BLOCK;
}

export function encodeReplica(replica: Replica): Buffer {
  const text = Buffer.from(JSON.stringify(replica));
  const block = Buffer.alloc(REPLICA_BLOCK);
  block.write(MAGIC, 0, 'latin1');
  block.writeUInt32LE(crc32(text), 8);
  block.writeUInt32LE(text.length, 12);
  text.copy(block, 16);
  return block;
}

const MAGIC = 'HAMIRROR';

/** The replica in a block; undefined for one that was never written, or torn. */
export function decodeReplica(block: Buffer): Replica | undefined {
  const length = block.readUInt32LE(12);
  if (block.toString('latin1', 0, 8) !== MAGIC || length > block.length - 16) return undefined;
  const text = block.subarray(16, 16 + length);
  return crc32(text) === block.readUInt32LE(8) ? (JSON.parse(text.toString()) as Replica) : undefined;
}

/** The newer one of a half's two places. */
export function newestOf(replicas: readonly (Replica | undefined)[]): Replica | undefined {
  return replicas
    .filter((one) => one !== undefined)
    .reduce<Replica | undefined>((best, one) => (best && best.events >= one.events ? best : one), undefined);
}
