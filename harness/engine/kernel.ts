/** Whether the kernel that everything real runs on is still whole. */
import { readFileSync } from 'node:fs';
import { isLocal } from './docker-at.ts';
import type { Engine } from './engine.ts';

/** "kernel died recently, i.e. there was an OOPS or BUG". Source: the kernel's admin guide, "Tainted kernels". */
const DIED = 1 << 7;

const WAY_OUT = 'reboot this machine: parts of its kernel hang, and nothing measured on it counts';

/** What is wrong, from the text of /proc/sys/kernel/tainted; null when nothing is. Pure. */
export function kernelTrouble(tainted: string): string | null {
  if ((Number(tainted.trim()) & DIED) === 0) return null;
  return `its kernel has broken down since it was booted (tainted ${tainted.trim()}, see dmesg); ${WAY_OUT}`;
}

export function readTainted(): string {
  try {
    return readFileSync('/proc/sys/kernel/tainted', 'utf8');
  } catch {
    // No Linux, so not the machine that the engine's kernel runs on.
    return '0';
  }
}

/** Of the engine's machine; null too for one that cannot be looked at from here. */
export function troubleOf(engine: Engine): string | null {
  return isLocal(engine.host) ? kernelTrouble(readTainted()) : null;
}
