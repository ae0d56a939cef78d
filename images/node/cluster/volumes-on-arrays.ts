/** Device groups on the arrays' LUNs: reservations that make this node their master, and devices on their volumes. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from '../../common/run.ts';
import { type DeviceGroupConfig, type LunPath, type NodeConfig, type Volume, volumePath } from '../config.ts';
import { lunDevice } from './arrays.ts';
import { MirrorDaemon } from './mirror-daemon.ts';
import type { MirrorStatus, Volumes } from './volumes.ts';

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

  constructor(config: NodeConfig, arrays: Reserving) {
    this.deviceGroups = config.deviceGroups;
    this.#config = config;
    this.#arrays = arrays;
    this.#mirrors = config.mirrorService === null ? undefined : new MirrorDaemon(config.mirrorService);
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
    const results = await Promise.allSettled(
      submirrors.map((half) => this.#arrays.reserve({ ...half, quorum: false })),
    );
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

  async release(deviceGroup: string): Promise<void> {
    const halves = this.#group(deviceGroup).volumes.flatMap(({ submirrors }) => submirrors);
    const results = await Promise.allSettled(
      halves.map((half) => this.#arrays.release({ ...half, quorum: false })),
    );
    // An array that does not answer holds the reservation of a node that has gone on without it.
    const refusal = results.find((result) => result.status === 'rejected' && isRefusal(result.reason));
    if (refusal?.status === 'rejected') throw refusal.reason;
  }

  async open(deviceGroup: string, volume: string): Promise<string> {
    const { submirrors } = this.#volume(deviceGroup, volume);
    const [half] = submirrors;
    if (submirrors.length > 1) {
      await makeDevices(deviceGroup, volume, await this.#daemon().assemble(`${deviceGroup}/${volume}`));
    } else if (half !== undefined) {
      await makeDevices(deviceGroup, volume, minorOf(lunDevice(half)));
      // Each port has a block cache of its own, and what it read before another node's writes is stale.
      if (this.#config.sabotage !== 'skip-cache-flush')
        await run('blockdev', ['--flushbufs', volumePath(deviceGroup, volume)]);
    }
    return volumePath(deviceGroup, volume);
  }

  async close(deviceGroup: string, volume: string): Promise<void> {
    if (this.#volume(deviceGroup, volume).submirrors.length > 1)
      await this.#daemon().disassemble(`${deviceGroup}/${volume}`);
    for (const raw of [false, true]) rmSync(volumePath(deviceGroup, volume, raw), { force: true });
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

/** The array answered, and said no: this node's key is gone, or another node masters the disk. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && ['ReservationConflict', 'DeviceBusy'].includes(error.name);
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
