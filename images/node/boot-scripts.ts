/** What an administrator wants started with the node: the scripts of run level 3, in the order of their names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ordinaryPriority } from './cluster/programs.ts';

const ALL = 'for script in "$0"/S*; do [ -x "$script" ] && "$script" start; done';

/** A script that fails or hangs holds up nothing but the ones behind it. */
export function runBootScripts(folder = '/etc/rc3.d'): ChildProcess {
  const child = spawn('/bin/sh', ['-c', ALL, folder], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  ordinaryPriority(child);
  return child;
}
