/**
 * A mirrored volume in operation: writes go to both halves, reads come from the first that is in order. What makes it
 * a mirror and not two disks is the order of things: a half that fails is noted as no longer current, on the other half
 * and at the mediators, before anything that it lacks is acknowledged.
 */

import { withAligned } from '../common/aligned.ts';
import { moment, monotonicMs } from '../common/clock.ts';
import { REPLICA_AREA, type Replica } from '../common/replica.ts';
import type { Use } from './assembling.ts';
import { type Half, type MirrorOptions, messageOf, NoHalfLeft } from './half.ts';
import { RangeLocks } from './range-locks.ts';

type State = 'okay' | 'resyncing' | 'failed';

interface Side {
  half: Half | undefined;
  state: State;
  /** Of a resynchronisation: bytes done. */
  done: number;
}

/** One of a disk's blocks. */
const LOOK_BYTES = 4096;
const HALVES = [0, 1] as const;
type Index = (typeof HALVES)[number];

export class Mirror {
  readonly #options: MirrorOptions;
  readonly #locks = new RangeLocks();
  readonly #sides: [Side, Side];
  /** The last change that was written, or is being written. */
  #replica: Replica;
  /** Resolves when all changes so far are noted. */
  #noted: Promise<void> = Promise.resolve();
  #resyncing: Promise<void> = Promise.resolve();
  #open = true;
  /** Nothing is noted by this node yet; what was noted by another may not have got to the mediators. */
  #opening = true;

  private constructor(options: MirrorOptions) {
    this.#options = options;
    this.#replica = options.replica;
    this.#sides = [failed(), failed()];
  }

  /** Opens it for reading and writing; `uses` says what each half is good for, see assembling.ts. */
  static async open(
    halves: readonly [Half | undefined, Half | undefined],
    uses: readonly [Use, Use],
    options: MirrorOptions,
  ): Promise<Mirror> {
    const mirror = new Mirror(options);
    for (const index of HALVES) {
      const half = halves[index];
      if (half && uses[index] === 'current') mirror.#sides[index] = { half, state: 'okay', done: 0 };
      if (half && uses[index] === 'unclean') mirror.#sides[index] = { half, state: 'resyncing', done: 0 };
    }
    mirror.#note();
    await mirror.#noted;
    if (mirror.#reference() === undefined) throw new NoHalfLeft(options.replica.volume);
    for (const index of HALVES) {
      const half = halves[index];
      if (half && uses[index] === 'unclean') mirror.#start(mirror.#sides[index]);
      // One that fails at once is looked for again like any other that is missing.
      if (half && uses[index] === 'stale') await mirror.takeBack(index, half).catch(() => undefined);
    }
    return mirror;
  }

  get bytes(): number {
    return this.#options.halfBytes - REPLICA_AREA;
  }

  get volume(): string {
    return this.#replica.volume;
  }

  status(): { state: State; progress: number }[] {
    return this.#sides.map(({ state, done }) => ({ state, progress: Math.floor((done / this.bytes) * 100) }));
  }

  /** Reads a block of each half: that one is lost, and to be looked for, is to be known though nobody uses the volume. */
  async check(): Promise<void> {
    for (const side of this.#sides) {
      if (!this.#open || side.state !== 'okay') continue;
      const { half } = side;
      await withAligned(Math.min(LOOK_BYTES, this.bytes), async (buffer) => half?.read(buffer, 0)).catch(
        (error: unknown) => this.#fail(side, error),
      );
    }
    await this.#noted;
  }

  /** Halves to look for. */
  missing(): Index[] {
    return HALVES.filter((index) => this.#sides[index].state === 'failed');
  }

  async read(into: Buffer, offset: number): Promise<void> {
    for (;;) {
      const side = this.#reference();
      if (side?.half === undefined) throw new NoHalfLeft(this.volume);
      try {
        await side.half.read(into, offset);
        // What one half has and the other has not must not be seen before it is sure that it stays.
        return await this.#settled();
      } catch (error) {
        this.#fail(side, error);
      }
    }
  }

  async write(data: Buffer, offset: number): Promise<void> {
    const release = await this.#locks.hold(offset, offset + data.length);
    try {
      await this.#onAll((half) => half.write(data, offset));
    } finally {
      release();
    }
  }

  async flush(): Promise<void> {
    await this.#onAll((half) => half.flush());
  }

  /**
   * A half that was lost is back, through a fresh port: it gets a copy of the current one while writes go on to both.
   * Returns when that is under way.
   */
  async takeBack(index: Index, half: Half): Promise<void> {
    await this.#noted;
    if (!this.#open || this.#sides[index].state !== 'failed' || this.#reference() === undefined)
      return await half.close();
    try {
      // By its own word it may be current, and once it is half overwritten it is of no use to anybody.
      await half.writeReplica(this.#replica);
    } catch (error) {
      await half.close();
      throw error;
    }
    this.#sides[index] = { half, state: 'resyncing', done: 0 };
    this.#start(this.#sides[index]);
  }

  /** No more reading and writing: the halves are the same, and say so. */
  async close(): Promise<void> {
    this.#open = false;
    await this.#resyncing;
    await this.#locks.hold(0, this.bytes);
    await this.flush().catch(() => undefined);
    this.#note();
    await this.#noted;
    await Promise.all(this.#sides.map(({ half }) => half?.close().catch(() => undefined)));
  }

  /** Resolves when no resynchronisation is under way. */
  async resynchronised(): Promise<void> {
    await this.#resyncing;
  }

  /** The half that is read. */
  #reference(): Side | undefined {
    return this.#sides.find(({ state }) => state === 'okay');
  }

  #nameOf(index: number): string {
    return this.#options.names[index] ?? '';
  }

  /** Does the same on all halves; well done when one that is in order has done it, and the others' failure is noted. */
  async #onAll(work: (half: Half) => Promise<void>): Promise<void> {
    const done = await Promise.all(
      this.#sides.map(async (side) => {
        if (side.half === undefined) return undefined;
        try {
          await work(side.half);
          return side;
        } catch (error) {
          this.#fail(side, error);
          return undefined;
        }
      }),
    );
    await this.#settled();
    const lacking = this.#options.failWithEither && this.#sides.some(({ state }) => state === 'failed');
    if (lacking || !done.some((side) => side?.state === 'okay')) throw new NoHalfLeft(this.volume);
  }

  async #settled(): Promise<void> {
    if (!this.#options.acknowledgeEarly) await this.#noted;
  }

  #fail(side: Side, error: unknown): void {
    if (side.state === 'failed') return;
    this.#drop(side, error);
    this.#note();
  }

  #drop(side: Side, error: unknown): void {
    const index = this.#sides.indexOf(side);
    const { half } = side;
    side.state = 'failed';
    side.half = undefined;
    this.#options.log(`${this.#nameOf(index)} needs maintenance: ${messageOf(error)}`);
    void half?.close().catch(() => undefined);
    if (this.#reference() !== undefined) return;
    // Not yet the same as the one that is gone, but with all that was ever acknowledged.
    const next = this.#sides.find(
      ({ state }, other) => state === 'resyncing' && this.#replica.current[other],
    );
    if (next) next.state = 'okay';
  }

  /** Has what is now the case written down. Until that is done nothing is acknowledged. */
  #note(): void {
    this.#noted = this.#noted.then(() => this.#writeDown());
  }

  async #writeDown(): Promise<void> {
    while (this.#reference() !== undefined) {
      const before = this.#replica;
      const isCurrent = ({ state }: Side, index: Index) =>
        state === 'okay' || (state === 'resyncing' && before.current[index]);
      const current: [boolean, boolean] = [isCurrent(this.#sides[0], 0), isCurrent(this.#sides[1], 1)];
      // Where a resynchronisation was cut short, whoever opens it next must begin it anew.
      const open = this.#open || this.#sides.some(({ state }) => state === 'resyncing');
      const same = HALVES.every((index) => current[index] === before.current[index]);
      if (same && before.open === open && !this.#opening) return;
      const { node } = this.#options;
      const next = { ...before, events: before.events + 1, current, open, node };
      this.#replica = next;
      await Promise.all(this.#sides.filter((_, index) => current[index]).map((side) => this.#writeOn(side)));
      // Only what a half has is told to others: a node whose ports are cut must not talk its half into being current.
      if (this.#reference() === undefined) return;
      const without = HALVES.some((index) => !current[index] && (before.current[index] || this.#opening));
      this.#opening = false;
      const mediated = this.#options.mediate(next);
      // Only where one half goes on without the other could its later loss make old data look current.
      if (without) await mediated;
    }
  }

  async #writeOn(side: Side): Promise<void> {
    try {
      await side.half?.writeReplica(this.#replica);
    } catch (error) {
      this.#drop(side, error);
    }
  }

  #start(side: Side): void {
    this.#resyncing = this.#resyncing
      .then(() => this.#resync(side))
      .catch((error) => this.#fail(side, error));
  }

  async #resync(target: Side): Promise<void> {
    const name = this.#nameOf(this.#sides.indexOf(target));
    this.#options.log(`${name} is being resynchronised`);
    await withAligned(this.#options.chunkBytes, (buffer) => this.#copyAll(target, buffer));
    await target.half?.flush();
    if (target.state !== 'resyncing' || target.done < this.bytes) return;
    target.state = 'okay';
    this.#note();
    await this.#noted;
    this.#options.log(`${name} is resynchronised`);
  }

  async #copyAll(target: Side, buffer: Buffer): Promise<void> {
    const began = monotonicMs();
    while (target.done < this.bytes && this.#open && target.state === 'resyncing') {
      const chunk = buffer.subarray(0, Math.min(buffer.length, this.bytes - target.done));
      await this.#copy(chunk, target);
      target.done += chunk.length;
      const rate = this.#options.resyncRate();
      const aheadMs = rate === null ? 0 : (target.done / rate) * 1000 - (monotonicMs() - began);
      if (aheadMs > 0) await moment(aheadMs);
    }
  }

  /** While it is copied nobody writes to it; what is written before or after goes to both halves. */
  async #copy(chunk: Buffer, target: Side): Promise<void> {
    const release = await this.#locks.hold(target.done, target.done + chunk.length);
    try {
      await this.read(chunk, target.done);
      const isLast = target.done + chunk.length >= this.bytes;
      if (this.#options.flipAByte && isLast) chunk.writeUInt8(0xff ^ (chunk.at(-1) ?? 0), chunk.length - 1);
      await target.half?.write(chunk, target.done);
    } finally {
      release();
    }
  }
}

function failed(): Side {
  return { half: undefined, state: 'failed', done: 0 };
}
