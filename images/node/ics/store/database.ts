/**
 * csdb, opened by its one process. Calls are synchronous; what is inside `inTransaction` is durable when that returns.
 *
 * WAL with synchronous=FULL: a commit is one fsync of the log. A rollback journal is not enough here, since its unlink
 * is not synced and a power loss then brings a finished transaction's journal back. Exclusive locking keeps the index of
 * the log in memory: mapped from a file, it would kill the process without a word when its disk fails.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CalendarEvent, StoredEvent } from './calendar-store.ts';
import { type Change, checksumOf } from './changes.ts';
import { MIGRATIONS, migrationsFrom } from './schema.ts';
import { isFatal, isFull } from './sqlite-errors.ts';

/** Below csdb; the name is the product's. */
export const STORE_FILE = 'ics50events.db';

const FOUND = `
  SELECT e.calid, e.uid, e.dtstart, e.dtend, e.summary, a.moment AS alarm,
    (SELECT group_concat(sequence) FROM (SELECT sequence FROM applied p WHERE p.calid = e.calid AND p.uid = e.uid
      AND sequence > coalesce((SELECT max(d.sequence) FROM delete_log d WHERE d.calid = e.calid AND d.uid = e.uid), 0)
      ORDER BY sequence)) AS sequences
  FROM events e LEFT JOIN alarms a ON a.calid = e.calid AND a.uid = e.uid`;

const STATEMENTS = {
  calendar: 'INSERT INTO calendars VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  put: `INSERT INTO events (calid, uid, dtstart, dtend, summary, checksum) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (calid, uid) DO UPDATE SET dtstart = excluded.dtstart, dtend = excluded.dtend,
      summary = excluded.summary, checksum = excluded.checksum`,
  setAlarm: `INSERT INTO alarms (calid, uid, moment) VALUES (?, ?, ?)
    ON CONFLICT (calid, uid) DO UPDATE SET moment = excluded.moment`,
  dropAlarm: 'DELETE FROM alarms WHERE calid = ? AND uid = ?',
  note: 'INSERT INTO applied (calid, uid) VALUES (?, ?)',
  remove: 'DELETE FROM events WHERE calid = ? AND uid = ?',
  noteRemoval: `INSERT INTO delete_log (calid, uid, sequence)
    SELECT ?1, ?2, max(sequence) FROM applied WHERE calid = ?1 AND uid = ?2`,
  get: `${FOUND} WHERE e.calid = ? AND e.uid = ?`,
  // An event without duration overlaps where it begins.
  range: `${FOUND} WHERE e.calid = ?1 AND e.dtstart < ?3 AND (e.dtend > ?2 OR e.dtstart >= ?2)
    ORDER BY e.dtstart, e.uid LIMIT ?4`,
  alarms: `${FOUND} WHERE a.moment >= ? AND a.moment < ? ORDER BY a.moment, e.calid, e.uid`,
  count: "UPDATE store SET value = value + 1 WHERE name = 'transactions' RETURNING value",
  noted: 'SELECT value FROM store WHERE name = ?',
  setNote: 'INSERT INTO store VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
} as const;
type Statements = Record<keyof typeof STATEMENTS, StatementSync>;

export class CalendarDatabase {
  readonly connection: DatabaseSync;
  readonly #statements: Statements;
  /** How often each write is noted as applied: 1, but for the sabotage that applies a write twice. */
  readonly #times: number;

  /** @throws errors of SQLite, and Error for a store that is newer than this program. Look at `examine` first. */
  constructor(file: string, times = 1) {
    this.connection = new DatabaseSync(file);
    this.#times = times;
    try {
      this.connection.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0',
      );
      migrate(this.connection);
      this.#statements = Object.fromEntries(
        Object.entries(STATEMENTS).map(([name, sql]) => [name, this.connection.prepare(sql)]),
      ) as Statements;
    } catch (error) {
      this.connection.close();
      throw error;
    }
  }

  /**
   * Performs changes in one transaction. A change that fails is undone by itself and its error takes the place of its
   * result; an error of the transaction itself is thrown, and whether it was committed is unknown then.
   * Returns the number of the transaction beside the results.
   */
  inTransaction(changes: readonly Change[]): { transaction: number; results: (unknown[] | Error)[] } {
    const { connection } = this;
    connection.exec('BEGIN IMMEDIATE');
    try {
      const results = changes.map((change) => this.#separately(change));
      const transaction = Number(this.#statements.count.get()?.['value']);
      connection.exec('COMMIT');
      return { transaction, results };
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  }

  #separately(change: Change): unknown[] | Error {
    const { connection } = this;
    connection.exec('SAVEPOINT change');
    try {
      const result = this.#apply(change);
      connection.exec('RELEASE change');
      return result;
    } catch (error) {
      // Then it is over for the others as well.
      if (isFatal(error) || isFull(error) || !connection.isTransaction) throw error;
      connection.exec('ROLLBACK TO change; RELEASE change');
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #apply(change: Change): unknown[] {
    const { calendar, put, setAlarm, dropAlarm, note, remove, noteRemoval } = this.#statements;
    if (change.op === 'put') {
      const { calid, uid, dtstart, dtend, summary, alarm } = change.event;
      calendar.run(calid, calid, calid);
      put.run(calid, uid, dtstart, dtend, summary, checksumOf(change.event));
      if (alarm === undefined) dropAlarm.run(calid, uid);
      else setAlarm.run(calid, uid, alarm);
      for (let i = 0; i < this.#times; i++) note.run(calid, uid);
      return [];
    }
    return change.uids.map((uid) => {
      if (remove.run(change.calid, uid).changes === 0) return false;
      dropAlarm.run(change.calid, uid);
      noteRemoval.run(change.calid, uid);
      return true;
    });
  }

  get(calid: string, uid: string): StoredEvent | undefined {
    const row = this.#statements.get.get(calid, uid);
    return row && storedEvent(row);
  }

  range(calid: string, from: string, until: string, most: number): StoredEvent[] {
    return this.#statements.range.all(calid, from, until, most).map(storedEvent);
  }

  alarms(from: string, until: string): StoredEvent[] {
    return this.#statements.alarms.all(from, until).map(storedEvent);
  }

  /** Number of the last transaction. */
  transactions(): number {
    return Number(this.#statements.noted.get('transactions')?.['value']);
  }

  /** Which store this is: another one after each restore, since numbers of transactions then begin to differ. */
  lineage(): string {
    return String(this.#statements.noted.get('lineage')?.['value'] ?? '');
  }

  setLineage(lineage: string): void {
    this.#statements.setNote.run('lineage', lineage);
  }

  /**
   * Brings the log into the database, as far as it goes, which bounds the log's size and the time of a recovery.
   * Returns how many pages the log had. @throws errors of SQLite; nothing is lost then.
   */
  checkpoint(): number {
    return Number(this.connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log']);
  }

  /** Brings the log into the database and takes it away, as for a copy at rest. */
  settle(): void {
    this.connection.exec('PRAGMA journal_mode = DELETE');
  }

  close(): void {
    this.connection.close();
  }
}

function storedEvent(row: Record<string, unknown>): StoredEvent {
  const { calid, uid, dtstart, dtend, summary, alarm, sequences } = row as unknown as CalendarEvent & {
    sequences: string | null;
  };
  const event = { calid, uid, dtstart, dtend, summary, sequences: (sequences ?? '').split(',').map(Number) };
  return typeof alarm === 'string' ? { ...event, alarm } : event;
}

export function schemaOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
}

/** In one transaction: a store is of one schema or the next, also after a power loss. @throws Error for a newer store */
export function migrate(connection: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  const found = schemaOf(connection);
  const steps = migrationsFrom(found, migrations);
  if (steps.length === 0) return;
  connection.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${found + steps.length}`);
    connection.exec("INSERT INTO store VALUES ('transactions', 0) ON CONFLICT DO NOTHING");
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}
