/**
 * A global file system as a node sees it that has not its disk: sshfs, mounted once and for good, speaks to this
 * program, and this program to whichever node serves the file system now.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { run } from '../../common/run.ts';
import { tell } from '../../common/tell.ts';
import type { Aim } from './calls.ts';
import { Connection } from './connection.ts';

/** A member must see what another one has written, and nothing may wait in memory that its writer takes for written. */
const OPTIONS = [
  'reconnect,delay_connect,allow_other,default_permissions,no_contain_symlinks',
  'dir_cache=no,direct_io,no_readahead,sshfs_sync',
  'attr_timeout=0,entry_timeout=0,negative_timeout=0',
].join(',');
/** In the node's own mounts, whose process 1 is ours too. */
const ON_NODE = ['-t', '1', '-m', '--'];
const SLOW_ANSWER_MS = 1000;

export class View {
  readonly mountPoint: string;
  #aim: Aim;
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  #isolated = false;
  #process: ChildProcess | undefined;

  constructor(aim: Aim) {
    this.mountPoint = aim.mountPoint;
    this.#aim = aim;
    this.#server = createServer((client) => {
      // At once: a node without any path is to get errors, not to wait.
      if (this.#isolated) {
        client.destroy();
        return;
      }
      const connection = new Connection(client, () => this.#aim);
      this.#connections.add(connection);
      connection.onEnd(() => this.#connections.delete(connection));
    });
  }

  get mounted(): boolean {
    return this.#process !== undefined;
  }

  aim(aim: Aim): void {
    const same = aim.port === this.#aim.port && aim.addresses.join() === this.#aim.addresses.join();
    this.#aim = aim;
    if (!same) for (const connection of this.#connections) connection.turn();
  }

  /** @throws CommandError when something else is in its place. */
  async mount(): Promise<void> {
    if (this.mounted) return;
    if (!this.#server.listening) {
      this.#server.listen(0, '127.0.0.1');
      await once(this.#server, 'listening');
    }
    await this.#clear();
    const address = this.#server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const options = `directport=${port},${OPTIONS}`;
    const words = ['sshfs', '-f', '-o', options, `127.0.0.1:${this.#aim.directory}`, this.mountPoint];
    const sshfs = spawn('nsenter', [...ON_NODE, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    sshfs.stderr.on('data', (piece) => {
      complaint = `${complaint}${piece}`.slice(-500);
    });
    this.#process = sshfs;
    sshfs.once('exit', (status, signal) => {
      this.#process = undefined;
      const how = `${status ?? signal}${complaint === '' ? '' : `: ${complaint.trim()}`}`;
      tell({ kind: 'log', text: `the view at ${this.mountPoint} ended: ${how}` });
    });
  }

  /** What a view left that ended out of order: its mount point answers nothing any more. */
  async #clear(): Promise<void> {
    const shown = await run('nsenter', [...ON_NODE, 'findmnt', '-rn', '-o', 'FSTYPE', this.mountPoint], {
      accept: [0, 1],
    });
    if (shown.trim().split('\n').at(-1) === 'fuse.sshfs')
      await run('nsenter', [...ON_NODE, 'umount', '-l', this.mountPoint]);
  }

  /** Ends connections whose path is not among those that are up. */
  pathsUp(up: ReadonlySet<string>): void {
    this.#isolated = up.size === 0;
    for (const connection of this.#connections) {
      const { path } = connection;
      const gone = path !== undefined && !path.startsWith('127.') && !up.has(path);
      if (this.#isolated || gone) connection.end();
    }
  }

  async checkPaths(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.checkPath(SLOW_ANSWER_MS)));
  }

  async end(): Promise<void> {
    this.#server.close();
    for (const connection of this.#connections) connection.end();
    await run('nsenter', [...ON_NODE, 'umount', '-l', this.mountPoint], { accept: [0, 32] });
  }
}
