/** The LUNs of an array that is slow, or may become so: each once more as a file that takes its time. */

import { FuseFile } from '../common/fuse-file.ts';
import { run } from '../common/run.ts';
import { SlowLun } from './slow-lun.ts';

export class SlowLuns {
  readonly #folder: string;
  readonly #array: string;
  readonly #ownMs: number;
  readonly #paths = new Map<string, Promise<string>>();
  #latencyMs: number;
  /** After a loss of the array its files are other ones, while nodes may still hold the old. */
  #life = 1;

  constructor(folder: string, array: string, latencyMs: number) {
    this.#folder = folder;
    this.#array = array;
    this.#ownMs = latencyMs;
    this.#latencyMs = latencyMs;
  }

  setLatency(latencyMs: number | null): void {
    this.#latencyMs = latencyMs ?? this.#ownMs;
  }

  /** Ends as the LUN is named, so that the kernel's name of a port's file says whose it is. */
  pathOf(lun: string, file: string): Promise<string> {
    const known = this.#paths.get(lun);
    if (known !== undefined) return known;
    const path = this.#make(`${this.#folder}/slow${this.#life}/${this.#array}/${lun}`, file);
    this.#paths.set(lun, path);
    // Whoever asks again gets another try.
    path.catch(() => {
      if (this.#paths.get(lun) === path) this.#paths.delete(lun);
    });
    return path;
  }

  async #make(path: string, file: string): Promise<string> {
    const lun = await SlowLun.open(file, () => this.#latencyMs);
    try {
      await FuseFile.mount(path, lun);
    } catch (error) {
      await lun.close();
      throw error;
    }
    return path;
  }

  /** Takes the files away from whoever does not hold them; ports must be asked for anew. */
  async end(): Promise<void> {
    const paths = await Promise.all(this.#paths.values());
    this.#paths.clear();
    this.#life += 1;
    for (const path of paths) await run('umount', ['-l', path]);
  }
}
