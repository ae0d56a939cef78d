/** A mirrored volume that is assembled here: its halves, the file on them, and the device on that. */

import { FuseFile } from '../common/fuse-file.ts';
import { LoopDevices } from '../common/loop-devices.ts';
import type { Replica } from '../common/replica.ts';
import { decide, type Found, isSplit } from './assembling.ts';
import type { MirroredVolume } from './config.ts';
import { type MirrorOptions, messageOf } from './half.ts';
import { Mirror } from './mirror.ts';
import { type Place, PortHalf } from './port-half.ts';

export interface Surroundings extends Omit<MirrorOptions, 'replica' | 'halfBytes' | 'names'> {
  /** Where the file goes; the kernel shows its path as what the volume's device is backed by. */
  folder: string;
  place(half: { array: string; lun: string }): Place;
  /** What nodes have noted of a volume; `others`: ask the other nodes too. */
  noted(volume: string, others: boolean): Promise<Replica[]>;
  trustAnyHalf: boolean;
}

export const loops = new LoopDevices();

interface Reached {
  half: PortHalf | undefined;
  found: Found;
}

export class AssembledVolume {
  readonly volume: MirroredVolume;
  readonly #places: [Place, Place];
  readonly #mirror: Mirror;
  readonly #file: FuseFile;
  /** Of the loop device that the node mounts. */
  readonly minor: number;

  private constructor(
    volume: MirroredVolume,
    places: [Place, Place],
    made: { mirror: Mirror; file: FuseFile; minor: number },
  ) {
    this.volume = volume;
    this.#places = places;
    this.#mirror = made.mirror;
    this.#file = made.file;
    this.minor = made.minor;
  }

  /**
   * From the halves that are there and current. `unreserved`, by half: why the node could not reserve it, if so.
   * @throws NotCurrent
   */
  static async assemble(
    volume: MirroredVolume,
    unreserved: readonly (string | null)[],
    around: Surroundings,
  ): Promise<AssembledVolume> {
    const name = `${volume.deviceGroup}/${volume.name}`;
    const [first, second] = volume.submirrors;
    const places: [Place, Place] = [around.place(first), around.place(second)];
    const names = places.map(nameOf) as [string, string];
    const reached = await Promise.all([
      reach(places[0], unreserved[0] ?? null),
      reach(places[1], unreserved[1] ?? null),
    ]);
    try {
      const found: [Found, Found] = [reached[0].found, reached[1].found];
      const others = found.some(({ there }) => !there) || isSplit(found);
      const noted = around.trustAnyHalf ? [] : await around.noted(name, others);
      const { uses, replica } = decide(names, found, noted);
      around.log(`${name}: ${names.map((half, index) => `${half} is ${uses[index]}`).join(', ')}`);
      const halfBytes = reached.find(({ half }) => half)?.half?.bytes ?? 0;
      const options = { ...around, replica, halfBytes, names };
      const mirror = await Mirror.open([reached[0].half, reached[1].half], uses, options);
      const file = await FuseFile.mount(`${around.folder}/${name}`, mirror);
      const minor = await loops.attach(`${around.folder}/${name}`);
      return new AssembledVolume(volume, places, { mirror, file, minor });
    } catch (error) {
      await Promise.all(reached.map(({ half }) => half?.close().catch(() => undefined)));
      throw error;
    }
  }

  /** @throws when it is still mounted. */
  async disassemble(): Promise<void> {
    const { deviceGroup, name } = this.volume;
    if (!(await loops.isIdle(this.minor)))
      throw new Error(`${deviceGroup}/${name} is in use: unmount it first, then try again`);
    await loops.release(this.minor);
    await this.#file.unmount();
    await this.#mirror.close();
    await Promise.all(this.#places.map((place) => PortHalf.detach(place).catch(() => undefined)));
  }

  status(): { array: string; lun: string; state: 'okay' | 'resyncing' | 'failed'; progress: number }[] {
    const status = this.#mirror.status();
    return this.volume.submirrors.map(({ array, lun }, index) => ({
      array,
      lun,
      ...(status[index] ?? { state: 'failed', progress: 0 }),
    }));
  }

  async check(): Promise<void> {
    await this.#mirror.check();
  }

  /** Takes back a half whose array is there again, on which its node has a reservation again. */
  async takeBack(index: 0 | 1): Promise<void> {
    if (!this.#mirror.missing().includes(index)) return;
    await this.#mirror.takeBack(index, await PortHalf.attach(this.#places[index]));
  }
}

async function reach(place: Place, unreserved: string | null): Promise<Reached> {
  if (unreserved !== null) return { half: undefined, found: { there: false, why: unreserved } };
  let half: PortHalf | undefined;
  try {
    half = await PortHalf.attach(place);
    return { half, found: { there: true, replica: await half.readReplica() } };
  } catch (error) {
    await half?.close().catch(() => undefined);
    return { half: undefined, found: { there: false, why: messageOf(error) } };
  }
}

function nameOf({ array, lun }: Place): string {
  return `${array}/${lun}`;
}
