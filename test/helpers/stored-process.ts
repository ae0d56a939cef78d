/** csstored as a process of its own, on this host: the program that is shipped, with a base and folders of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, until } from '../../harness/clock.ts';
import { runFolderOf, socketOf } from '../../images/node/ics/program.ts';

const program = resolve(import.meta.dirname, '../../images/node/ics/csstored.ts');
const START_MS = 30_000;

export interface StoredProcess {
  child: ChildProcess;
  socket: string;
  /** What it has said so far. */
  said(): string;
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** Writes an ics.conf for the store below `base`, or at `csdb`. */
export function makeBase(base: string, settings: Record<string, string> = {}): void {
  for (const folder of ['config', 'csdb']) mkdirSync(join(base, folder), { recursive: true });
  const all = { 'caldb.berkeleydb.homedir.path': join(base, 'csdb'), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = "${value}"\n`);
  writeFileSync(join(base, 'config/ics.conf'), lines.join(''));
}

export function spawnStored(base: string, environment: Record<string, string> = {}): StoredProcess {
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
  return { child, socket: socketOf(runFolderOf(base), 'csstored'), said: () => said, ended };
}

/** Resolves once it serves. @throws Error with what it said when it ends before. */
export async function startedStored(
  base: string,
  environment: Record<string, string> = {},
): Promise<StoredProcess> {
  const stored = spawnStored(base, environment);
  const ready = new Promise<true>((done) => stored.child.stdio[3]?.once('data', () => done(true)));
  const tooLate = new Promise<'late'>((done) => {
    const cancel = after(START_MS, () => done('late'));
    void stored.ended.then(cancel);
    void ready.then(cancel);
  });
  const first = await Promise.race([ready, stored.ended, tooLate]);
  if (first === true) return stored;
  stored.child.kill('SIGKILL');
  throw new Error(`csstored did not start (${first}): ${stored.said()}`);
}

export async function killed(stored: StoredProcess): Promise<void> {
  stored.child.kill('SIGKILL');
  await stored.ended;
}

/** Waits until it has said something that matches. */
export async function saidBy(stored: StoredProcess, what: RegExp): Promise<void> {
  await until(`csstored says ${what}`, 10_000, () => (what.test(stored.said()) ? true : undefined), {
    missing: () => stored.said(),
  });
}
