/** Commands that an operator runs as root work on the store as its owner: csstored must be able to open what they leave. */
import { chownSync, statSync } from 'node:fs';

/** Gives a file or folder that root has made to the owner of the store's folder. */
export function giveToOwnerOf(folder: string, path: string): void {
  const { uid, gid } = statSync(folder);
  if (process.geteuid?.() === 0) chownSync(path, uid, gid);
}

/** Does something as the owner of `folder`; anybody but root does it as who they are. */
export async function asOwnerOf<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const { uid, gid } = statSync(folder);
  if (process.geteuid?.() !== 0 || uid === 0) return await action();
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
