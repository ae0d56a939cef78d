/** Reads a store from a copy of its LUN, by mounting the copy here: no node and no cluster software takes part. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FoundWrite } from '../common/protocol.ts';
import { run } from '../common/run.ts';
import { tell } from '../common/tell.ts';

/** Tells all writes that the store on loop device `minor` applied. `store` is its file, relative to the volume. */
export async function audit(lun: string, minor: number, store: string): Promise<void> {
  const point = `/mnt/audit-${minor}`;
  const device = `/dev/loop${minor}`;
  let found: FoundWrite[] = [];
  let problem = '';
  try {
    await run('mknod', [device, 'b', '7', String(minor)]);
    mkdirSync(point, { recursive: true });
    await run('e2fsck', ['-p', device], { accept: [0, 1] });
    await run('mount', ['-t', 'ext4', device, point]);
    try {
      const file = join(point, store);
      if (existsSync(file)) found = appliedWrites(file);
    } finally {
      await run('umount', [point]);
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  tell({ kind: 'volume', lun, found, problem });
}

function appliedWrites(file: string): FoundWrite[] {
  const database = new DatabaseSync(file);
  try {
    const verdict = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']);
    if (verdict !== 'ok') throw new Error(`the store fails its integrity check: ${verdict}`);
    const writes = new Map<string, number[]>();
    // Joined with the events: an entry in the journal of a write whose event is missing is not a write that is there.
    const rows = database
      .prepare('SELECT sequence, uid FROM applied WHERE uid IN (SELECT uid FROM events)')
      .all();
    for (const row of rows)
      writes.set(String(row['uid']), [...(writes.get(String(row['uid'])) ?? []), Number(row['sequence'])]);
    return [...writes].map(([uid, sequences]) => ({ uid, sequences }));
  } finally {
    database.close();
  }
}
