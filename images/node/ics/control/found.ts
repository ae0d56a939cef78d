/** The processes of an instance that are there now, as the kernel lists them: a pid file may be stale or missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { PROCESSES, type ProcessName, programOf } from '../program.ts';

export interface Found {
  name: ProcessName;
  pid: number;
}

/** In the order of their start. A process that has ended and is not reaped yet has no command line any more. */
export function findProcesses(base: string): Found[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.flatMap((pid) => {
    const name = nameIn(commandLine(pid), base);
    return name === undefined ? [] : [{ name, pid: Number(pid) }];
  });
  return found.toSorted((a, b) => PROCESSES.indexOf(a.name) - PROCESSES.indexOf(b.name));
}

/** Which process of the instance a command line starts: behind `setpriv` and its options, too. Pure. */
export function nameIn(words: readonly string[], base: string): ProcessName | undefined {
  return PROCESSES.find((name) =>
    words.some((word, index) => word === programOf(base, name) && words[index + 1] === base),
  );
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** False once it has ended, even if nobody has taken note of that yet. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
  } catch {
    return false;
  }
}
