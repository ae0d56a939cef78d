/** csdb: what the store and its copies are like. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CopyPlan, copyName, daysAmong } from './copies.ts';
import { STORE_FILE, schemaOf } from './database.ts';
import { lookAtStore, type StorePlace, serviceOf, takeSnapshot } from './live-or-stopped.ts';
import { quickFindings } from './open-store.ts';
import { asOwnerOf } from './owner.ts';
import { logName, logsIn } from './replay.ts';
import { readLog } from './transaction-log.ts';
import { verifyStore } from './verify.ts';

/** The structure of the database, as csstored looks at it at its start. */
export async function checkStore(place: StorePlace): Promise<string[]> {
  return await asOwnerOf(place.folder, () =>
    lookAtStore(place, {
      stopped: async (file) => quickFindings(file),
      live: async (csstored) => (await serviceOf(csstored, 'check')) as string[],
    }),
  );
}

/** Everything. Of a store that is open, a snapshot is looked at, so that csstored goes on serving. */
export async function verifyPlace(place: StorePlace): Promise<string[]> {
  return await asOwnerOf(place.folder, () =>
    lookAtStore(place, {
      stopped: async (file) => verifyStore(file),
      live: async (csstored) => {
        const stage = join(place.folder, 'verify.partial');
        rmSync(stage, { recursive: true, force: true });
        mkdirSync(stage);
        try {
          const file = join(stage, STORE_FILE);
          await serviceOf(csstored, 'snapshot', file);
          return verifyStore(file);
        } finally {
          rmSync(stage, { recursive: true, force: true });
        }
      },
    }),
  );
}

/** A backup or a copy, its logs included. */
export async function verifyCopy(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, STORE_FILE))) return [`there is no ${STORE_FILE} in ${folder}`];
  return await asOwnerOf(folder, async () => findingsIn(folder));
}

function findingsIn(folder: string): string[] {
  const file = join(folder, STORE_FILE);
  return [
    ...verifyStore(file),
    ...logsIn(folder).flatMap((number) => {
      try {
        readLog(join(folder, logName(number)));
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    }),
  ];
}

/** Lines on the store and its copies, for an operator. */
export async function listStore(place: StorePlace, plans: readonly CopyPlan[]): Promise<string[]> {
  const stage = join(place.folder, 'list.partial');
  const store = await asOwnerOf(place.folder, async () => {
    rmSync(stage, { recursive: true, force: true });
    mkdirSync(stage);
    try {
      const file = join(stage, STORE_FILE);
      await takeSnapshot(place, file);
      return numbersOf(file);
    } finally {
      rmSync(stage, { recursive: true, force: true });
    }
  });
  return [`store ${place.folder}: ${store}`, ...plans.flatMap(copiesOf)];
}

function numbersOf(file: string): string {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const count = (sql: string) => Number(connection.prepare(sql).get()?.['n']);
    const parts = ['calendars', 'events', 'todos', 'alarms', 'journals', 'delete_log', 'applied'];
    const counted = parts.map((part) => `${count(`SELECT count(*) AS n FROM ${part}`)} ${part}`);
    return `schema ${schemaOf(connection)}; ${counted.join(', ')}`;
  } finally {
    connection.close();
  }
}

function copiesOf({ kind, path }: CopyPlan): string[] {
  const days = existsSync(path) ? daysAmong(kind, readdirSync(path)) : [];
  const status = join(path, 'status.json');
  return [
    ...days.map((day) => `${kind} ${join(path, copyName(kind, day))}`),
    `${kind}: ${existsSync(status) ? readFileSync(status, 'utf8').trim() : 'nothing yet'}`,
  ];
}
