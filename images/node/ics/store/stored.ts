/** What csstored is made of: the store opened, its group commit, its local socket, its copies. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, every, wallClock } from '../../../common/clock.ts';
import { sabotagedStore } from './broken-store.ts';
import type { CopyPlan } from './copies.ts';
import { CopyKeeper, type CopySource } from './copy-keeper.ts';
import { type CalendarDatabase, STORE_FILE } from './database.ts';
import { runJob } from './jobs.ts';
import { type Committed, LocalStore } from './local-store.ts';
import { type OpenStore, openStore, quickCheck, StoreRefused } from './open-store.ts';
import { type Services, serveStore } from './server.ts';
import { Snapshots } from './snapshot.ts';

/** How often the store looks whether it is idle, and whether a copy is due, in ms. */
const IDLE_MS = 1000;
const COPIES_MS = 30_000;
/** The first copy waits until the whole server is up, in ms. */
const FIRST_COPY_MS = 10_000;

/** When things are due; a test has one of its own, on which a week takes no time. */
export interface StoredClock {
  now(): Date;
  after(delayMs: number, action: () => void): () => void;
  every(periodMs: number, action: () => void): () => void;
}

export interface StoredOptions {
  /** csdb. */
  folder: string;
  /** Path of the local socket. */
  socket: string;
  /** Which copies are kept. */
  copies: readonly CopyPlan[];
  /** A line for the log. */
  say(line: string): void;
  clock?: StoredClock;
  /** The store cannot go on. */
  broken(reason: unknown): void;
  /** Sabotages. */
  acknowledgeEarly?: boolean;
  fullForEver?: boolean;
  slowIsBroken?: boolean;
  times?: number;
}

/** Resolves once it serves. @throws StoreInUse, StoreRefused */
export async function startStored(options: StoredOptions): Promise<{ stop(): Promise<void> }> {
  const { folder, socket, say } = options;
  const open = openStore(folder, options.times);
  const { database, lock } = open;
  const snapshots = new Snapshots(database);
  const keepers = keepersOf(open, snapshots, options);
  say(open.report);
  const committed = (transaction: Committed) => {
    for (const keeper of keepers) keeper.append(transaction);
  };
  const local = new LocalStore(database, { committed, broken: options.broken }, open.logBytes);
  mkdirSync(dirname(socket), { recursive: true });
  const offered = sabotagedStore(local, options);
  const server = await serveStore(offered, socket, servicesOf(database, snapshots));
  const clock = options.clock ?? { now: wallClock, after, every };
  const copy = () => {
    for (const keeper of keepers) void keeper.tick(clock.now());
  };
  const timers = [
    clock.every(IDLE_MS, () => local.lookForIdleness()),
    clock.after(FIRST_COPY_MS, copy),
    clock.every(COPIES_MS, copy),
  ];
  return {
    stop: async () => {
      for (const stop of timers) stop();
      for (const keeper of keepers) keeper.giveUp();
      await server.close();
      await snapshots.giveUp();
      await local.close(() => {
        for (const keeper of keepers) keeper.close();
      });
      lock.release();
    },
  };
}

function keepersOf(
  { database, lock }: OpenStore,
  snapshots: Snapshots,
  { folder, copies, say }: StoredOptions,
): CopyKeeper[] {
  const file = join(folder, STORE_FILE);
  const source: CopySource = {
    file,
    lineage: () => database.lineage(),
    transactions: () => database.transactions(),
    snapshot: (target) => snapshots.take(target),
  };
  const keepers = copies.map((plan) => new CopyKeeper(plan, source, { say, run: runJob }));
  try {
    for (const keeper of keepers) keeper.resume();
    return keepers;
  } catch (error) {
    database.close();
    lock.release();
    throw new StoreRefused(file, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** For csbackup and csdb, which cannot open a store that is open here. */
function servicesOf(database: CalendarDatabase, snapshots: Snapshots): Services {
  return {
    snapshot: (target) => snapshots.take(String(target)),
    check: async () => quickCheck(database.connection),
  };
}
