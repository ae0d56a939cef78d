/** A whole calendar server on this host: its real commands and processes, with folders and ports of its own. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '../../harness/clock.ts';
import { CommandError, run } from '../../images/common/run.ts';
import { type Found, findProcesses } from '../../images/node/ics/control/found.ts';
import { filesOf, type ProcessName, runFolderOf } from '../../images/node/ics/program.ts';

const programs = resolve(import.meta.dirname, '../../images/node/ics');
/** Whatever is waited for comes within this time or never. */
export const WITHIN_MS = 30_000;
/** Shared by all instances: what one has compiled, the next does not compile again. */
const COMPILED = join(tmpdir(), `ha-drills-compiled-${process.getuid?.()}`);

export interface Ended {
  status: number | null;
  output: string;
}

export interface InstanceOptions {
  /** Settings on top of the usual ones; undefined takes one away. */
  settings?: Record<string, string | undefined>;
  /** Name of a program → file that is run in its place. */
  programs?: Partial<Record<ProcessName, string>>;
  environment?: Record<string, string>;
}

export class CalendarInstance {
  readonly folder: string;
  readonly base: string;
  readonly runFolder: string;
  readonly settings: Record<string, string>;
  readonly #environment: Record<string, string>;

  private constructor(folder: string, settings: Record<string, string>, environment: Record<string, string>) {
    this.folder = folder;
    this.base = join(folder, 'cal');
    this.settings = settings;
    this.#environment = { ICS_RUN_ROOT: join(folder, 'run'), NODE_COMPILE_CACHE: COMPILED, ...environment };
    this.runFolder = runFolderOf(this.base, join(folder, 'run'));
  }

  static async make(options: InstanceOptions = {}): Promise<CalendarInstance> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'calendar-')));
    const usual = await usualSettings(folder);
    const all = Object.entries({ ...usual, ...options.settings });
    const set = all.filter((pair): pair is [string, string] => pair[1] !== undefined);
    const instance = new CalendarInstance(folder, Object.fromEntries(set), options.environment ?? {});
    for (const name of ['cal/lib', 'cal/config', 'csdb', 'run'])
      mkdirSync(join(folder, name), { recursive: true });
    // Another user's processes live in it too.
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'csdb'), 0o777);
    symlinkSync(join(programs, 'sbin'), join(instance.base, 'sbin'));
    for (const name of readdirSync(programs).filter((one) => one.endsWith('.ts'))) {
      const other = options.programs?.[name.replace('.ts', '') as ProcessName];
      symlinkSync(other ?? join(programs, name), join(instance.base, 'lib', name));
    }
    writeFileSync(join(instance.base, 'config/users'), 'calmaster:drill\n');
    instance.configure({});
    return instance;
  }

  /** Writes ics.conf anew, with other values for some settings. */
  configure(changes: Record<string, string>): void {
    const lines = Object.entries({ ...this.settings, ...changes }).map(
      ([name, value]) => `${name} = "${value}"`,
    );
    writeFileSync(join(this.base, 'config/ics.conf'), `${lines.join('\n')}\n`);
  }

  async command(command: string, ...words: string[]): Promise<Ended> {
    const environment = Object.entries(this.#environment).map(([name, value]) => `${name}=${value}`);
    const line = [...environment, join(this.base, 'sbin', command), ...words];
    try {
      const output = await run('/bin/sh', ['-c', 'exec env "$@" 2>&1', 'sh', ...line], {
        timeoutMs: WITHIN_MS,
      });
      return { status: 0, output };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { status: error.status, output: error.output };
    }
  }

  /** A command that must succeed; returns what it printed. */
  async ok(command: string, ...words: string[]): Promise<string> {
    const { status, output } = await this.command(command, ...words);
    if (status !== 0) throw new Error(`${command} ended with status ${status}: ${output}; ${this.words()}`);
    return output;
  }

  running(): Found[] {
    return findProcesses(this.base);
  }

  names(): ProcessName[] {
    return this.running().map(({ name }) => name);
  }

  pid(name: ProcessName): number | undefined {
    return this.running().find((one) => one.name === name)?.pid;
  }

  /** Kills a process as no operator does. */
  strike(name: ProcessName): number {
    const pid = this.pid(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** A process of that name, other than `before`, runs and has said that it serves. */
  async servesAgain(name: ProcessName, before: number): Promise<void> {
    const file = filesOf(this.runFolder, name).pid;
    const again = () => {
      const pid = this.pid(name);
      return pid !== undefined && pid !== before && this.#text(file).trim() === String(pid)
        ? true
        : undefined;
    };
    await until(`${name} serving again`, WITHIN_MS, again, { missing: () => this.words() });
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    await until(what, WITHIN_MS, () => (holds() ? true : undefined), { missing: () => this.words() });
  }

  log(name: ProcessName): string {
    return this.#text(join(this.runFolder, `${name}.log`));
  }

  /** The settings that a process says it runs with. */
  reported(name: ProcessName): Record<string, string> {
    return JSON.parse(readFileSync(filesOf(this.runFolder, name).settings, 'utf8')) as Record<string, string>;
  }

  words(): string {
    return `running: ${this.names().join(', ') || 'nothing'}; the watcher says: ${this.log('watcher')}`;
  }

  #text(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.command('stop-cal', '-f');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function usualSettings(folder: string): Promise<Record<string, string>> {
  const [http, ens] = [await freePort(), await freePort()];
  const group = (await run('id', ['-gn'])).trim();
  return {
    'local.user': userInfo().username,
    'local.group': group,
    'local.servername': 'calendar',
    'local.autorestart': 'yes',
    'caldb.berkeleydb.homedir.path': join(folder, 'csdb'),
    'service.http.listenaddr': '127.0.0.1',
    'service.http.port': String(http),
    'service.listenaddr': '127.0.0.1',
    'service.ens.host': '127.0.0.1',
    'service.ens.port': String(ens),
  };
}

/** Nobody listens there now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof at === 'object' && at !== null ? at.port : 0;
}
