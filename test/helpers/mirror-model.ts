/**
 * A mirrored volume on two pretended disks that can be lost and come back, under nodes that can crash: what the volume
 * has promised is kept apart and compared with what it then reads. Everything takes a random number of turns.
 */
import { REPLICA_AREA, type Replica } from '../../images/common/replica.ts';
import { decide, type Found, NotCurrent } from '../../images/mirror/assembling.ts';
import type { Half } from '../../images/mirror/half.ts';
import { Mirror } from '../../images/mirror/mirror.ts';

export const BLOCKS = 6;
const BLOCK = 16;
const VOLUME = 'dg/d0';
const NAMES = ['a/h1', 'b/h2'] as const;

export type Action =
  | { do: 'write'; block: number }
  | { do: 'flush' }
  | { do: 'lose'; half: 0 | 1 }
  | { do: 'restore'; half: 0 | 1 }
  | { do: 'look' }
  | { do: 'check' }
  | { do: 'crash' }
  | { do: 'close' }
  | { do: 'assemble' }
  | { do: 'wait'; turns: number };

export interface Sabotages {
  acknowledgeEarly?: boolean;
  withoutMediators?: boolean;
}

class Disk {
  /** What is safe, and what is written on top of it; a loss takes the difference. */
  stable = Buffer.alloc(BLOCKS * BLOCK);
  bytes = Buffer.alloc(BLOCKS * BLOCK);
  replica: Replica | undefined;
  lost = false;
  /** Ports of an earlier number are cut. */
  port = 0;
}

class PretendedHalf implements Half {
  readonly #disk: Disk;
  readonly #port: number;
  readonly #model: Model;

  constructor(disk: Disk, model: Model) {
    this.#disk = disk;
    disk.port += 1;
    this.#port = disk.port;
    this.#model = model;
  }

  async #there(): Promise<Disk> {
    await this.#model.turns();
    if (this.#disk.lost || this.#port !== this.#disk.port) throw new Error('EIO');
    return this.#disk;
  }

  async read(into: Buffer, offset: number): Promise<void> {
    const disk = await this.#there();
    disk.bytes.copy(into, 0, offset, offset + into.length);
    await this.#there();
  }

  async write(data: Buffer, offset: number): Promise<void> {
    data.copy((await this.#there()).bytes, offset);
    await this.#there();
  }

  async flush(): Promise<void> {
    const disk = await this.#there();
    disk.bytes.copy(disk.stable);
    await this.#there();
  }

  async writeReplica(replica: Replica): Promise<void> {
    (await this.#there()).replica = structuredClone(replica);
    await this.#there();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export class Model {
  readonly disks: [Disk, Disk] = [new Disk(), new Disk()];
  readonly #sabotages: Sabotages;
  #seed: number;
  #mediator: Replica | undefined;
  #mirror: Mirror | undefined;
  /** Grows with every crash, so that what a dead node still had to do is not done. */
  #life = 0;
  #count = 0;
  /** By block: the last write that was acknowledged, and the last that was flushed after that. */
  #acknowledged = Array.from({ length: BLOCKS }, () => 0);
  readonly #durable = Array.from({ length: BLOCKS }, () => 0);

  constructor(seed: number, sabotages: Sabotages = {}) {
    this.#seed = seed;
    this.#sabotages = sabotages;
    const [first] = this.disks;
    first.replica = { volume: VOLUME, events: 1, current: [true, false], open: false, node: 'maker' };
  }

  /** Some turns of the event loop's queue, as chance has it. */
  async turns(): Promise<void> {
    this.#seed = (Math.imul(this.#seed, 1103515245) + 12345) & 0x7fffffff;
    for (let left = (this.#seed >> 16) % 6; left > 0; left--) await undefined;
  }

  async perform(action: Action): Promise<void> {
    switch (action.do) {
      case 'write':
        return this.#write(action.block);
      case 'flush':
        return this.#flush();
      case 'lose':
        return this.#lose(this.disks[action.half]);
      case 'restore':
        this.disks[action.half].lost = false;
        return;
      case 'look':
        return await this.#look();
      case 'check':
        return await this.#mirror?.check();
      case 'crash':
        this.#crash();
        return;
      case 'close':
        return await this.#close();
      case 'assemble':
        return await this.#assemble();
      case 'wait':
        for (let left = action.turns; left > 0; left--) await undefined;
    }
  }

  /** Halves that the mirror knows to be lost. */
  missing(): number[] {
    return this.#mirror?.missing() ?? [];
  }

  /** Not waited for: many are under way at the same time. */
  #write(block: number): void {
    this.#count += 1;
    const [number, life] = [this.#count, this.#life];
    const data = Buffer.alloc(BLOCK);
    data.writeUInt32LE(number);
    this.#mirror?.write(data, block * BLOCK).then(
      () => {
        if (life === this.#life) this.#acknowledged[block] = Math.max(this.#acknowledged[block] ?? 0, number);
      },
      () => undefined,
    );
  }

  #flush(): void {
    const [covered, life] = [[...this.#acknowledged], this.#life];
    this.#mirror?.flush().then(
      () => {
        if (life !== this.#life) return;
        for (const [block, number] of covered.entries())
          this.#durable[block] = Math.max(this.#durable[block] ?? 0, number);
      },
      () => undefined,
    );
  }

  #lose(disk: Disk): void {
    disk.lost = true;
    disk.port += 1;
    disk.stable.copy(disk.bytes);
  }

  #crash(): void {
    this.#end();
    for (const disk of this.disks) disk.port += 1;
  }

  async #close(): Promise<void> {
    await this.#mirror?.close();
    this.#end();
  }

  #end(): void {
    this.#life += 1;
    this.#mirror = undefined;
    // What was not flushed may be gone, and a later life's flush says nothing of it.
    this.#acknowledged = [...this.#durable];
  }

  async #look(): Promise<void> {
    for (const index of this.#mirror?.missing() ?? []) {
      const disk = this.disks[index];
      if (!disk.lost)
        await this.#mirror?.takeBack(index, new PretendedHalf(disk, this)).catch(() => undefined);
    }
  }

  async #assemble(): Promise<void> {
    if (this.#mirror !== undefined) return;
    const halves = this.disks.map((disk) => (disk.lost ? undefined : new PretendedHalf(disk, this)));
    const found = this.disks.map(
      ({ lost, replica }): Found => (lost ? { there: false, why: 'lost' } : { there: true, replica }),
    );
    const noted = this.#sabotages.withoutMediators ? [] : [this.#mediator].filter((one) => one !== undefined);
    try {
      const { uses, replica } = decide(NAMES, [found[0] as Found, found[1] as Found], noted);
      const life = this.#life;
      const mirror = await Mirror.open([halves[0], halves[1]], uses, this.#options(replica, life));
      if (life === this.#life) this.#mirror = mirror;
    } catch (error) {
      if (error instanceof NotCurrent && this.disks.every(({ lost }) => !lost))
        throw new Error(`refused with both halves there: ${error.message}`);
      return;
    }
    await this.verify();
  }

  #options(replica: Replica, life: number) {
    return {
      replica,
      halfBytes: BLOCKS * BLOCK + REPLICA_AREA,
      node: 'Node1',
      names: NAMES,
      chunkBytes: BLOCK * 2,
      mediate: async (one: Replica) => {
        await this.turns();
        if (life === this.#life && one.events > (this.#mediator?.events ?? 0)) this.#mediator = one;
        await this.turns();
      },
      log: () => undefined,
      resyncRate: () => null,
      acknowledgeEarly: this.#sabotages.acknowledgeEarly ?? false,
    };
  }

  /** @throws when a block is older than what was made durable. */
  async verify(): Promise<void> {
    const promised = [...this.#durable];
    for (const [block, number] of promised.entries()) {
      const data = Buffer.alloc(BLOCK);
      const read = await this.#mirror?.read(data, block * BLOCK).then(
        () => true,
        () => false,
      );
      if (read && data.readUInt32LE() < number)
        throw new Error(`block ${block} has write ${data.readUInt32LE()}, and ${number} was durable`);
    }
  }

  /** All is back, and in the end the halves are the same. */
  async settle(): Promise<void> {
    this.#crash();
    for (const disk of this.disks) disk.lost = false;
    await this.#assemble();
    if (this.#mirror === undefined) throw new Error('with both halves there it does not open');
    await this.#mirror.resynchronised();
    await this.verify();
    await this.#mirror.close();
    const [first, second] = this.disks;
    if (!first.stable.equals(second.stable)) throw new Error('the halves differ after a clean close');
    if (!first.bytes.equals(second.bytes)) throw new Error('the halves differ in what is not safe yet');
  }
}
