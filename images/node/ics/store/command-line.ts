/** The words of csbackup, csrestore and csdb, and where the store of an instance is. */
import { join } from 'node:path';
import { UsageError } from '../control/plan.ts';
import { runFolderOf, socketOf } from '../program.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { StorePlace } from './live-or-stopped.ts';
import { storeFolder } from './store-settings.ts';

/** `[-f] PATH`. Pure. @throws UsageError */
export function pathIn(words: readonly string[]): { path: string; force: boolean } {
  const unknown = words.find((word) => word.startsWith('-') && word !== '-f');
  if (unknown !== undefined) throw new UsageError(`there is no option ${unknown}`);
  const [path, ...more] = words.filter((word) => word !== '-f');
  if (path === undefined || path === '') throw new UsageError('a folder is missing');
  if (more.length > 0) throw new UsageError(`one folder is needed; ${more.join(' ')} is too much`);
  return { path, force: words.includes('-f') };
}

/** @throws errors of ics.conf */
export function placeOf(base: string): StorePlace & { settings: Settings } {
  const settings = readSettings(join(base, 'config'));
  return { settings, folder: storeFolder(settings), socket: socketOf(runFolderOf(base), 'csstored') };
}
