/** Files that must be whole after a power loss: what is new appears at once, under its name, or not at all. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Also for folders: what was renamed or made in it is there after a power loss. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives what stands at `from`, synced, the name `to`; what stood there is gone then, a folder included. */
export function putInPlace(from: string, to: string): void {
  const replaced = `${to}.replaced`;
  rmSync(replaced, { recursive: true, force: true });
  if (existsSync(to)) renameSync(to, replaced);
  renameSync(from, to);
  syncPath(dirname(to));
  rmSync(replaced, { recursive: true, force: true });
}
