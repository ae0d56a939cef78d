/** The Directory Server: OpenLDAP's slapd as an instance in a folder of its own, and the tools that fill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { until } from '../common/clock.ts';
import { run } from '../common/run.ts';
import { tell } from '../common/tell.ts';
import type { DirectoryConfig } from './config.ts';
import { calendarsLdif, entriesLdif, serverLdif } from './content.ts';

const LDAP_PORT = 389;
const START_DEADLINE_MS = 30_000;
const USER = 'openldap';

export class DirectoryServer {
  readonly #folder: string;
  readonly #config: DirectoryConfig;
  #slapd: ChildProcess | undefined;

  /** `folder`: the instance's, below the root of the Directory Server. */
  constructor(folder: string, config: DirectoryConfig) {
    this.#folder = folder;
    this.#config = config;
  }

  /** Of the local socket, for whoever is on this machine. */
  get #path(): string {
    return join(this.#folder, 'ldapi');
  }

  get #socket(): string {
    return `ldapi://${encodeURIComponent(this.#path)}`;
  }

  /** Makes the instance as an existing one is. */
  async create(): Promise<void> {
    const { manager, service, users } = this.#config;
    mkdirSync(join(this.#folder, 'slapd.d'), { recursive: true });
    mkdirSync(join(this.#folder, 'db'));
    const hashes = new Map<string, string>();
    const passwords = [manager, service, ...users].map(({ password }) => password);
    await Promise.all(
      [...new Set(passwords)].map(async (password, index) => {
        hashes.set(password, await this.#withFile(`password${index}`, password, hash));
      }),
    );
    const hashed = (password: string) => hashes.get(password) ?? '';
    const config = ['-F', join(this.#folder, 'slapd.d')];
    await this.#withFile('ldif', serverLdif(this.#folder, this.#config, hashed), (file) =>
      run('slapadd', ['-q', '-n', '0', ...config, '-l', file]),
    );
    await this.#withFile('ldif', entriesLdif(this.#config, hashed), (file) =>
      run('slapadd', ['-q', '-n', '1', ...config, '-l', file]),
    );
    await run('chown', ['-R', `${USER}:${USER}`, this.#folder]);
  }

  /** Resolves when it answers; at once when it runs already. */
  async start(): Promise<void> {
    if (this.#slapd !== undefined && (await answers(this.#path))) return;
    // One that was just killed is told of a moment later.
    await until(
      'the end of the earlier slapd',
      START_DEADLINE_MS,
      () => this.#slapd === undefined || undefined,
    );
    const urls = `ldap://${this.#config.address}:${LDAP_PORT}/ ${this.#socket}`;
    const where = ['-F', join(this.#folder, 'slapd.d'), '-h', urls];
    const slapd = spawn('slapd', ['-d', '0', '-u', USER, '-g', USER, ...where], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#slapd = slapd;
    let ended = '';
    slapd.once('error', (error) => {
      ended = error.message;
    });
    slapd.once('exit', (status, signal) => {
      ended = signal ?? `status ${status}`;
      this.#slapd = undefined;
      tell({ kind: 'log', text: `slapd ended: ${ended}` });
    });
    await until('slapd answers', START_DEADLINE_MS, async () => {
      if (ended !== '') throw new Error(`slapd ended before it answered: ${ended}`);
      return (await answers(this.#path)) || undefined;
    });
  }

  /** What the guide has the administrator do (§6.6.3), and then gives users the calendar service. */
  async prepare(tool: string): Promise<void> {
    const { manager, suffix } = this.#config;
    await this.#withFile('password', manager.password, async (file) => {
      const where = ['-c', dirname(this.#folder), '-d', this.#folder.split('/').at(-1) ?? ''];
      const how = ['-i', 'yes', '-R', 'yes', '-s', 'yes', '-b', 'yes', '-t', '2', '-m', 'yes'];
      const who = ['-u', suffix, '-D', manager.dn, '-j', file];
      const said = await run('perl', [tool, ...where, ...how, ...who]);
      for (const text of said.trim().split('\n')) tell({ kind: 'log', text });
      const bound = ['-x', '-H', this.#socket, '-D', manager.dn, '-y', file];
      await this.#withFile('ldif', calendarsLdif(this.#config), (changes) =>
        run('ldapmodify', [...bound, '-f', changes]),
      );
    });
  }

  /** Ends slapd in order. */
  async end(): Promise<void> {
    const slapd = this.#slapd;
    if (slapd === undefined) return;
    const ended = new Promise((resolve) => slapd.once('exit', resolve));
    slapd.kill('SIGTERM');
    await ended;
  }

  /** Programs of OpenLDAP take what is secret or long from a file. */
  async #withFile<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.#folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    try {
      return await use(file);
    } finally {
      rmSync(file);
    }
  }
}

async function hash(file: string): Promise<string> {
  return (await run('slappasswd', ['-n', '-h', '{SSHA}', '-T', file])).trim();
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}
