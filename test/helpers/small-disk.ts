/**
 * An ext4 file system on a loop device, small enough to be filled, that can lose power. Power loss is ext4's shutdown
 * without a flush of its journal, after whoever wrote has been stopped; never a cut of the device below a writer.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../harness/clock.ts';
import { LoopDevices } from '../../images/common/loop-devices.ts';
import { run } from '../../images/common/run.ts';

/** In memory where that is possible: nothing of it has to outlive the test. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const IDLE_MS = 30_000;

export class SmallDisk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly point: string;
  readonly #folder: string;
  readonly #devices = new LoopDevices();
  #minor = -1;
  #mounted = false;

  private constructor(folder: string) {
    this.#folder = folder;
    this.point = join(folder, 'mnt');
  }

  /** @param root folder that the disk's file lies in: another one than memory, to measure a real disk. */
  static async make(sizeMiB: number, root = ROOT): Promise<SmallDisk> {
    const disk = new SmallDisk(mkdtempSync(join(root, 'small-disk-')));
    try {
      const image = join(disk.#folder, 'image');
      mkdirSync(disk.point);
      await run('truncate', ['-s', `${sizeMiB}M`, image]);
      await run('mkfs.ext4', ['-q', '-F', '-b', '4096', '-e', 'remount-ro', '-m', '0', image]);
      disk.#minor = await disk.#devices.attach(image);
      await disk.mount();
      return disk;
    } catch (error) {
      await disk[Symbol.asyncDispose]();
      throw error;
    }
  }

  async mount(): Promise<void> {
    await run('mount', ['-t', 'ext4', `/dev/loop${this.#minor}`, this.point]);
    this.#mounted = true;
  }

  async unmount(): Promise<void> {
    await run('umount', [this.point]);
    this.#mounted = false;
    // A container that starts just now has a copy of every mount for a moment, and the kernel would mount what it keeps
    // of a file system that is down once more, in place of what is on the disk.
    await until(
      'nobody has the disk mounted',
      IDLE_MS,
      async () => (await this.#devices.isIdle(this.#minor)) || undefined,
    );
    await run('blockdev', ['--flushbufs', `/dev/loop${this.#minor}`]);
  }

  /** From now on nothing reaches the disk, and every call of whoever has it open fails. */
  async shutDown(): Promise<void> {
    await this.#devices.ask(`shutdown ${this.point}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#mounted) await run('umount', [this.point]).catch(() => run('umount', ['-l', this.point]));
    if (this.#minor >= 0) await this.#devices.release(this.#minor);
    this.#devices.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
