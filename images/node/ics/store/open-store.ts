/** Opening the store: alone, after a look at whether it is whole. A store that is refused is left as it is. */
import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { monotonicMs, wallClock } from '../../../common/clock.ts';
import { CalendarDatabase, STORE_FILE, schemaOf } from './database.ts';
import { putInPlace } from './files.ts';
import { lockStore, type StoreLock } from './lock.ts';
import { readAlone } from './reading.ts';
import { migrationsFrom } from './schema.ts';
import { wordsOf } from './sqlite-errors.ts';

/** A command like csdb has the lock for a moment, which must not make a start fail. */
const LOCK_PATIENCE_MS = 2000;

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
  /** Size of SQLite's log that a crash left, in bytes. */
  logBytes: number;
}

/**
 * @param times how often each write is noted as applied; other than 1 for a sabotage only.
 * @throws StoreInUse, StoreRefused
 */
export function openStore(folder: string, times = 1): OpenStore {
  // Not made here: with its disk not mounted, a store would begin anew on the disk below.
  if (!existsSync(folder)) throw new StoreRefused(folder, 'there is no such folder; is its disk mounted?');
  const lock = lockStore(folder, LOCK_PATIENCE_MS);
  try {
    const file = join(folder, STORE_FILE);
    const report = existsSync(file) ? examine(file) : create(file);
    const logBytes = bytesOfLog(file);
    return { database: opened(file, times), lock, report, logBytes };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** After a clean end SQLite leaves no log behind, so that a log with something in it tells of a crash. */
const endedCleanly = (file: string): boolean => bytesOfLog(file) === 0;

function bytesOfLog(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** All pages and rows, but not whether indexes agree with their tables, which takes three times as long. */
export function quickCheck(connection: DatabaseSync): string[] {
  const lines = connection.prepare('PRAGMA quick_check(10)').all();
  return lines.map((line) => String(line['quick_check'])).filter((line) => line !== 'ok');
}

/** Of a store that is not open; writes nothing. @throws errors of SQLite, and Error for a newer schema. */
export function quickFindings(file: string): string[] {
  const header = headerFindings(file);
  if (header.length > 0) return header;
  const connection = readAlone(file);
  try {
    migrationsFrom(schemaOf(connection));
    return quickCheck(connection);
  } finally {
    connection.close();
  }
}

/** @throws StoreRefused, having written nothing: a connection that writes would bring a damaged log into the database. */
export function needWhole(file: string): void {
  let found: string[];
  try {
    found = quickFindings(file);
  } catch (error) {
    throw new StoreRefused(file, wordsOf(error), { cause: error });
  }
  if (found.length > 0)
    throw new StoreRefused(
      file,
      `it is damaged (${found.join('; ')}); csrestore brings back a backup or an archive`,
    );
}

/** What was found, for the log. @throws StoreRefused */
function examine(file: string): string {
  const began = monotonicMs();
  const clean = endedCleanly(file);
  needWhole(file);
  const took = Math.round(monotonicMs() - began);
  return clean
    ? `the store ended cleanly; its structure is checked in ${took} ms`
    : `the store was cut off; its log is recovered and its structure checked in ${took} ms`;
}

/** What SQLite would take for an empty database, and begin anew. Source: sqlite.org/fileformat2.html §1.3. */
function headerFindings(file: string): string[] {
  const head = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, head);
  closeSync(descriptor);
  if (length < head.length) return [`it has ${length} bytes, which is no database`];
  if (head.toString('latin1', 0, 15) !== 'SQLite format 3') return ['its header is not one of a database'];
  return [];
}

/** A new store gets its name once it is complete, so that an empty file of that name is damage. */
function create(file: string): string {
  if (!endedCleanly(file))
    throw new StoreRefused(file, 'it is missing, though its log is there; restore a backup with csrestore');
  const unfinished = `${file}.new`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  const database = new CalendarDatabase(unfinished);
  database.setLineage(wallClock().toISOString());
  database.close();
  putInPlace(unfinished, file);
  return 'a new store';
}

function opened(file: string, times: number): CalendarDatabase {
  try {
    return new CalendarDatabase(file, times);
  } catch (error) {
    throw new StoreRefused(file, wordsOf(error), { cause: error });
  }
}
