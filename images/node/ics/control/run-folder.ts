/** The folder of an instance on this node: pid files, sockets, last words. */
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import type { User } from './user.ts';

/** Only its user gets in. @throws Error when something else is in its place. */
export function prepareRunFolder(runFolder: string, user: User): void {
  mkdirSync(runFolder, { recursive: true, mode: 0o750 });
  if (!lstatSync(runFolder).isDirectory()) throw new Error(`${runFolder} is there and is not a folder`);
  if (process.geteuid?.() === 0) chownSync(runFolder, user.uid, user.gid);
}
