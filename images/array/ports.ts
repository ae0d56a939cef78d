/** The ports of an array: loop devices over its LUNs' files, which can be cut. */
import { LoopDevices } from '../common/loop-devices.ts';

/** A port: the device that a node mounts, and the device whose size is cut (the same, unless ports are stacked). */
export interface Port {
  minor: number;
  cutMinor: number;
}

export class Ports {
  readonly #loops = new LoopDevices();
  #stacked = false;

  /** Finds out on a scratch file whether this kernel cuts a device that is in exclusive use; if not, ports are stacked. */
  async chooseKind(scratchFile: string, forceStacked: boolean): Promise<'plain' | 'stacked'> {
    const minor = await this.attachPlain(scratchFile);
    this.#stacked = forceStacked || (await this.#loops.ask(`claim ${minor}`)) === 'busy';
    await this.#loops.release(minor);
    return this.#stacked ? 'stacked' : 'plain';
  }

  async attachPlain(file: string): Promise<number> {
    return await this.#loops.attach(file);
  }

  async attach(file: string): Promise<Port> {
    if (!this.#stacked) {
      const minor = await this.attachPlain(file);
      return { minor, cutMinor: minor };
    }
    const [minor = Number.NaN, cutMinor = Number.NaN] = (await this.#loops.ask(`stack ${file}`))
      .split(' ')
      .map(Number);
    return { minor, cutMinor };
  }

  async cut(port: Port): Promise<void> {
    await this.#loops.ask(`cut ${port.cutMinor}`);
  }

  async release(port: Port): Promise<void> {
    await this.#loops.release(port.minor);
    if (port.cutMinor !== port.minor) await this.#loops.release(port.cutMinor);
  }

  /**
   * Takes the array's own file system down, between two writes: an fsync that meets a shutdown halfway has been seen to
   * succeed for what was lost, and no array does that.
   */
  async shutDown(directory: string): Promise<void> {
    await this.#loops.ask(`lose ${directory}`);
  }
}
