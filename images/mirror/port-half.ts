/** One half of a mirrored volume: a LUN, through a port that this node has of its own for it. */
import { readFileSync } from 'node:fs';
import { constants, type FileHandle, open, rm } from 'node:fs/promises';
import { alignedBuffer } from '../common/aligned.ts';
import {
  decodeReplica,
  encodeReplica,
  newestOf,
  REPLICA_BLOCK,
  type Replica,
  replicaOffset,
} from '../common/replica.ts';
import { run } from '../common/run.ts';
import { call } from './calls.ts';
import type { Half } from './half.ts';

const ARRAY_PORT = 3260;
const ARRAY_TIMEOUT_MS = 2000;
/** Beside the port that the node itself has to the LUN; what fences the node cuts both. */
const PATH = 'mirror';

/** Where a half is. */
export interface Place {
  array: string;
  lun: string;
  /** Address of the array's service. */
  host: string;
}

export class PortHalf implements Half {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #block = alignedBuffer(REPLICA_BLOCK);

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.bytes = bytes;
  }

  /** A fresh port, past its cache, which no other node's writes ever reach. */
  static async attach({ array, lun, host }: Place): Promise<PortHalf> {
    const to = { host, port: ARRAY_PORT, name: `array ${array}`, timeoutMs: ARRAY_TIMEOUT_MS };
    const { minor } = await call<{ minor: number }>(to, '/attach', { lun, path: PATH });
    const device = `/dev/port${minor}`;
    await rm(device, { force: true });
    await run('mknod', [device, 'b', '7', String(minor)]);
    const file = await open(device, constants.O_RDWR | constants.O_DIRECT);
    return new PortHalf(file, Number(readFileSync(`/sys/class/block/loop${minor}/size`, 'utf8')) * 512);
  }

  static async detach({ array, lun, host }: Place): Promise<void> {
    const to = { host, port: ARRAY_PORT, name: `array ${array}`, timeoutMs: ARRAY_TIMEOUT_MS };
    await call(to, '/detach', { lun, path: PATH });
  }

  async read(into: Buffer, offset: number): Promise<void> {
    const { bytesRead } = await this.#file.read(into, 0, into.length, offset);
    // A port that was cut reads as a disk that ends early, without an error.
    if (bytesRead !== into.length) throw new Error(`read ${bytesRead} of ${into.length} bytes at ${offset}`);
  }

  async write(data: Buffer, offset: number): Promise<void> {
    const { bytesWritten } = await this.#file.write(data, 0, data.length, offset);
    if (bytesWritten !== data.length)
      throw new Error(`wrote ${bytesWritten} of ${data.length} bytes at ${offset}`);
  }

  async flush(): Promise<void> {
    await this.#file.datasync();
  }

  async readReplica(): Promise<Replica | undefined> {
    const found: (Replica | undefined)[] = [];
    for (const events of [0, 1]) {
      await this.read(this.#block, replicaOffset(this.bytes, events));
      found.push(decodeReplica(this.#block));
    }
    return newestOf(found);
  }

  async writeReplica(replica: Replica): Promise<void> {
    encodeReplica(replica).copy(this.#block);
    await this.write(this.#block, replicaOffset(this.bytes, replica.events));
    await this.flush();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
