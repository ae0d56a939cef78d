/** Files that must be whole after a power loss: what is new appears at once, under its name, or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
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

/**
 * Gives the synced file `from` the name `to` in one step: whoever looks finds the old one or the new one. So it is for a
 * folder that is new; one that replaces another has a moment without either.
 */
export function putInPlace(from: string, to: string): void {
  const replaced = `${to}.replaced`;
  rmSync(replaced, { recursive: true, force: true });
  if (statSync(to, { throwIfNoEntry: false })?.isDirectory()) renameSync(to, replaced);
  renameSync(from, to);
  syncPath(dirname(to));
  rmSync(replaced, { recursive: true, force: true });
}
