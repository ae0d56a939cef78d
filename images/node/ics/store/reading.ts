/** Opening a database only to read it. */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

export type OpenForReading = (file: string) => DatabaseSync;

/** Beside others that may have it open. Leaves SQLite's index of a log on the disk, if there is a log. */
export const readBesideOthers: OpenForReading = (file) => new DatabaseSync(file, { readOnly: true });

/**
 * For who holds the store's lock, or has the file for themselves. Writes nothing at all, not even the index of a log,
 * which there would be no room for on a full disk: that is in memory where locks are SQLite's own and exclusive, and
 * with a file that is only read they cannot be the kernel's.
 */
export const readAlone: OpenForReading = (file) => {
  const url = pathToFileURL(file);
  url.search = '?mode=ro&vfs=unix-none';
  const connection = new DatabaseSync(url, { readOnly: true });
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  return connection;
};
