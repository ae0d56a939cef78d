/** csbackup: a verified copy of the store in a folder of its own, whether csstored runs or not. */
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { STORE_FILE } from './database.ts';
import { putInPlace, syncPath } from './files.ts';
import { type StorePlace, takeSnapshot } from './live-or-stopped.ts';
import { asOwnerOf, giveToOwnerOf } from './owner.ts';
import { verifyStore } from './verify.ts';

/** @throws Error when the target exists and is not to be replaced, and when no whole copy can be made. */
export async function backUp(place: StorePlace, to: string, replace: boolean): Promise<void> {
  const target = resolve(to);
  if (existsSync(target)) refuseToLose(target, place.folder, replace);
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  try {
    giveToOwnerOf(place.folder, partial);
    const file = join(partial, STORE_FILE);
    const findings = await asOwnerOf(place.folder, async () => {
      await takeSnapshot(place, file);
      return verifyStore(file);
    });
    if (findings.length > 0) throw new Error(`the backup is not whole: ${findings.join('; ')}`);
    syncPath(file);
    syncPath(partial);
    putInPlace(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** What is replaced is gone afterwards, so that a slip of the finger must not be enough. @throws Error */
function refuseToLose(target: string, csdb: string, replace: boolean): void {
  if (!replace) throw new Error(`${target} exists; -f replaces it`);
  const [real, store] = [realpathSync(target), existsSync(csdb) ? realpathSync(csdb) : csdb];
  if (`${store}/`.startsWith(`${real}/`))
    throw new Error(`${target} has the store itself in it: name another folder`);
  const names = statSync(target).isDirectory() ? readdirSync(target) : [target];
  if (names.length > 0 && !names.includes(STORE_FILE))
    throw new Error(`${target} is no backup, and -f replaces nothing else: name another folder`);
}
