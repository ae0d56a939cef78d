/** Copies of a store, also of one that is open and written to, by SQLite's online backup. */
import { backup, DatabaseSync } from 'node:sqlite';
import type { CalendarDatabase } from './database.ts';
import { readAlone } from './reading.ts';

/** Pages that are copied at a time; writes go on in between. */
const PAGES_AT_A_TIME = 128;

export class Snapshots {
  readonly #database: CalendarDatabase;
  readonly #underWay = new Set<Promise<unknown>>();
  #givenUp = false;

  constructor(database: CalendarDatabase) {
    this.#database = database;
  }

  /** A consistent copy of the store as it is at the end of this. @throws errors of SQLite, and Error when given up. */
  async take(target: string): Promise<void> {
    const copying = backup(this.#database.connection, target, {
      rate: PAGES_AT_A_TIME,
      progress: () => this.#unlessGivenUp(),
    });
    this.#underWay.add(copying);
    try {
      await copying;
    } finally {
      this.#underWay.delete(copying);
    }
    settle(target);
  }

  /** Resolves when none is under way any more, so that the database can be closed. */
  async giveUp(): Promise<void> {
    this.#givenUp = true;
    await Promise.allSettled(this.#underWay);
  }

  #unlessGivenUp(): void {
    if (this.#givenUp) throw new Error('the copy was given up, since the store is being closed');
  }
}

/** The same of a store that nobody has open, which is only read: this program may be of a newer schema than the store. */
export async function snapshotAtRest(file: string, target: string): Promise<void> {
  const connection = readAlone(file);
  try {
    await backup(connection, target);
  } finally {
    connection.close();
  }
  settle(target);
}

/** A copy at rest is one file: whoever only reads it leaves no files of a log beside it. */
function settle(target: string): void {
  const copy = new DatabaseSync(target);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}
