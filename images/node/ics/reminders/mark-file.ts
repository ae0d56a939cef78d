/**
 * How far reminders were sent, beside the store: it moves with the service. Written after reminders went out, so a
 * process that dies in between sends them again: a reminder may come twice, but is not lost.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Mark } from './due.ts';

/** Undefined where there is none yet. @throws Error for a file that is something else. */
export function readMark(path: string): Mark | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { untilMs, sent } = JSON.parse(text) as Partial<Mark>;
  if (!Number.isSafeInteger(untilMs) || !Array.isArray(sent) || !sent.every((key) => typeof key === 'string'))
    throw new Error(`${path} is not what csnotifyd wrote`);
  return { untilMs: Number(untilMs), sent };
}

/** Durable when it returns. */
export function writeMark(path: string, mark: Mark): void {
  const next = `${path}.new`;
  synced(next, 'w', (file) => writeSync(file, JSON.stringify(mark)));
  renameSync(next, path);
  synced(dirname(path), 'r', () => undefined);
}

function synced(path: string, flags: string, write: (file: number) => void): void {
  const file = openSync(path, flags, 0o640);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
