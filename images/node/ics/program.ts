/** What each process of the server does the same way: its settings, its readiness, its end. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings, type Settings } from './settings.ts';

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

/** Who starts a process may wait for "ready" on this descriptor. */
const READY_DESCRIPTOR = 3;

export interface Surroundings {
  /** cal-svr-base: where the server is installed. */
  base: string;
  configFolder: string;
  /** Of this instance on this node: pid files and local sockets. */
  runFolder: string;
  settings: Settings;
  /** Ends the process with a failure, saying why. */
  fail(reason: unknown): never;
}

export interface Running {
  stop(): Promise<void>;
}

/** Instances on one node have nothing in common, so each has a folder of its own, named after its base. */
export function runFolderOf(base: string): string {
  return `/var/run/ics${base.replaceAll('/', '.')}`;
}

/** Path of the local socket of a process, to which the others of its instance connect. */
export function socketOf(runFolder: string, name: ProcessName): string {
  return join(runFolder, `${name}.sock`);
}

/** Runs one process: usage `NAME.ts BASE`. Resolves once it serves; the process then ends at SIGTERM. */
export async function runProgram(
  name: ProcessName,
  start: (around: Surroundings) => Promise<Running>,
): Promise<void> {
  const [base = '/opt/SUNWics5/cal'] = process.argv.slice(2);
  const fail = (reason: unknown): never => {
    process.stderr.write(`${name}: ${reason instanceof Error ? reason.message : String(reason)}\n`);
    process.exit(1);
  };
  try {
    const configFolder = join(base, 'config');
    const settings = readSettings(configFolder);
    const running = await start({ base, configFolder, runFolder: runFolderOf(base), settings, fail });
    process.once('SIGTERM', () => running.stop().then(() => process.exit(0), fail));
    sayReady();
  } catch (error) {
    fail(error);
  }
}

function sayReady(): void {
  try {
    writeSync(READY_DESCRIPTOR, 'ready\n');
  } catch {
    // Started by hand, without anybody waiting on the descriptor.
  }
}
