/**
 * How far reminders were sent, beside the store: it moves with the service. Written after reminders went out, so a
 * process that dies in between sends them again: a reminder may come twice, but is not lost.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Mark } from './due.ts';

/**
 * Undefined where there is none yet. A file that is something else is put aside and told of: reminders begin anew then,
 * since the server must not stay down for them.
 */
export function readMark(path: string, say: (text: string) => void): Mark | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const mark = markIn(text);
  if (mark !== undefined) return mark;
  renameSync(path, `${path}.damaged`);
  say(`${path} is not what csnotifyd wrote, and is now ${path}.damaged: reminders of the past are not sent`);
  return undefined;
}

function markIn(text: string): Mark | undefined {
  try {
    const { untilMs, sent } = JSON.parse(text) as Partial<Mark>;
    const isMark = Number.isSafeInteger(untilMs) && Array.isArray(sent);
    return isMark && sent.every((key) => typeof key === 'string')
      ? { untilMs: Number(untilMs), sent }
      : undefined;
  } catch {
    return undefined;
  }
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
