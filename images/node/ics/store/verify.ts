/** Whether a store is whole: the database's structure, every row, and what the tables say of each other. Reads only. */
import { DatabaseSync } from 'node:sqlite';
import { sabotaged } from '../sabotage.ts';
import type { CalendarEvent } from './calendar-store.ts';
import { checksumOf } from './changes.ts';
import { schemaOf } from './database.ts';
import { migrationsFrom } from './schema.ts';
import { wordsOf } from './sqlite-errors.ts';

/** More findings of one kind than this are not listed. */
const MOST_FINDINGS = 20;

interface Question {
  /** Rows that should not be there, each with a column `what`. */
  sql: string;
  means: string;
}

/** What a removal has noted explains applied writes up to its sequence. */
const LAST_REMOVAL = 'SELECT calid, uid, max(sequence) AS sequence FROM delete_log GROUP BY calid, uid';
const LAST_WRITE = 'SELECT calid, uid, max(sequence) AS sequence FROM applied GROUP BY calid, uid';

const QUESTIONS: readonly Question[] = [
  {
    means: 'applied, but neither an event nor deleted',
    sql: `SELECT w.calid || '/' || w.uid AS what FROM (${LAST_WRITE}) w
      LEFT JOIN (${LAST_REMOVAL}) r ON r.calid = w.calid AND r.uid = w.uid
      WHERE w.sequence > coalesce(r.sequence, 0)
        AND NOT EXISTS (SELECT 1 FROM events e WHERE e.calid = w.calid AND e.uid = w.uid)`,
  },
  {
    means: 'an event that was never applied',
    sql: `SELECT e.calid || '/' || e.uid AS what FROM events e
      WHERE NOT EXISTS (SELECT 1 FROM applied p WHERE p.calid = e.calid AND p.uid = e.uid)`,
  },
  {
    means: 'deleted according to the delete log, but still there',
    sql: `SELECT e.calid || '/' || e.uid AS what FROM events e
      JOIN (${LAST_REMOVAL}) r ON r.calid = e.calid AND r.uid = e.uid
      JOIN (${LAST_WRITE}) w ON w.calid = e.calid AND w.uid = e.uid WHERE w.sequence <= r.sequence`,
  },
  {
    means: 'in the delete log, but never applied',
    sql: `SELECT d.calid || '/' || d.uid AS what FROM delete_log d
      WHERE NOT EXISTS (SELECT 1 FROM applied p WHERE p.sequence = d.sequence AND p.calid = d.calid AND p.uid = d.uid)`,
  },
  {
    means: 'an alarm without its event',
    sql: `SELECT a.calid || '/' || a.uid AS what FROM alarms a
      WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.calid = a.calid AND e.uid = a.uid)`,
  },
  {
    means: 'an event without its calendar',
    sql: `SELECT e.calid || '/' || e.uid AS what FROM events e
      WHERE NOT EXISTS (SELECT 1 FROM calendars c WHERE c.calid = e.calid)`,
  },
  {
    means: 'rows are missing from the journal of applied writes',
    sql: `SELECT 'it has ' || count(*) || ' rows and has given ' || coalesce(given, 0) || ' numbers' AS what
      FROM applied, (SELECT max(seq) AS given FROM sqlite_sequence WHERE name = 'applied')
      HAVING count(*) <> coalesce(given, 0)`,
  },
];

/** What is wrong with the store in `file`, a sentence each; none when it is whole. */
export function verifyStore(file: string): string[] {
  if (sabotaged('verify-always-passes')) return [];
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { readOnly: true });
    migrationsFrom(schemaOf(connection));
    const structure = structureOf(connection);
    // Tables that cannot be read as they stand would only repeat what is known.
    return structure.length > 0 ? structure : [...rowsOf(connection), ...relationsOf(connection)];
  } catch (error) {
    return [`it cannot be read: ${wordsOf(error)}`];
  } finally {
    connection?.close();
  }
}

function structureOf(connection: DatabaseSync): string[] {
  const lines = connection.prepare(`PRAGMA integrity_check(${MOST_FINDINGS})`).all();
  return lines.map((line) => String(line['integrity_check'])).filter((line) => line !== 'ok');
}

function rowsOf(connection: DatabaseSync): string[] {
  const rows = connection.prepare(
    `SELECT e.calid, e.uid, dtstart, dtend, summary, moment AS alarm, checksum FROM events e
     LEFT JOIN alarms a ON a.calid = e.calid AND a.uid = e.uid`,
  );
  const damaged: string[] = [];
  for (const row of rows.iterate()) {
    const { alarm, ...event } = row as unknown as CalendarEvent & { alarm: string | null };
    const sum = checksumOf(alarm === null ? event : { ...event, alarm });
    if (sum !== row['checksum']) damaged.push(`${event.calid}/${event.uid}: not as it was written`);
    if (damaged.length === MOST_FINDINGS) break;
  }
  return damaged;
}

function relationsOf(connection: DatabaseSync): string[] {
  return QUESTIONS.flatMap(({ sql, means }) =>
    connection
      .prepare(`${sql} LIMIT ${MOST_FINDINGS}`)
      .all()
      .map(({ what }) => `${what}: ${means}`),
  );
}
