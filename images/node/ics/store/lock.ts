/** Who has the store open: one process at a time. The kernel drops the lock with its holder, by SIGKILL too. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLocked, wordsOf } from './sqlite-errors.ts';

export class StoreInUse extends Error {
  constructor(folder: string) {
    super(`the store in ${folder} is open: csstored, or a command like csrestore, works on it`);
    this.name = 'StoreInUse';
  }
}

export interface StoreLock {
  release(): void;
}

/**
 * SQLite's lock on an empty database is a lock of the kernel on a file, which Node itself has no call for.
 * @param patienceMs how long to wait for it; nothing else happens in this process meanwhile.
 * @throws StoreInUse when somebody else has it for longer.
 */
export function lockStore(folder: string, patienceMs = 0): StoreLock {
  const file = join(folder, 'csstored.lock');
  let held: DatabaseSync | undefined;
  try {
    held = new DatabaseSync(file, { timeout: patienceMs });
    held.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return { release: () => held?.close() };
  } catch (error) {
    held?.close();
    throw isLocked(error)
      ? new StoreInUse(folder)
      : new Error(`${file} cannot be locked: ${wordsOf(error)}`, { cause: error });
  }
}
