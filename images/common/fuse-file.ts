/** A file whose bytes this process keeps, through FUSE: the loop device of a mirrored volume is on it. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, read, writevSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { alignedBuffer } from './aligned.ts';
import { until } from './clock.ts';
import {
  attributesReply,
  Errno,
  IN_HEADER_BYTES,
  initReply,
  MOST_BYTES,
  Opcode,
  openReply,
  type Request,
  ROOT_MODE,
  readAheadIn,
  replyHeader,
  requestIn,
  STATFS_REPLY,
  WRITE_BYTES,
  writeReply,
} from './fuse-protocol.ts';
import { run } from './run.ts';

/** What is behind the file. What rejects becomes an I/O error. */
export interface Content {
  readonly bytes: number;
  read(into: Buffer, offset: number): Promise<void>;
  write(data: Buffer, offset: number): Promise<void>;
  flush(): Promise<void>;
}

/** How many requests are worked on at the same time. */
const SLOTS = 8;
/** A write's data begins here in its slot, on a page, so that it can go to the disks as it came. */
const DATA_AT = 4096;
const MESSAGE_AT = DATA_AT - IN_HEADER_BYTES - WRITE_BYTES;
const SLOT_BYTES = DATA_AT + MOST_BYTES + 4096;
const RELEASED_WITHIN_MS = 10_000;

/** In one go, since two files that are mounted at the same time would both find it missing. */
function needDevice(): void {
  if (!existsSync('/dev/fuse')) execFileSync('mknod', ['/dev/fuse', 'c', '10', '229']);
}

export class FuseFile {
  readonly #path: string;
  readonly #device: number;
  readonly #content: Content;
  #open = 0;
  #gone = false;

  private constructor(path: string, device: number, content: Content) {
    this.#path = path;
    this.#device = device;
    this.#content = content;
  }

  static async mount(path: string, content: Content): Promise<FuseFile> {
    needDevice();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
    const device = openSync('/dev/fuse', 'r+');
    await mounted(path, device);
    const file = new FuseFile(path, device, content);
    void file.#serve();
    return file;
  }

  /** Waits until nobody has it open, then takes it away. */
  async unmount(): Promise<void> {
    await until(`${this.#path} is closed`, RELEASED_WITHIN_MS, () => this.#open === 0 || undefined, {
      missing: () => 'the device on it is still in use',
    });
    await run('umount', [this.#path]);
  }

  /** Takes requests one by one and answers each in its own time. */
  async #serve(): Promise<void> {
    const memory = alignedBuffer(SLOTS * SLOT_BYTES);
    const free = Array.from({ length: SLOTS }, (_, index) =>
      memory.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES),
    );
    let wake = () => {};
    for (;;) {
      const slot = free.pop();
      if (slot === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const bytes = await this.#next(slot);
      if (bytes === undefined) return;
      void this.#answer(slot, bytes).finally(() => {
        free.push(slot);
        wake();
      });
    }
  }

  /** Length of the next request; undefined once the file is unmounted. */
  async #next(slot: Buffer): Promise<number | undefined> {
    for (;;) {
      const result = await new Promise<number | string>((resolve) => {
        read(this.#device, slot, MESSAGE_AT, slot.length - MESSAGE_AT, null, (error, bytes) =>
          resolve(error ? (error.code ?? error.message) : bytes),
        );
      });
      if (typeof result === 'number') return result;
      // One that was taken back while it was handed over, or a signal.
      if (['ENOENT', 'EINTR', 'EAGAIN'].includes(result)) continue;
      this.#gone = true;
      closeSync(this.#device);
      return undefined;
    }
  }

  async #answer(slot: Buffer, bytes: number): Promise<void> {
    const message = slot.subarray(MESSAGE_AT, MESSAGE_AT + bytes);
    const request = requestIn(message);
    try {
      const content = await this.#perform(request, slot, message);
      if (content !== undefined) this.#reply(request, 0, content);
    } catch {
      this.#reply(request, Errno.io);
    }
  }

  /** The reply's content; undefined for what the kernel wants no reply to. */
  async #perform(
    { opcode, offset, size }: Request,
    slot: Buffer,
    message: Buffer,
  ): Promise<Buffer | undefined> {
    const data = slot.subarray(DATA_AT, DATA_AT + size);
    switch (opcode) {
      case Opcode.read:
        await this.#content.read(data, offset);
        return data;
      case Opcode.write:
        await this.#content.write(data, offset);
        return writeReply(size);
      case Opcode.fsync:
      case Opcode.flush:
        await this.#content.flush();
        return Buffer.alloc(0);
      case Opcode.init:
        return initReply(readAheadIn(message));
      case Opcode.getattr:
      case Opcode.setattr:
        return attributesReply(this.#content.bytes);
      case Opcode.open:
        this.#open += 1;
        return openReply();
      case Opcode.release:
        this.#open -= 1;
        return Buffer.alloc(0);
      case Opcode.statfs:
        return STATFS_REPLY;
      case Opcode.destroy:
        return Buffer.alloc(0);
      case Opcode.forget:
      case Opcode.batchForget:
      case Opcode.interrupt:
        return undefined;
      default:
        return this.#refuse(message);
    }
  }

  #refuse(message: Buffer): undefined {
    this.#reply(requestIn(message), Errno.notImplemented);
    return undefined;
  }

  #reply({ unique }: Request, error: number, content: Buffer = Buffer.alloc(0)): void {
    // The descriptor may be another file's by now.
    if (this.#gone) return;
    try {
      writevSync(this.#device, [replyHeader(unique, error, content.length), content]);
    } catch {
      // Nobody waits for it any more.
    }
  }
}

/** Through mount(8), which has the device's descriptor as its number 3. */
async function mounted(path: string, device: number): Promise<void> {
  const options = `fd=3,rootmode=${ROOT_MODE},user_id=0,group_id=0,max_read=${MOST_BYTES}`;
  const child = spawn('mount', ['-i', '-t', 'fuse', '-o', options, 'ha-drills-mirror', path], {
    stdio: ['ignore', 'ignore', 'pipe', device],
  });
  let complaint = '';
  child.stderr?.on('data', (piece) => {
    complaint += piece;
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`${path} cannot be mounted: ${complaint.trim() || `status ${status}`}`);
}
