/** A look at the store for commands, whether csstored has it open or nobody. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreConnection } from './connection.ts';
import { STORE_FILE } from './database.ts';
import { lockStore, StoreInUse } from './lock.ts';
import { needWhole } from './open-store.ts';
import { snapshotAtRest } from './snapshot.ts';

export interface StorePlace {
  /** csdb. */
  folder: string;
  /** csstored's local socket. */
  socket: string;
}

/**
 * Calls `stopped` with the store's file, locked, or else `live` with a connection to csstored.
 * @throws Error when there is no store; StoreInUse when something else than csstored works on it; StoreFailed.
 */
export async function lookAtStore<T>(
  { folder, socket }: StorePlace,
  { stopped, live }: { stopped(file: string): Promise<T>; live(csstored: StoreConnection): Promise<T> },
): Promise<T> {
  const file = join(folder, STORE_FILE);
  if (!existsSync(file)) throw new Error(`there is no store in ${folder}`);
  const lock = lockOrUndefined(folder);
  if (lock) {
    try {
      return await stopped(file);
    } finally {
      lock.release();
    }
  }
  const csstored = await StoreConnection.open(socket);
  try {
    return await live(csstored);
  } finally {
    await csstored.close();
  }
}

function lockOrUndefined(folder: string) {
  try {
    return lockStore(folder);
  } catch (error) {
    if (error instanceof StoreInUse) return undefined;
    throw error;
  }
}

/** Asks csstored for what only its commands ask. */
export async function serviceOf(
  csstored: StoreConnection,
  name: string,
  argument: string | null = null,
): Promise<unknown> {
  return await csstored.ask({ op: 'service', name, argument });
}

/**
 * A consistent copy of the store, as it is now, in `target`; a stopped one is left to the byte as it is.
 * @throws as `lookAtStore`; StoreRefused
 */
export async function takeSnapshot(place: StorePlace, target: string): Promise<void> {
  await lookAtStore(place, {
    stopped: async (file) => {
      needWhole(file);
      await snapshotAtRest(file, target);
    },
    live: async (csstored) => {
      await serviceOf(csstored, 'snapshot', target);
    },
  });
}
