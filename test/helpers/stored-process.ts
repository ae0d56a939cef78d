/** csstored as a process of its own, on this host: the program that is shipped, with a base and folders of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from '../../harness/clock.ts';
import { runFolderOf, socketOf } from '../../images/node/ics/program.ts';
import { StoreConnection } from '../../images/node/ics/store/connection.ts';

const program = resolve(import.meta.dirname, '../../images/node/ics/csstored.ts');
const START_MS = 30_000;

export interface StoredProcess {
  child: ChildProcess;
  socket: string;
  /** What it has said so far. */
  said(): string;
  /** Its exit status, or the signal that ended it; undefined while it runs. */
  end: number | string | undefined;
  ended: Promise<number | string>;
}

/** Where the folders of running processes are, in place of /var/run. */
export const runRootOf = (base: string): string => join(base, 'run');

/** Writes an ics.conf for the store below `base`, or at `csdb`. */
export function makeBase(base: string, settings: Record<string, string> = {}): void {
  for (const folder of ['config', 'csdb']) mkdirSync(join(base, folder), { recursive: true });
  const all = { 'caldb.berkeleydb.homedir.path': join(base, 'csdb'), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = "${value}"\n`);
  writeFileSync(join(base, 'config/ics.conf'), lines.join(''));
}

/** What is run is `program`: csstored, but for a test of another. */
export function spawnStored(base: string, environment: Record<string, string> = {}): StoredProcess {
  const root = runRootOf(base);
  const child = spawn(process.execPath, [program, base], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // As an installed server has it: a test of hundreds of starts is not to compile hundreds of times.
    env: {
      ...process.env,
      ICS_RUN_ROOT: root,
      NODE_COMPILE_CACHE: join(base, 'compile-cache'),
      ...environment,
    },
  });
  let said = '';
  child.stderr?.on('data', (piece) => {
    said += piece;
  });
  const stored: StoredProcess = {
    child,
    socket: socketOf(runFolderOf(base, root), 'csstored'),
    said: () => said,
    end: undefined,
    ended: new Promise((done) =>
      child.once('close', (code, signal) => {
        stored.end = code ?? signal ?? 'nothing';
        done(stored.end);
      }),
    ),
  };
  return stored;
}

/** Resolves once it serves. @throws Error with what it said when it ends before. */
export async function startedStored(
  base: string,
  environment: Record<string, string> = {},
): Promise<StoredProcess> {
  const stored = spawnStored(base, environment);
  try {
    await until(
      'csstored serves',
      START_MS,
      async () => {
        if (stored.end !== undefined)
          throw new Error(`csstored did not start (${stored.end}): ${stored.said()}`);
        const connection = await StoreConnection.open(stored.socket).catch(() => undefined);
        await connection?.close();
        return connection && true;
      },
      { everyMs: 5, missing: () => stored.said() },
    );
    return stored;
  } catch (error) {
    await killed(stored);
    throw error;
  }
}

export async function killed(stored: StoredProcess): Promise<void> {
  stored.child.kill('SIGKILL');
  await stored.ended;
}

/** As stop-cal does it; returns how it ended. */
export async function stopped(stored: StoredProcess): Promise<number | string> {
  stored.child.kill('SIGTERM');
  return await stored.ended;
}
