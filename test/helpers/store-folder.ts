/** A folder for a store, and what stands in it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStore, type StoreReports } from '../../images/node/ics/store/local-store.ts';
import { type OpenStore, openStore } from '../../images/node/ics/store/open-store.ts';

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ha-drills-store-'));
}

/** A digest of each file, by its name. The lock, SQLite's index of its log and an empty log have no content. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => {
    const about = statSync(join(folder, name));
    return about.isFile() && about.size > 0 && !/(\.lock|-shm)$/.test(name);
  });
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

/** A store in this process, as csstored has it. */
export function openedStore(
  folder: string,
  reports: Partial<StoreReports> = {},
): OpenStore & { store: LocalStore; close(): Promise<void> } {
  const open = openStore(folder);
  const store = new LocalStore(open.database, { broken: () => undefined, ...reports });
  return {
    ...open,
    store,
    close: async () => {
      await store.close();
      open.lock.release();
    },
  };
}
