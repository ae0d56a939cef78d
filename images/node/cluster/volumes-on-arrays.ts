/** Device groups on the arrays' LUNs: reservations that make this node their master, and devices on their volumes. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { every } from '../../common/clock.ts';
import { run } from '../../common/run.ts';
import { tell } from '../../common/tell.ts';
import { type DeviceGroupConfig, type LunPath, type NodeConfig, type Volume, volumePath } from '../config.ts';
import { DeviceBusy, lunDevice, ReservationConflict } from './arrays.ts';
import { MirrorDaemon } from './mirror-daemon.ts';
import type { MirrorStatus, Volumes } from './volumes.ts';

/** How often halves are looked for that were lost. */
const LOOK_EVERY_MS = 1000;

type Half = Volume['submirrors'][number];

/** What this asks of the arrays. */
export interface Reserving {
  /** @throws ReservationConflict, DeviceBusy; other errors when the array does not answer. */
  reserve(path: LunPath): Promise<void>;
  release(path: LunPath): Promise<void>;
}

export class ArrayVolumes implements Volumes {
  readonly deviceGroups: readonly DeviceGroupConfig[];
  readonly #config: NodeConfig;
  readonly #arrays: Reserving;
  readonly #mirrors: MirrorDaemon | undefined;
  /** LUNs of groups that this node masters, as array/LUN, that it could not reserve, and why. */
  readonly #unreserved = new Map<string, string>();
  /** Mirrored volumes that are open here, as deviceGroup/volume. */
  readonly #open = new Map<string, Volume>();
  /** By half, as array/LUN: why it was not taken back the last time. */
  readonly #troubles = new Map<string, string>();
  #looking = false;

  constructor(config: NodeConfig, arrays: Reserving) {
    this.deviceGroups = config.deviceGroups;
    this.#config = config;
    this.#arrays = arrays;
    this.#mirrors = config.mirrorService === null ? undefined : new MirrorDaemon(config.mirrorService);
    if (this.#mirrors) every(LOOK_EVERY_MS, () => void this.#lookForHalves());
  }

  find(devicePath: string): { deviceGroup: DeviceGroupConfig; volume: Volume } | undefined {
    for (const deviceGroup of this.deviceGroups) {
      const volume = deviceGroup.volumes.find(({ name }) =>
        [false, true].some((raw) => volumePath(deviceGroup.name, name, raw) === devicePath),
      );
      if (volume) return { deviceGroup, volume };
    }
    return undefined;
  }

  async master(deviceGroup: string): Promise<void> {
    const { volumes } = this.#group(deviceGroup);
    await Promise.all(volumes.map((volume) => this.#reserve(deviceGroup, volume)));
  }

  /** All halves that answer, at least one; a half whose array is silent is stale from then on. */
  async #reserve(deviceGroup: string, { name, submirrors }: Volume): Promise<void> {
    const results = await Promise.allSettled(submirrors.map((half) => this.#reserveHalf(half)));
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    const refusal = errors.find(isRefusal);
    if (refusal) throw refusal;
    if (errors.length === results.length)
      throw new Error(
        `${deviceGroup}/${name} cannot be reserved: ${errors.map(({ message }) => message).join('; ')}`,
      );
  }

  async #reserveHalf(half: Half): Promise<void> {
    try {
      await this.#arrays.reserve({ ...half, quorum: false });
      this.#unreserved.delete(nameOf(half));
    } catch (error) {
      this.#unreserved.set(nameOf(half), messageOf(error));
      throw error;
    }
  }

  async release(deviceGroup: string): Promise<void> {
    const halves = this.#group(deviceGroup).volumes.flatMap(({ submirrors }) => submirrors);
    for (const half of halves) this.#unreserved.delete(nameOf(half));
    const results = await Promise.allSettled(
      halves.map((half) => this.#arrays.release({ ...half, quorum: false })),
    );
    // An array that does not answer holds the reservation of a node that has gone on without it.
    const refusal = results.find((result) => result.status === 'rejected' && isRefusal(result.reason));
    if (refusal?.status === 'rejected') throw refusal.reason;
  }

  async open(deviceGroup: string, name: string): Promise<string> {
    const volume = this.#volume(deviceGroup, name);
    const [half] = volume.submirrors;
    if (volume.submirrors.length > 1) {
      await makeDevices(deviceGroup, name, await this.#assemble(`${deviceGroup}/${name}`, volume));
    } else if (half !== undefined) {
      await makeDevices(deviceGroup, name, minorOf(lunDevice(half)));
      // Each port has a block cache of its own, and what it read before another node's writes is stale.
      if (this.#config.sabotage !== 'skip-cache-flush')
        await run('blockdev', ['--flushbufs', volumePath(deviceGroup, name)]);
    }
    return volumePath(deviceGroup, name);
  }

  async #assemble(name: string, volume: Volume): Promise<number> {
    const unreserved = volume.submirrors.map((half) => this.#unreserved.get(nameOf(half)) ?? null);
    const minor = await this.#daemon().assemble(name, unreserved);
    this.#open.set(name, volume);
    return minor;
  }

  async close(deviceGroup: string, volume: string): Promise<void> {
    const name = `${deviceGroup}/${volume}`;
    if (this.#volume(deviceGroup, volume).submirrors.length > 1) {
      this.#open.delete(name);
      await this.#daemon().disassemble(name);
    }
    for (const raw of [false, true]) rmSync(volumePath(deviceGroup, volume, raw), { force: true });
  }

  /** Halves whose arrays are back: first the reservation, which waits for those who had it before; then the data. */
  async #lookForHalves(): Promise<void> {
    if (this.#looking || this.#open.size === 0) return;
    this.#looking = true;
    try {
      for (const mirror of await this.mirrors()) {
        const name = `${mirror.deviceGroup}/${mirror.volume}`;
        for (const [index, half] of mirror.submirrors.entries())
          if (half.state === 'Needs maintenance' && this.#open.has(name))
            await this.#takeBack(name, index, half);
      }
    } catch (error) {
      tell({ kind: 'log', text: `mirrors: ${messageOf(error)}` });
    } finally {
      this.#looking = false;
    }
  }

  async #takeBack(name: string, index: number, { array, lun }: Half): Promise<void> {
    const half = nameOf({ array, lun });
    try {
      await this.#reserveHalf({ array, lun });
      await this.#daemon().takeBack(name, index);
      this.#troubles.delete(half);
    } catch (error) {
      // Told once: as a rule it is not back yet.
      const trouble = messageOf(error);
      if (trouble !== this.#troubles.get(half)) tell({ kind: 'log', text: `${half} of ${name}: ${trouble}` });
      this.#troubles.set(half, trouble);
    }
  }

  async mirrors(): Promise<MirrorStatus[]> {
    return (await this.#mirrors?.status()) ?? [];
  }

  #group(name: string): DeviceGroupConfig {
    const group = this.deviceGroups.find((one) => one.name === name);
    if (group === undefined)
      throw new Error(
        `there is no device group ${name}; there are ${this.deviceGroups.map((one) => one.name).join(', ')}`,
      );
    return group;
  }

  #volume(deviceGroup: string, name: string): Volume {
    const { volumes } = this.#group(deviceGroup);
    const volume = volumes.find((one) => one.name === name);
    if (volume === undefined)
      throw new Error(
        `device group ${deviceGroup} has no volume ${name}; it has ${volumes.map((one) => one.name).join(', ')}`,
      );
    return volume;
  }

  #daemon(): MirrorDaemon {
    if (this.#mirrors === undefined) throw new Error(`${this.#config.name} has no mirror daemon beside it`);
    return this.#mirrors;
  }
}

function nameOf({ array, lun }: Half): string {
  return `${array}/${lun}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The array answered, and said no: this node's key is gone, or another node masters the disk. */
function isRefusal(error: unknown): boolean {
  return error instanceof ReservationConflict || error instanceof DeviceBusy;
}

/** A port that is attached anew has another number, so the nodes in /dev/md are made at each opening. */
async function makeDevices(deviceGroup: string, volume: string, minor: number): Promise<void> {
  for (const raw of [false, true]) {
    const path = volumePath(deviceGroup, volume, raw);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    await run('mknod', [path, 'b', '7', String(minor)]);
  }
}

/** As the kernel packs it: eight bits below the major number, the rest above. */
function minorOf(device: string): number {
  const { rdev } = statSync(device);
  return (rdev & 0xff) | ((rdev >> 12) & 0xfff00);
}
