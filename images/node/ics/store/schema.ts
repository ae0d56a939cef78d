/**
 * The schema of csdb, version by version. A program that changes it appends a migration: opening an older store brings
 * it forward, in one transaction, and a store that is newer than the list is refused. There is no way back.
 *
 * Parts as the product has them: calendar properties, events, todos, alarms, scheduling, journals, recurrences, delete
 * log. `applied` is the journal of writes in the order in which they were applied.
 */

import { sabotaged } from '../sabotage.ts';
import { ADDED_MIGRATIONS } from './added-migrations.ts';

const FIRST = `
  CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE calendars (
    calid TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    calid TEXT NOT NULL, uid TEXT NOT NULL,
    dtstart TEXT NOT NULL CHECK (length(dtstart) = 16), dtend TEXT NOT NULL CHECK (length(dtend) = 16),
    summary TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX events_by_start ON events (calid, dtstart, dtend);
  CREATE TABLE alarms (
    calid TEXT NOT NULL, uid TEXT NOT NULL, moment TEXT NOT NULL CHECK (length(moment) = 16),
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alarms_by_moment ON alarms (moment);
  CREATE TABLE todos (
    calid TEXT NOT NULL, uid TEXT NOT NULL, due TEXT NOT NULL, summary TEXT NOT NULL,
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE journals (
    calid TEXT NOT NULL, uid TEXT NOT NULL, dtstart TEXT NOT NULL, description TEXT NOT NULL,
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE recurrences (
    calid TEXT NOT NULL, uid TEXT NOT NULL, rule TEXT NOT NULL,
    PRIMARY KEY (calid, uid)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE scheduling (
    entry INTEGER PRIMARY KEY AUTOINCREMENT, calid TEXT NOT NULL, uid TEXT NOT NULL, method TEXT NOT NULL
  ) STRICT;
  CREATE TABLE delete_log (
    entry INTEGER PRIMARY KEY AUTOINCREMENT, calid TEXT NOT NULL, uid TEXT NOT NULL, sequence INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX delete_log_by_event ON delete_log (calid, uid);
  CREATE TABLE applied (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, calid TEXT NOT NULL, uid TEXT NOT NULL
  ) STRICT;
  CREATE INDEX applied_by_event ON applied (calid, uid);
`;

/** The migration at place n brings a store from schema n to n + 1. */
export const MIGRATIONS: readonly string[] = [FIRST, ...ADDED_MIGRATIONS];

/** The schema that this program writes, and the newest that it can open. */
export const SCHEMA = MIGRATIONS.length;

/** What is to be run on a store of schema `found`. Pure. @throws Error when the store is newer than this program. */
export function migrationsFrom(found: number, migrations: readonly string[] = MIGRATIONS): readonly string[] {
  if (found > migrations.length && sabotaged('old-opens-new-schema')) return [];
  if (found > migrations.length)
    throw new Error(
      `its schema is ${found}, and this version of the calendar server knows schemas up to ${migrations.length}; ` +
        'apply the patch that wrote it again, or restore a backup made before that patch with csrestore',
    );
  return migrations.slice(found);
}
