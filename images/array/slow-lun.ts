/** A LUN's file as a slow disk has it: every read, write and flush takes its time. */
import { type FileHandle, open } from 'node:fs/promises';
import { moment } from '../common/clock.ts';
import type { Content } from '../common/fuse-file.ts';

export class SlowLun implements Content {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #latencyMs: () => number;

  private constructor(file: FileHandle, bytes: number, latencyMs: () => number) {
    this.#file = file;
    this.bytes = bytes;
    this.#latencyMs = latencyMs;
  }

  /** `latencyMs` is asked anew each time: a disk may become slow while it is used. */
  static async open(path: string, latencyMs: () => number): Promise<SlowLun> {
    const file = await open(path, 'r+');
    return new SlowLun(file, (await file.stat()).size, latencyMs);
  }

  async read(into: Buffer, offset: number): Promise<void> {
    const { bytesRead } = await this.#slowly(this.#file.read(into, 0, into.length, offset));
    if (bytesRead !== into.length) throw new Error(`read ${bytesRead} of ${into.length} bytes at ${offset}`);
  }

  async write(data: Buffer, offset: number): Promise<void> {
    const { bytesWritten } = await this.#slowly(this.#file.write(data, 0, data.length, offset));
    if (bytesWritten !== data.length)
      throw new Error(`wrote ${bytesWritten} of ${data.length} bytes at ${offset}`);
  }

  async flush(): Promise<void> {
    await this.#slowly(this.#file.datasync());
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #slowly<T>(work: Promise<T>): Promise<T> {
    const latencyMs = this.#latencyMs();
    if (latencyMs > 0) await moment(latencyMs);
    return await work;
  }
}
