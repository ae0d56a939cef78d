/** An array's disks: LUNs as files on a file system of the array's own, and each node's ports to them. */
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeReplica, REPLICA_AREA, type Replica, replicaOffset } from '../common/replica.ts';
import { run } from '../common/run.ts';
import { tell } from '../common/tell.ts';
import type { Port, Ports } from './ports.ts';
import { SlowLuns } from './slow-luns.ts';

export interface LunConfig {
  name: string;
  sizeMiB: number;
  /** What the new file system holds; without it the LUN stays raw (a quorum device, say). */
  content?: Content;
  /** Half of a mirror: its volume ends before the state replica. The first half has both from the beginning. */
  mirror?: { replica?: Replica };
}

/** Paths relative to the root of the file system. */
export interface Content {
  /** Uid and gid of all of it; without one, the calendar's user. */
  owner?: number;
  directories: string[];
  /** Path → text. */
  files: Record<string, string>;
}

/** icsuser:icsgroup, as the Dockerfile makes them. */
const OWNER = 6300;

const BACKING = '/backing/ha-drills.img';

function lay({ owner = OWNER, directories, files }: Content, folder: string): void {
  for (const path of ['', ...directories]) {
    mkdirSync(join(folder, path), { recursive: true });
    chownSync(join(folder, path), owner, owner);
  }
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(join(folder, path), text);
    chownSync(join(folder, path), owner, owner);
  }
}

async function writeReplica(file: string, halfBytes: number, replica: Replica): Promise<void> {
  await using half = await open(file, 'r+');
  const block = encodeReplica(replica);
  await half.write(block, 0, block.length, replicaOffset(halfBytes, replica.events));
}

/** Writes a file and waits for the disk; the error's code, or nothing when the disk has it. */
function writeThrough(file: string): string {
  try {
    writeFileSync(file, 'drill', { flush: true });
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** A node's path to a LUN, by the name that it gave it. */
const pathKey = (node: string, lun: string, path: string) => `${node} ${lun} ${path}`;

export class Disks {
  readonly #array: string;
  /** Below `/ha-drills/RUN/ARRAY`, so that the kernel's name of a port's file says whose it is. */
  readonly #root: string;
  readonly #ports: Ports;
  readonly #luns: LunConfig[];
  readonly #attached = new Map<
    string,
    { node: string; lun: string; path: string; port: Port; cut: boolean }
  >();
  readonly #slow: SlowLuns | null;
  #store: number | undefined;
  #lost = false;

  /** `latencyMs`: how long every access takes; null for an array that is as fast as can be, and stays so. */
  constructor(run: string, array: string, luns: LunConfig[], ports: Ports, latencyMs: number | null = null) {
    this.#array = array;
    this.#root = `/ha-drills/${run}/${array}`;
    this.#luns = luns;
    this.#ports = ports;
    this.#slow = latencyMs === null ? null : new SlowLuns(`/ha-drills/${run}`, array, latencyMs);
  }

  /** Makes the array's file system on its backing file and a file system on each LUN that has content. */
  async create(): Promise<void> {
    const totalMiB = this.#luns.reduce((sum, lun) => sum + lun.sizeMiB, 0);
    // Twice the LUNs, since copies for reading back lie beside them.
    await run('truncate', ['-s', `${totalMiB * 2 + 64}M`, BACKING]);
    await run('mkfs.ext4', [
      '-q',
      '-F',
      '-b',
      '4096',
      '-e',
      'remount-ro',
      '-O',
      '^resize_inode',
      '-E',
      'nodiscard',
      BACKING,
    ]);
    await this.#mountStore();
    await Promise.all(this.#luns.map((lun) => this.#format(lun)));
    // Nothing of the set-up may still be on its way when a later loss of the array throws away what is.
    await run('sync', ['-f', this.#root]);
  }

  async #format(lun: LunConfig): Promise<void> {
    const file = this.#file(lun.name);
    await run('truncate', ['-s', `${lun.sizeMiB}M`, file]);
    const bytes = lun.sizeMiB * 2 ** 20;
    if (lun.mirror?.replica) await writeReplica(file, bytes, lun.mirror.replica);
    if (lun.content === undefined) return;
    const folder = `/tmp/content-of-${lun.name}`;
    lay(lun.content, folder);
    const { owner = OWNER } = lun.content;
    const content = ['-d', folder, '-E', `root_owner=${owner}:${owner},nodiscard`];
    const volumeKiB = (bytes - (lun.mirror ? REPLICA_AREA : 0)) / 1024;
    // After a disk error it turns read-only: going on has broken down the host's kernel, and a panic would be the host's.
    await run('mkfs.ext4', ['-q', '-F', '-b', '4096', '-e', 'remount-ro', ...content, file, `${volumeKiB}k`]);
  }

  async #mountStore(): Promise<void> {
    mkdirSync(this.#root, { recursive: true });
    this.#store = await this.#ports.attachPlain(BACKING);
    await run('mount', ['-t', 'ext4', `/dev/loop${this.#store}`, this.#root]);
  }

  /**
   * A fresh port of `node` to `lun`; an earlier one is replaced, since a port is never un-cut. Returns its minor. A
   * node may have a second path to a LUN, by a name: what fences it cuts them all.
   */
  async attach(node: string, lun: string, path = ''): Promise<number> {
    this.#refuseIfLost();
    await this.detach(node, lun, path);
    const file = this.#file(lun);
    const port = await this.#ports.attach((await this.#slow?.pathOf(lun, file)) ?? file);
    this.#attached.set(pathKey(node, lun, path), { node, lun, path, port, cut: false });
    tell({ kind: 'port-attached', node, lun: this.nameOf(lun), device: `7:${port.minor}` });
    return port.minor;
  }

  async detach(node: string, lun: string, path = ''): Promise<void> {
    const held = this.#attached.get(pathKey(node, lun, path));
    if (held === undefined) return;
    await this.#ports.release(held.port);
    this.#attached.delete(pathKey(node, lun, path));
    tell({ kind: 'port-detached', node, lun: this.nameOf(lun), device: `7:${held.port.minor}` });
  }

  /** All paths of `node` to `lun`, as if their cables were out; the node asks for new ones. */
  async unplug(node: string, lun: string): Promise<void> {
    for (const held of this.#pathsOf(node, lun)) await this.detach(node, lun, held.path);
  }

  /** Minors of the devices of a node's paths to a LUN. */
  minorsOf(node: string, lun: string): number[] {
    return this.#pathsOf(node, lun).map(({ port }) => port.minor);
  }

  #pathsOf(node: string, lun: string) {
    return [...this.#attached.values()].filter((held) => held.node === node && held.lun === lun);
  }

  /** Cuts the ports of `node` to `lun` (all LUNs if none is named): its further reads and writes fail. */
  async cut(node: string, because: 'preempted' | 'fault', lun?: string): Promise<number> {
    let count = 0;
    // As they are now: a port that is attached in the meantime is of a later life.
    for (const held of [...this.#attached.values()]) {
      if (held.node !== node || held.cut || (lun !== undefined && held.lun !== lun)) continue;
      if (this.#attached.get(pathKey(node, held.lun, held.path)) !== held) continue;
      await this.#ports.cut(held.port);
      held.cut = true;
      count += 1;
      tell({ kind: 'port-cut', node, lun: this.nameOf(held.lun), device: `7:${held.port.minor}`, because });
    }
    return count;
  }

  /** The array dies: every port of every node gets I/O errors, what was at rest stays. */
  async lose(): Promise<void> {
    this.#refuseIfLost();
    await this.#ports.shutDown(this.#root);
    this.#lost = true;
    tell({ kind: 'array-lost' });
  }

  /** The array is back, its journal replayed. Nodes attach their ports anew. */
  async restore(): Promise<void> {
    if (!this.#lost || this.#store === undefined) throw new Error(`array ${this.#array} is not lost`);
    for (const { node, lun, path } of [...this.#attached.values()]) await this.detach(node, lun, path);
    await this.#slow?.end();
    await run('umount', ['-l', this.#root]);
    await this.#ports.release({ minor: this.#store, cutMinor: this.#store });
    await this.#mountStore();
    this.#lost = false;
    tell({ kind: 'array-back' });
  }

  /** Every access takes so long from now on; null: as long as from the beginning. */
  setLatency(latencyMs: number | null): void {
    if (this.#slow === null) throw new Error(`array ${this.#array} was not built to become slow`);
    this.#slow.setLatency(latencyMs);
  }

  /** Where a LUN's file is for whoever wants to know how fast it is. */
  async measuredAt(lun: string): Promise<string> {
    return (await this.#slow?.pathOf(lun, this.#file(lun))) ?? this.#file(lun);
  }

  /** Minor of a device on a copy of the LUN as it is now, for reading back without touching the LUN. */
  async copy(lun: string): Promise<number> {
    const copy = `${this.#root}/copy-of-${lun}`;
    await run('cp', ['--sparse=always', this.#file(lun), copy]);
    return await this.#ports.attachPlain(copy);
  }

  /** Mounts a port here, writes, cuts the port, and writes again: what came of both. */
  async trial(lun: string): Promise<{ wroteBefore: boolean; errorAfter: string }> {
    const device = `/dev/loop${await this.attach('trial', lun)}`;
    mkdirSync('/mnt/trial', { recursive: true });
    await run('mount', ['-t', 'ext4', device, '/mnt/trial']);
    try {
      const before = writeThrough('/mnt/trial/before');
      await this.cut('trial', 'fault', lun);
      return { wroteBefore: before === '', errorAfter: writeThrough('/mnt/trial/after') };
    } finally {
      await run('umount', ['-l', '/mnt/trial']);
    }
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** Whether the node has a port to the LUN, cut or not. */
  isAttached(node: string, lun: string): boolean {
    return this.#attached.has(pathKey(node, lun, ''));
  }

  has(lun: string): boolean {
    return this.#luns.some(({ name }) => name === lun);
  }

  nameOf(lun: string): string {
    return `${this.#array}/${lun}`;
  }

  #file(lun: string): string {
    if (!this.has(lun))
      throw new Error(
        `array ${this.#array} has no LUN ${lun}; it has ${this.#luns.map((l) => l.name).join(', ')}`,
      );
    return `${this.#root}/${lun}`;
  }

  #refuseIfLost(): void {
    if (this.#lost) throw new Error(`array ${this.#array} is lost`);
  }
}
