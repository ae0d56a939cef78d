/** Opening the store: alone, after a look at whether it is whole. A store that is refused is left as it is. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { monotonicMs } from '../../../common/clock.ts';
import { CalendarDatabase, STORE_FILE, schemaOf } from './database.ts';
import { lockStore, type StoreLock } from './lock.ts';
import { migrationsFrom } from './schema.ts';
import { wordsOf } from './sqlite-errors.ts';

export class StoreRefused extends Error {
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`${file} is not opened, and left as it is: ${why}`, options);
    this.name = 'StoreRefused';
  }
}

export interface OpenStore {
  database: CalendarDatabase;
  lock: StoreLock;
  /** What was found at the start, in one line for the log. */
  report: string;
}

/**
 * @param times how often each write is noted as applied; other than 1 for a sabotage only.
 * @throws StoreInUse, StoreRefused
 */
export function openStore(folder: string, times = 1): OpenStore {
  mkdirSync(folder, { recursive: true });
  const lock = lockStore(folder);
  try {
    const file = join(folder, STORE_FILE);
    const report = existsSync(file) ? examine(file) : 'a new store';
    return { database: new CalendarDatabase(file, times), lock, report };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** After a clean end SQLite leaves no log behind, so that a log with something in it tells of a crash. */
export function endedCleanly(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/**
 * Reads it all without writing anything: a look by a connection that writes would already bring a damaged log into the
 * database. @throws StoreRefused
 */
function examine(file: string): string {
  const began = monotonicMs();
  const clean = endedCleanly(file);
  if (statSync(file).size === 0) {
    if (clean) return 'a new store';
  }
  let found: string[];
  try {
    const connection = new DatabaseSync(file, { readOnly: true });
    try {
      migrationsFrom(schemaOf(connection));
      found = connection
        .prepare('PRAGMA quick_check(10)')
        .all()
        .map((row) => String(row['quick_check']));
    } finally {
      connection.close();
    }
  } catch (error) {
    throw new StoreRefused(file, wordsOf(error), { cause: error });
  }
  if (found.join() !== 'ok')
    throw new StoreRefused(
      file,
      `it is damaged (${found.join('; ')}); csrestore brings back a backup or an archive`,
    );
  const took = Math.round(monotonicMs() - began);
  return `${clean ? 'ended cleanly' : 'was cut off, its log recovered'}; checked in ${took} ms`;
}
