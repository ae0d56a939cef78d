/** csrestore: puts a backup, an archive or a hot backup in the place of the store, whole or not at all. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../../common/clock.ts';
import { CalendarDatabase, STORE_FILE } from './database.ts';
import { putInPlace, syncPath } from './files.ts';
import { lockStore } from './lock.ts';
import { asOwnerOf } from './owner.ts';
import { logName, logsIn, replay } from './replay.ts';
import { verifyStore } from './verify.ts';

export interface Restored {
  /** Number of the last transaction in it. */
  transactions: number;
}

/**
 * @param folder csdb.
 * @param source folder of a backup or a copy; its logs are applied, as far as they are whole.
 * @throws StoreInUse while csstored runs; Error when the source is not whole, or a store is there and not to be replaced.
 */
export async function restore(folder: string, source: string, replace: boolean): Promise<Restored> {
  if (!existsSync(join(source, STORE_FILE)))
    throw new Error(`${source} is no backup: there is no ${STORE_FILE} in it`);
  return await asOwnerOf(folder, async () => {
    const lock = lockStore(folder);
    try {
      const file = join(folder, STORE_FILE);
      if (existsSync(file) && !replace) throw new Error(`there is a store in ${folder}; -f replaces it`);
      const stage = join(folder, 'restore.partial');
      rmSync(stage, { recursive: true, force: true });
      try {
        mkdirSync(stage);
        copyIn(source, stage);
        const transactions = prepare(stage);
        takeAwayLog(file);
        putInPlace(join(stage, STORE_FILE), file);
        return { transactions };
      } finally {
        rmSync(stage, { recursive: true, force: true });
      }
    } finally {
      lock.release();
    }
  });
}

function copyIn(source: string, stage: string): void {
  const logs = logsIn(source).map(logName);
  const wal = `${STORE_FILE}-wal`;
  for (const name of [STORE_FILE, ...(existsSync(join(source, wal)) ? [wal] : []), ...logs])
    copyFileSync(join(source, name), join(stage, name));
}

/** Returns the number of the last transaction. @throws Error when it is not whole. */
function prepare(stage: string): number {
  const file = join(stage, STORE_FILE);
  // Before anything is written to the copy: SQLite would take an empty file for a new database.
  refuse(verifyStore(file));
  const transactions = replay(stage);
  refuse(verifyStore(file));
  const database = new CalendarDatabase(file);
  database.setLineage(wallClock().toISOString());
  database.close();
  syncPath(file);
  return transactions;
}

function refuse(findings: string[]): void {
  if (findings.length > 0)
    throw new Error(`the source is not whole, nothing is restored: ${findings.join('; ')}`);
}

/**
 * SQLite's log of the old store must not be taken for one of the new. An old store that can be opened gets its log's
 * content first, so that it is whole until the new one has its name.
 */
function takeAwayLog(file: string): void {
  if (!existsSync(`${file}-wal`)) return;
  try {
    new CalendarDatabase(file).close();
  } catch {
    // It is damaged, which is why it is replaced.
  }
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${file}-wal.replaced`);
  rmSync(`${file}-shm`, { force: true });
}
