/** Processes that run from an installation. */
import { readdirSync, readFileSync } from 'node:fs';

/** Their numbers on this node. */
export function runningFrom(base: string): number[] {
  const programs = `${base}/lib/`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => wordsOf(pid).some((word) => word.startsWith(programs)))
    .sort((a, b) => a - b);
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended in the meantime.
    return [];
  }
}
