/** csstored and cshttpd as processes on this host, with a base of their own: one instance, as it is shipped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from '../../harness/clock.ts';
import { runFolderOf } from '../../images/node/ics/program.ts';
import { killed, makeBase, type StoredProcess, startedStored } from './stored-process.ts';
import { type Answered, type CallOptions, callAt, freePort, PASSWORDS } from './wcap-server.ts';

const program = resolve(import.meta.dirname, '../../images/node/ics/cshttpd.ts');
const START_MS = 30_000;

export interface WcapInstance extends AsyncDisposable {
  base: string;
  port: number;
  stored: StoredProcess;
  child: ChildProcess;
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  said(): string;
  call(command: string, parameters?: Record<string, string>, options?: CallOptions): Promise<Answered>;
  login(user: string): Promise<string>;
  /** Writes ics.conf anew, with these settings changed. */
  edit(conf: Record<string, string>): void;
  /** Ends cshttpd and starts it again, over the same store. */
  restart(): Promise<void>;
}

export async function wcapInstance(
  conf: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<WcapInstance> {
  const base = mkdtempSync(join(tmpdir(), 'ha-drills-wcap-'));
  const port = await freePort();
  const settings = {
    'service.http.listenaddr': '127.0.0.1',
    'service.http.port': String(port),
    'local.servername': 'cal1',
    ...conf,
  };
  makeBase(base, settings);
  const users = Object.entries(PASSWORDS).map(([user, password]) => `${user}:${password}\n`);
  writeFileSync(join(base, 'config/users'), users.join(''));
  const stored = await startedStored(base);
  const clear = async () => {
    await killed(stored);
    rmSync(base, { recursive: true, force: true });
    rmSync(runFolderOf(base), { recursive: true, force: true });
  };
  let running = await startedHttpd(base, environment).catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  const call: WcapInstance['call'] = (command, parameters, options) =>
    callAt(port, command, parameters, options);
  const end = async () => {
    running.child.kill('SIGTERM');
    await running.ended;
  };
  return {
    ...{ base, port, stored, call },
    get child() {
      return running.child;
    },
    get ended() {
      return running.ended;
    },
    said: () => running.said(),
    login: async (user) => {
      const { properties } = await call('login', { user, password: PASSWORDS[user] ?? '' });
      return properties['x-nscp-wcap-session-id'] ?? '';
    },
    edit: (changed) => makeBase(base, { ...settings, ...changed }),
    restart: async () => {
      await end();
      running = await startedHttpd(base, environment);
    },
    [Symbol.asyncDispose]: async () => {
      await end();
      await clear();
    },
  };
}

async function startedHttpd(base: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [program, base], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr?.on('data', (piece) => {
    said += piece;
  });
  const ended = new Promise<number | NodeJS.Signals | null>((done) =>
    child.once('close', (code, signal) => done(code ?? signal)),
  );
  const ready = new Promise<true>((done) => child.stdio[3]?.once('data', () => done(true)));
  const tooLate = new Promise<'late'>((done) => {
    const cancel = after(START_MS, () => done('late'));
    void ended.then(cancel);
    void ready.then(cancel);
  });
  const first = await Promise.race([ready, ended, tooLate]);
  if (first === true) return { child, ended, said: () => said };
  child.kill('SIGKILL');
  throw new Error(`cshttpd did not start (${first}): ${said}`);
}
