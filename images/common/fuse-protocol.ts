/** The part of the kernel's FUSE protocol (linux/fuse.h, 7.31) that one file needs. Pure. */

export const Opcode = {
  forget: 2,
  getattr: 3,
  setattr: 4,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
} as const;

export const IN_HEADER_BYTES = 40;
/** What stands between a write's header and its data. */
export const WRITE_BYTES = 40;
const OUT_HEADER_BYTES = 16;

export const Errno = { io: 5, notImplemented: 38 } as const;

/** As much as one read or write may carry; 256 pages are the most that the kernel hands over at once. */
export const MOST_BYTES = 2 ** 20;
const MOST_PAGES = 256;

const [MAJOR, MINOR] = [7, 31];
const FLAGS = { asyncRead: 1 << 0, bigWrites: 1 << 5, maxPages: 1 << 22 };
/** Past the page cache of this file: the device on it has one of its own. */
const DIRECT_IO = 1;
const REGULAR_FILE = 0o100600;
const FOREVER_SECONDS = 86_400n;

export interface Request {
  opcode: number;
  unique: bigint;
  /** Of a read or write. */
  offset: number;
  size: number;
}

export function requestIn(message: Buffer): Request {
  const hasRange = message.length >= IN_HEADER_BYTES + 20;
  return {
    opcode: message.readUInt32LE(4),
    unique: message.readBigUInt64LE(8),
    offset: hasRange ? Number(message.readBigUInt64LE(IN_HEADER_BYTES + 8)) : 0,
    size: hasRange ? message.readUInt32LE(IN_HEADER_BYTES + 16) : 0,
  };
}

/** The header of a reply that has `bytes` of content behind it; with an error there is none. */
export function replyHeader(unique: bigint, error: number, bytes: number): Buffer {
  const header = Buffer.alloc(OUT_HEADER_BYTES);
  header.writeUInt32LE(OUT_HEADER_BYTES + bytes, 0);
  header.writeInt32LE(-error, 4);
  header.writeBigUInt64LE(unique, 8);
  return header;
}

/** `readAhead` as the kernel offered it. */
export function initReply(readAhead: number): Buffer {
  const reply = Buffer.alloc(64);
  reply.writeUInt32LE(MAJOR, 0);
  reply.writeUInt32LE(MINOR, 4);
  reply.writeUInt32LE(readAhead, 8);
  reply.writeUInt32LE(FLAGS.asyncRead | FLAGS.bigWrites | FLAGS.maxPages, 12);
  // At most so many in the background, and from where on the kernel calls it congested.
  reply.writeUInt16LE(16, 16);
  reply.writeUInt16LE(12, 18);
  reply.writeUInt32LE(MOST_BYTES, 20);
  reply.writeUInt32LE(1, 24);
  reply.writeUInt16LE(MOST_PAGES, 28);
  return reply;
}

export function readAheadIn(init: Buffer): number {
  return init.readUInt32LE(IN_HEADER_BYTES + 8);
}

/** Attributes of the one file, which is also the root. */
export function attributesReply(bytes: number): Buffer {
  const reply = Buffer.alloc(16 + 88);
  reply.writeBigUInt64LE(FOREVER_SECONDS, 0);
  const attributes = reply.subarray(16);
  attributes.writeBigUInt64LE(1n, 0);
  attributes.writeBigUInt64LE(BigInt(bytes), 8);
  attributes.writeBigUInt64LE(BigInt(bytes / 512), 16);
  attributes.writeUInt32LE(REGULAR_FILE, 60);
  attributes.writeUInt32LE(1, 64);
  attributes.writeUInt32LE(4096, 80);
  return reply;
}

export function openReply(): Buffer {
  const reply = Buffer.alloc(16);
  reply.writeUInt32LE(DIRECT_IO, 8);
  return reply;
}

export function writeReply(bytes: number): Buffer {
  const reply = Buffer.alloc(8);
  reply.writeUInt32LE(bytes, 0);
  return reply;
}

export const STATFS_REPLY = Buffer.alloc(80);
export const ROOT_MODE = REGULAR_FILE.toString(8);
