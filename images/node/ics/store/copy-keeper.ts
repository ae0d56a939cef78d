/**
 * Keeps one kind of copy current: a new one each day, made beside the old and verified before it takes the day's name;
 * the log of what is applied since; for hot backups that log applied every now and then; old days taken away.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyPlan, copyName, dayOf, daysAmong, leftAmong, outlived } from './copies.ts';
import { STORE_FILE } from './database.ts';
import { putInPlace, syncPath } from './files.ts';
import type { Job, JobResult } from './jobs.ts';
import { logName, logsIn } from './replay.ts';
import { endOfLog, type LoggedTransaction, TransactionLog } from './transaction-log.ts';

/** How often logs are applied to a hot backup, in ms. */
const APPLY_MS = 120_000;
/** After a copy that failed, the next attempt, in ms. */
const RETRY_MS = 600_000;
/** Room that a copy leaves to the store itself, in bytes. */
const ROOM_FOR_STORE = 8 * 1024 * 1024;

/** The store that is copied. */
export interface CopySource {
  file: string;
  lineage(): string;
  transactions(): number;
  /** A consistent copy of it as it is now or a little later. */
  snapshot(target: string): Promise<void>;
}

export interface CopyHelp {
  /** A line for the administrator. */
  say(line: string): void;
  run(job: Job): Promise<JobResult>;
}

/** The store ends before what the log beside a copy has: acknowledged transactions are missing in it. */
export class TransactionsLost extends Error {}

interface OpenLog {
  folder: string;
  number: number;
  log: TransactionLog;
  /** Transactions in it. */
  length: number;
}

export class CopyKeeper {
  readonly #plan: CopyPlan;
  readonly #source: CopySource;
  readonly #help: CopyHelp;
  /** Of the copy in use; undefined when there is none that goes on. */
  #current: OpenLog | undefined;
  /** Of the copy that is being made. */
  #next: OpenLog | undefined;
  #day = '';
  #appliedMs = 0;
  #retryMs = 0;
  #busy = false;
  #closed = false;

  constructor(plan: CopyPlan, source: CopySource, help: CopyHelp) {
    this.#plan = plan;
    this.#source = source;
    this.#help = help;
  }

  /**
   * Goes on with the newest copy if its log ends where the store does; otherwise, the next tick makes a new one.
   * @throws TransactionsLost; a copy that cannot be read is no reason not to serve, and the administrator is told.
   */
  resume(): void {
    try {
      this.#resume();
    } catch (error) {
      if (error instanceof TransactionsLost) throw error;
      this.#failed(wordsOf(error), Number.NEGATIVE_INFINITY);
    }
  }

  #resume(): void {
    const { kind, path } = this.#plan;
    const [day] = this.#days();
    const folder = join(path, copyName(kind, day ?? ''));
    const number = day === undefined ? undefined : logsIn(folder).at(-1);
    if (day === undefined || number === undefined) return;
    const file = join(folder, logName(number));
    const { head, last, torn } = endOfLog(file);
    if (head.lineage !== this.#source.lineage()) return;
    const own = this.#source.transactions();
    if (last > own)
      throw new TransactionsLost(
        `it ends with transaction ${own}, and ${file} goes on to ${last}: its own log was damaged. ` +
          `"csrestore -f ${folder}" brings back all of them`,
      );
    // After a power loss the end of this log may be missing, since nobody waits for it: a new copy closes the hole.
    if (last < own || torn) return;
    this.#day = day;
    this.#current = { folder, number, log: TransactionLog.resume(file), length: last - head.after };
  }

  /** What has become durable in the store. */
  append(transaction: LoggedTransaction): void {
    this.#current = this.#appended(this.#current, transaction);
    this.#next = this.#appended(this.#next, transaction);
  }

  #appended(open: OpenLog | undefined, transaction: LoggedTransaction): OpenLog | undefined {
    try {
      open?.log.append(transaction);
      if (open) open.length++;
      return open;
    } catch (error) {
      // The store goes on without: the copy ends here, and another one is made once that is possible.
      this.#failed(`its log cannot be written: ${wordsOf(error)}`, Number.NEGATIVE_INFINITY);
      closeQuietly(open);
      return undefined;
    }
  }

  /** Does what is due at a moment; resolves when it is done. Never fails: the administrator is told instead. */
  async tick(now: Date): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    try {
      const day = dayOf(now);
      const due = this.#current === undefined || this.#day !== day;
      if (due && now.getTime() >= this.#retryMs) await this.#renew(day, now);
      else if (this.#plan.kind === 'hotbackup' && now.getTime() - this.#appliedMs >= APPLY_MS)
        await this.#apply(now);
    } catch (error) {
      this.#failed(wordsOf(error), now.getTime());
    } finally {
      this.#busy = false;
    }
  }

  /** No more copies are begun, and one that is being made fails without a word; the logs go on until `close`. */
  giveUp(): void {
    this.#closed = true;
  }

  close(): void {
    this.giveUp();
    closeQuietly(this.#current);
    closeQuietly(this.#next);
    this.#current = this.#next = undefined;
  }

  #days(): string[] {
    const { kind, path } = this.#plan;
    return existsSync(path) ? daysAmong(kind, readdirSync(path)) : [];
  }

  async #renew(day: string, now: Date): Promise<void> {
    const { kind, path } = this.#plan;
    mkdirSync(path, { recursive: true });
    this.#sweep('partial');
    this.#makeRoom(day);
    const [folder, partial] = [join(path, copyName(kind, day)), join(path, `${copyName(kind, day)}.partial`)];
    mkdirSync(partial);
    try {
      this.#next = this.#begin(partial, 1);
      const file = join(partial, STORE_FILE);
      await this.#source.snapshot(file);
      const { findings } = await this.#help.run({ job: 'verify', file });
      if (findings.length > 0) throw new Error(`verification failed: ${findings.join('; ')}`);
      if (this.#next === undefined) throw new Error('its log could not be written');
      syncPath(partial);
      putInPlace(partial, folder);
      closeQuietly(this.#current);
      this.#current = { ...this.#next, folder };
      this.#next = undefined;
    } catch (error) {
      closeQuietly(this.#next);
      this.#next = undefined;
      rmSync(partial, { recursive: true, force: true });
      throw error;
    }
    this.#day = day;
    this.#appliedMs = now.getTime();
    this.#status({ copy: copyName(kind, day), verified: now.toISOString() });
    this.#sweep('replaced');
    this.#drop(outlived(this.#days(), day, this.#plan, false));
  }

  /** Also of other days: it has no name by which it would outlive its time. */
  #sweep(what: 'partial' | 'replaced'): void {
    const { kind, path } = this.#plan;
    for (const name of leftAmong(kind, readdirSync(path), what))
      rmSync(join(path, name), { recursive: true });
  }

  #begin(folder: string, number: number): OpenLog {
    const head = { lineage: this.#source.lineage(), after: this.#source.transactions() };
    return { folder, number, log: TransactionLog.create(join(folder, logName(number)), head), length: 0 };
  }

  /** A copy must not take the room that the store needs for its next writes. */
  #makeRoom(day: string): void {
    const { path } = this.#plan;
    const needed = statSync(this.#source.file).size + ROOM_FOR_STORE;
    const free = () => {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    };
    if (free() < needed) this.#drop(outlived(this.#days(), day, this.#plan, true));
    if (free() < needed) throw new Error(`${path} has ${free()} bytes free, and a copy takes ${needed}`);
  }

  #drop(days: string[]): void {
    const { kind, path } = this.#plan;
    for (const day of days) rmSync(join(path, copyName(kind, day)), { recursive: true });
  }

  async #apply(now: Date): Promise<void> {
    const done = this.#current;
    if (done === undefined || done.length === 0) return;
    this.#current = this.#begin(done.folder, done.number + 1);
    closeQuietly(done);
    const { findings } = await this.#help.run({ job: 'replay', folder: done.folder, upTo: done.number });
    this.#appliedMs = now.getTime();
    if (findings.length > 0) {
      // A hot backup that is wrong must not be restored by mistake; the archive is another way back.
      closeQuietly(this.#current);
      this.#current = undefined;
      rmSync(done.folder, { recursive: true });
      throw new Error(`its log could not be applied: ${findings.join('; ')}`);
    }
    this.#status({ copy: copyName(this.#plan.kind, this.#day), applied: now.toISOString() });
  }

  #failed(problem: string, nowMs: number): void {
    if (this.#closed) return;
    this.#retryMs = nowMs + RETRY_MS;
    const { kind } = this.#plan;
    this.#help.say(`${kind} FAILED: ${problem}`);
    this.#status({ problem });
  }

  /** For the administrator and for `csdb list`. */
  #status(status: Record<string, string>): void {
    try {
      writeFileSync(join(this.#plan.path, 'status.json'), `${JSON.stringify(status)}\n`);
    } catch (error) {
      this.#help.say(`${this.#plan.kind}: its status cannot be written: ${wordsOf(error)}`);
    }
  }
}

function closeQuietly(open: OpenLog | undefined): void {
  try {
    open?.log.close();
  } catch {
    // Its end is then torn, which whoever reads it finds out.
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
