/** The process table, as far as supervision needs it. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  pid: number;
  parent: number;
  session: number;
  /** With the pid it names one process for good: pids are used again. */
  startTicks: number;
}

/** Processes that run; one that has ended and waits for its parent to take note has no part any more. */
export function processTable(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? []);
}

export function processOf(pid: number): ProcessEntry | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name may contain anything, a parenthesis too; the last one ends it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', , session = ''] = fields;
  if (state === '' || 'ZX'.includes(state)) return undefined;
  return { pid, parent: Number(parent), session: Number(session), startTicks: Number(fields[19]) };
}

export function hasInEnvironment(pid: number, assignment: string): boolean {
  return `\0${read(`/proc/${pid}/environ`)}`.includes(`\0${assignment}\0`);
}

/** A process that ends while it is looked at reads as nothing. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Signals a process; one that has just ended needs none. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
