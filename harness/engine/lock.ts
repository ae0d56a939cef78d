import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { messageOf, SetupError } from '../errors.ts';
import { hasProgram } from './install.ts';

/**
 * Runs `work` while no other process of this machine holds `file`. The kernel keeps the lock, through a `flock` that
 * lives on a pipe to us: it is free again at our death, whatever kind of death that is.
 */
export async function withLock<T>(file: string, deadlineSeconds: number, work: () => Promise<T>): Promise<T> {
  // Without flock (macOS) two runs may do the same work twice, which is safe, only slower.
  if (!hasProgram('flock')) return await work();
  mkdirSync(dirname(file), { recursive: true });
  const holder = execa('flock', ['-w', String(deadlineSeconds), file, 'sh', '-c', 'echo held; exec cat'], {
    stdin: 'pipe',
    buffer: false,
    reject: false,
    // Ctrl-C must not free the lock before the work under it has stopped.
    detached: true,
  });
  try {
    await held(holder.stdout, file, deadlineSeconds);
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}

async function held(stdout: Readable, file: string, deadlineSeconds: number): Promise<void> {
  try {
    for await (const _chunk of stdout.iterator({ destroyOnReturn: false })) return;
  } catch (error) {
    throw new SetupError(`lock ${file}: ${messageOf(error)}`, { cause: error });
  }
  throw new SetupError(
    `lock ${file}: another drill holds it for more than ${deadlineSeconds} s; end that one (see: fuser ${file}) and try again`,
  );
}
