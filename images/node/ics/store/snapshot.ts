/** Copies of a store that is open and written to, by SQLite's online backup. */
import { backup, DatabaseSync } from 'node:sqlite';
import type { CalendarDatabase } from './database.ts';

/** Pages that are copied at a time; writes go on in between. */
const PAGES_AT_A_TIME = 128;

export async function copyOf(database: CalendarDatabase, target: string): Promise<void> {
  await backup(database.connection, target, { rate: PAGES_AT_A_TIME });
  const copy = new DatabaseSync(target);
  try {
    // A copy at rest is one file: whoever only reads it leaves no files of a log beside it.
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}
