/**
 * Heartbeats as datagrams. One that holds whole type declarations outgrows what a network passes in one piece: it is
 * compressed, split below the size that Ethernet takes, and put together again. A piece that is lost makes its
 * heartbeat lost; whatever is not one of ours, or damaged, is dropped.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Heartbeat } from './core/types.ts';

/** Ethernet's 1500 octets less those of IP and UDP, and some to spare for tunnels. */
const LARGEST = 1400;
/** Mark, form, number of the piece, of how many, id of the message, checksum of the whole message. */
const HEADER = 14;
const MARK = 0xc1;
const PLAIN = 1;
const COMPRESSED = 2;
/** Below, compressing costs more than it saves. */
const COMPRESS_FROM = 1024;
/** No heartbeat is that long; a datagram that says so is damaged or hostile. */
const LONGEST = 16 * 2 ** 20;
/** Messages of one sender that are put together at the same time: older ones are lost. */
const OPEN_MESSAGES = 4;

/** The pieces of a heartbeat. Its serial tells them from those of the one before. */
export function toDatagrams(heartbeat: Heartbeat): Buffer[] {
  const text = Buffer.from(JSON.stringify(heartbeat));
  const isLong = text.length >= COMPRESS_FROM;
  // The fastest level: a heartbeat must not wait for its own compression.
  const message = isLong ? deflateRawSync(text, { level: 1 }) : text;
  const pieces = Math.ceil(message.length / (LARGEST - HEADER));
  const checksum = crc32(message);
  return Array.from({ length: pieces }, (_, index) => {
    const body = message.subarray(index * (LARGEST - HEADER), (index + 1) * (LARGEST - HEADER));
    const datagram = Buffer.allocUnsafe(HEADER + body.length);
    datagram.writeUInt8(MARK, 0);
    datagram.writeUInt8(isLong ? COMPRESSED : PLAIN, 1);
    datagram.writeUInt16BE(index, 2);
    datagram.writeUInt16BE(pieces, 4);
    datagram.writeUInt32BE(heartbeat.serial >>> 0, 6);
    datagram.writeUInt32BE(checksum, 10);
    body.copy(datagram, HEADER);
    return datagram;
  });
}

interface Sender {
  /** Message → its pieces so far, oldest first. */
  open: Map<string, Map<number, Buffer>>;
  /** Messages that are complete: they come over every interconnect. */
  done: string[];
}

/** Puts datagrams together, whichever interconnect they come over. */
export class Datagrams {
  readonly #senders = new Map<string, Sender>();

  /** The heartbeat that this datagram of `from` completes, once. */
  take(from: string, datagram: Buffer): Heartbeat | undefined {
    if (datagram.length < HEADER || datagram.readUInt8(0) !== MARK) return undefined;
    const count = datagram.readUInt16BE(4);
    if (datagram.readUInt16BE(2) >= count || count * (LARGEST - HEADER) > LONGEST) return undefined;
    const sender: Sender = this.#senders.get(from) ?? { open: new Map(), done: [] };
    this.#senders.set(from, sender);
    const checksum = datagram.readUInt32BE(10);
    const id = `${datagram.readUInt32BE(6)} ${checksum} ${count}`;
    if (sender.done.includes(id)) return undefined;
    const message = collected(sender, id, count, datagram);
    if (message === undefined || crc32(message) !== checksum) return undefined;
    sender.done = [...sender.done, id].slice(-OPEN_MESSAGES);
    return heartbeatFrom(message, datagram.readUInt8(1));
  }
}

/** The whole message, if nothing is missing any more. */
function collected({ open }: Sender, id: string, count: number, datagram: Buffer): Buffer | undefined {
  const pieces = open.get(id) ?? new Map<number, Buffer>();
  open.set(id, pieces);
  pieces.set(datagram.readUInt16BE(2), datagram.subarray(HEADER));
  const [oldest] = open.keys();
  if (open.size > OPEN_MESSAGES && oldest !== undefined) open.delete(oldest);
  if (pieces.size < count) return undefined;
  open.delete(id);
  return Buffer.concat(Array.from({ length: count }, (_, index) => pieces.get(index) ?? Buffer.alloc(0)));
}

function heartbeatFrom(message: Buffer, form: number): Heartbeat | undefined {
  if (form !== PLAIN && form !== COMPRESSED) return undefined;
  try {
    const text = form === COMPRESSED ? inflateRawSync(message, { maxOutputLength: LONGEST }) : message;
    const found: unknown = JSON.parse(text.toString());
    return isHeartbeat(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** What the core relies on without looking: another version of this program may say something else. */
const SHAPE: Partial<Record<keyof Heartbeat, (value: unknown) => boolean>> = {
  from: (value) => typeof value === 'string',
  incarnation: (value) => typeof value === 'number',
  serial: (value) => typeof value === 'number',
  since: (value) => typeof value === 'number',
  hears: Array.isArray,
  echoes: isRecord,
  unfenced: Array.isArray,
  placement: isRecord,
  repositoryVersion: (value) => typeof value === 'number',
  groups: isRecord,
  resources: isRecord,
  givenUp: Array.isArray,
  requests: Array.isArray,
  answers: Array.isArray,
};

function isHeartbeat(value: unknown): value is Heartbeat {
  return isRecord(value) && Object.entries(SHAPE).every(([field, fits]) => fits(value[field]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
