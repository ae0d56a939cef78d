/**
 * The calendar store: a transactional database below csdb on the shared disk. A write counts as done only once it is
 * durable. The journal of applied writes has a sequence number of the store's own, so one applied twice shows.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export interface CalendarEvent {
  calid: string;
  uid: string;
  dtstart: string;
  dtend: string;
  summary: string;
}

export interface StoredEvent extends CalendarEvent {
  /** One number for each time the write was applied. */
  sequences: number[];
}

export const STORE_FILE = 'ics50events.db';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    calid TEXT NOT NULL, uid TEXT NOT NULL, dtstart TEXT NOT NULL, dtend TEXT NOT NULL, summary TEXT NOT NULL,
    PRIMARY KEY (calid, uid)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS applied (sequence INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS applied_uid ON applied (uid);
`;

export class Store {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #note: StatementSync;
  readonly #get: StatementSync;
  readonly #sequences: StatementSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    // WAL with FULL: a commit is one fsync of the log. A rollback journal is not enough here, since its unlink is
    // not synced and a power loss then brings a finished transaction's journal back.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.#database.exec(SCHEMA);
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?)');
    this.#note = this.#database.prepare('INSERT INTO applied (uid) VALUES (?)');
    this.#get = this.#database.prepare('SELECT * FROM events WHERE calid = ? AND uid = ?');
    this.#sequences = this.#database.prepare('SELECT sequence FROM applied WHERE uid = ? ORDER BY sequence');
  }

  /** Durable when it returns. `times` is 1, but for the sabotage that applies a write twice. */
  write(event: CalendarEvent, times = 1): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#put.run(event.calid, event.uid, event.dtstart, event.dtend, event.summary);
      for (let i = 0; i < times; i++) this.#note.run(event.uid);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  read(calid: string, uid: string): StoredEvent | undefined {
    const row = this.#get.get(calid, uid) as unknown as CalendarEvent | undefined;
    if (row === undefined) return undefined;
    const sequences = this.#sequences.all(uid).map((found) => Number(found['sequence']));
    return { ...row, sequences };
  }

  close(): void {
    this.#database.close();
  }
}
