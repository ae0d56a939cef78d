/** A global file system on its primary: mounted at a place of its own, served to the members, and at its mount point. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { run } from '../../../common/run.ts';
import { checkAndMount } from '../types/mounting.ts';
import { forceUnmount, isBlockDevice, mountAt } from '../types/mounts.ts';
import type { VfstabLine } from '../types/vfstab.ts';

const SERVER = new URL('serve.pl', import.meta.url).pathname;
/** A change of names must be on disk when it has been acknowledged: members cannot ask for that as fsync of a folder. */
const NAMES_AT_ONCE = 'dirsync';

export interface GlobalFileSystem {
  mountPoint: string;
  entry: VfstabLine;
  deviceGroup: string;
  volume: string;
  /** Where its primary has it mounted. */
  directory: string;
  /** Port of its primary's server, on all nodes the same. */
  port: number;
}

export class Serving {
  readonly #fileSystem: GlobalFileSystem;
  readonly #server: ChildProcess;
  #allowed = '';

  private constructor(fileSystem: GlobalFileSystem, server: ChildProcess) {
    this.#fileSystem = fileSystem;
    this.#server = server;
    server.stdin?.on('error', () => undefined);
  }

  static async start(
    fileSystem: GlobalFileSystem,
    device: string,
    limits: { timeoutMs: number; signal: AbortSignal },
  ): Promise<Serving> {
    const { directory, entry, port } = fileSystem;
    mkdirSync(directory, { recursive: true });
    if ((await mountAt(directory)) === undefined)
      await checkAndMount({ device, point: directory, entry, extra: [NAMES_AT_ONCE], ...limits });
    const server = spawn('perl', [SERVER, String(port), directory], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ready = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
    if (typeof ready[0] === 'number') throw new Error(`the server of ${directory} on port ${port} has ended`);
    return new Serving(fileSystem, server);
  }

  get volume(): string {
    return this.#fileSystem.volume;
  }

  get ended(): boolean {
    return this.#server.exitCode !== null || this.#server.signalCode !== null;
  }

  /** Only these addresses; whoever else is connected is cut off. */
  allow(addresses: readonly string[]): void {
    const line = `${addresses.join(' ')}\n`;
    if (line === this.#allowed) return;
    this.#allowed = line;
    this.#server.stdin?.write(line);
  }

  /** The file system itself over the view of it that all members have: here it needs no detour. */
  async coverView(): Promise<void> {
    const { mountPoint, directory } = this.#fileSystem;
    if (!isBlockDevice(await mountAt(mountPoint))) await run('mount', ['--bind', directory, mountPoint]);
  }

  /** Takes it away from its users here and from the members; afterwards another node may mount it. */
  async end(options: { signal: AbortSignal; onKilled: (pids: number[]) => void }): Promise<void> {
    const { mountPoint, directory } = this.#fileSystem;
    if (isBlockDevice(await mountAt(mountPoint))) await forceUnmount(mountPoint, options, isBlockDevice);
    await this.#endServer();
    await forceUnmount(directory, options);
  }

  async #endServer(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.#server, 'exit');
    this.#server.stdin?.end();
    await gone;
  }
}
