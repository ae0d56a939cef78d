/**
 * The store as csstored has it: group commit. What arrives while a transaction is being made durable goes into the
 * next one together, so that one fsync serves all clients that wait.
 */
import { afterInput } from '../../../common/clock.ts';
import { type CalendarEvent, type CalendarStore, type StoredEvent, StoreFailed } from './calendar-store.ts';
import type { Change } from './changes.ts';
import type { CalendarDatabase } from './database.ts';
import { isFatal, wordsOf } from './sqlite-errors.ts';

/** Most changes in one transaction: bounds how long reads wait behind it. */
const LARGEST_GROUP = 256;
/** So many changes make some 8 MiB of SQLite's log, which bounds its room on the disk and the time of a recovery. */
const CHANGES_PER_CHECKPOINT = 400;

export interface Committed {
  transaction: number;
  changes: Change[];
}

export interface StoreReports {
  /** After each transaction that is durable, before anybody is told. */
  committed?(what: Committed): void;
  /** The store cannot go on: a later start has to find out what is on the disk. */
  broken(reason: StoreFailed): void;
}

interface Waiting {
  change: Change;
  resolve(result: unknown[]): void;
  reject(error: StoreFailed): void;
}

export class LocalStore implements CalendarStore {
  readonly #database: CalendarDatabase;
  readonly #reports: StoreReports;
  #waiting: Waiting[] = [];
  #planned = false;
  #closed = false;
  #broken: StoreFailed | undefined;
  /** Changes since the last checkpoint, and at the last look for idleness. */
  #unchecked = 0;
  #seen = 0;

  constructor(database: CalendarDatabase, reports: StoreReports) {
    this.#database = database;
    this.#reports = reports;
  }

  async put(event: CalendarEvent): Promise<void> {
    await this.#change({ op: 'put', event });
  }

  async remove(calid: string, uids: readonly string[]): Promise<boolean[]> {
    return (await this.#change({ op: 'remove', calid, uids })) as boolean[];
  }

  async get(calid: string, uids: readonly string[]): Promise<(StoredEvent | undefined)[]> {
    return this.#read((database) => uids.map((uid) => database.get(calid, uid)));
  }

  async range(calid: string, from: string, until: string, most: number): Promise<StoredEvent[]> {
    return this.#read((database) => database.range(calid, from, until, most));
  }

  async alarms(from: string, until: string): Promise<StoredEvent[]> {
    return this.#read((database) => database.alarms(from, until));
  }

  /** To be called now and then: a store that nobody writes to brings its log into the database. */
  lookForIdleness(): void {
    if (this.#unchecked > 0 && this.#unchecked === this.#seen) this.#checkpoint();
    this.#seen = this.#unchecked;
  }

  /** What waits is made durable first; then `before` is called, while the database is still open. */
  async close(before = () => {}): Promise<void> {
    while (this.#waiting.length > 0) this.#commit();
    this.#closed = true;
    before();
    this.#database.close();
  }

  #change(change: Change): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      if (this.#broken ?? this.#closed) reject(this.#broken ?? new StoreFailed('the store is closed'));
      else {
        this.#waiting.push({ change, resolve, reject });
        this.#plan();
      }
    });
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    afterInput(() => {
      this.#planned = false;
      this.#commit();
      if (this.#waiting.length > 0) this.#plan();
    });
  }

  #commit(): void {
    const group = this.#waiting.splice(0, LARGEST_GROUP);
    if (group.length === 0) return;
    try {
      if (this.#broken) throw this.#broken;
      const { transaction, results } = this.#database.inTransaction(group.map(({ change }) => change));
      const changes = group.filter((_, at) => !(results[at] instanceof Error)).map(({ change }) => change);
      this.#reports.committed?.({ transaction, changes });
      group.forEach(({ resolve, reject }, at) => {
        const result = results[at];
        if (result instanceof Error) reject(new StoreFailed(wordsOf(result), { cause: result }));
        else resolve(result ?? []);
      });
      this.#unchecked += changes.length;
      // Not before those who waited have been told.
      if (this.#unchecked >= CHANGES_PER_CHECKPOINT) afterInput(() => this.#checkpoint());
    } catch (error) {
      const failure = this.#failure(error);
      for (const { reject } of group) reject(failure);
    }
  }

  #checkpoint(): void {
    if (this.#broken || this.#closed) return;
    this.#unchecked = 0;
    try {
      this.#database.checkpoint();
    } catch (error) {
      // On a full disk the log stays as it is, and keeps what it has.
      this.#failure(error);
    }
  }

  #read<T>(question: (database: CalendarDatabase) => T): T {
    if (this.#broken) throw this.#broken;
    try {
      return question(this.#database);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): StoreFailed {
    if (error instanceof StoreFailed) return error;
    const failure = new StoreFailed(`the store failed: ${wordsOf(error)}`, { cause: error });
    if (isFatal(error) && this.#broken === undefined) {
      this.#broken = failure;
      // Later, so that those who wait are told first.
      afterInput(() => this.#reports.broken(failure));
    }
    return failure;
  }
}
