/** What each process of the server does the same way: its settings, its readiness, its watcher, its end. */
import { mkdirSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ONLY_LOAD } from './only-load.ts';
import { ProcessLog } from './process-log.ts';
import { otherInstallation, sabotaged } from './sabotage.ts';
import { readSettings, type Settings, shownSettings } from './settings.ts';
import { Registration } from './watcher/registration.ts';

export { ONLY_LOAD };

/** In the order in which they start (product's manual); they stop in reverse. */
export const PROCESSES = [
  'watcher',
  'enpd',
  'csstored',
  'csnotifyd',
  'csadmind',
  'csdwpd',
  'cshttpd',
] as const;
export type ProcessName = (typeof PROCESSES)[number];

/**
 * Who starts a process may hold the other end of this descriptor, and is told "ready" once the process serves. With
 * GATE_VARIABLE set it is told "loaded" before, once the process knows its settings, and must then say "go" when what
 * the process needs is there.
 */
export const GATE_DESCRIPTOR = 3;
export const GATE_VARIABLE = 'ICS_GATE';

export interface Surroundings {
  /** cal-svr-base: where the server is installed. */
  base: string;
  configFolder: string;
  /** Of this instance on this node: pid files and local sockets. */
  runFolder: string;
  settings: Settings;
  /** A line in the process' log. */
  say(text: string): void;
  /** Ends the process with a failure, saying why. */
  fail(reason: unknown): never;
}

export interface Running {
  stop(): Promise<void>;
}

/**
 * Instances on one node have nothing in common, so each has a folder of its own, named after its base. Where all of
 * those are is the machine's matter; tests have theirs elsewhere.
 */
export function runFolderOf(base: string, root = process.env['ICS_RUN_ROOT'] ?? '/var/run'): string {
  return `${root}/ics${base.replaceAll('/', '.')}`;
}

/** Path of the local socket of a process, to which the others of its instance connect. */
export function socketOf(runFolder: string, name: ProcessName): string {
  return join(runFolder, `${name}.sock`);
}

export function programOf(base: string, name: ProcessName): string {
  const isForeign = name === 'csadmind' && sabotaged('from-other-directory');
  const installation = isForeign ? (otherInstallation(base) ?? base) : base;
  return join(installation, 'lib', `${name}.ts`);
}

/** Files that a process has while it runs: its number, and the settings it runs with. */
export function filesOf(runFolder: string, name: ProcessName): { pid: string; settings: string } {
  return { pid: join(runFolder, `${name}.pid`), settings: join(runFolder, `${name}.settings`) };
}

/** Runs one process: usage `NAME.ts BASE`. Resolves once it serves; the process then ends at SIGTERM. */
export async function runProgram(
  name: ProcessName,
  start: (around: Surroundings) => Promise<Running>,
): Promise<void> {
  const [base = '/opt/SUNWics5/cal'] = process.argv.slice(2);
  if (base === ONLY_LOAD) return;
  let log: ProcessLog | undefined;
  const tellNode = (text: string) => void process.stderr.write(`${name}: ${text}\n`);
  const say = (text: string) => {
    tellNode(text);
    log?.add(text);
  };
  const fail = (reason: unknown): never => {
    say(reason instanceof Error ? reason.message : String(reason));
    process.exit(1);
  };
  try {
    const [configFolder, runFolder] = [join(base, 'config'), runFolderOf(base)];
    const settings = readSettings(configFolder);
    mkdirSync(runFolder, { recursive: true });
    if (process.env[GATE_VARIABLE] !== undefined) passGate();
    if (settings.has('logfile.logdir'))
      log = new ProcessLog(join(settings.text('logfile.logdir'), `${name}.log`), name, tellNode);
    const leave = leaving(name, runFolder, { fail, ended: () => log?.add('has ended') });
    leave.running = await start({ base, configFolder, runFolder, settings, say, fail });
    report(name, runFolder, settings);
    if (name !== 'watcher') {
      leave.registration = new Registration(socketOf(runFolder, 'watcher'), name);
      await leave.registration.open();
    }
    log?.add('serves');
    tell('ready\n');
  } catch (error) {
    fail(error);
  }
}

/** What it runs with, for operators: written at the start, as the settings are read at the start. */
function report(name: ProcessName, runFolder: string, settings: Settings): void {
  const files = filesOf(runFolder, name);
  writeFileSync(files.settings, `${JSON.stringify(shownSettings(settings), null, 2)}\n`);
  writeFileSync(files.pid, `${process.pid}\n`);
}

/** At SIGTERM the process says goodbye to the watcher first, since what follows is no death. */
function leaving(
  name: ProcessName,
  runFolder: string,
  { fail, ended }: { fail: (reason: unknown) => never; ended: () => void },
) {
  const leave: { running?: Running; registration?: Registration } = {};
  const files = filesOf(runFolder, name);
  process.once('SIGTERM', () => {
    leave.registration?.bye();
    const stopped = leave.running?.stop() ?? Promise.resolve();
    stopped.then(() => {
      ended();
      for (const file of Object.values(files)) rmSync(file, { force: true });
      process.exit(0);
    }, fail);
  });
  return leave;
}

function tell(word: string): void {
  try {
    writeSync(GATE_DESCRIPTOR, word);
  } catch {
    // Started by hand, or whoever waited has gone: a process that serves goes on.
  }
}

/** @throws Error when who started the process has ended, so that a start that was given up leaves nothing behind. */
function passGate(): void {
  tell('loaded\n');
  if (readSync(GATE_DESCRIPTOR, Buffer.alloc(16)) === 0)
    throw new Error('who started this process has ended before it could begin');
}
