/** Brings the logs of a copy into its snapshot. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CalendarDatabase, STORE_FILE } from './database.ts';
import { readLog } from './transaction-log.ts';

const LOG_NAME = /^transactions-(\d+)\.log$/;

export function logName(number: number): string {
  return `transactions-${number}.log`;
}

/** Numbers of the logs in a copy's folder, in order. */
export function logsIn(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => LOG_NAME.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((one, other) => one - other);
}

/**
 * Applies the logs up to number `upTo` and takes them away. What the snapshot has already is passed over, so that it can
 * be repeated after a crash. Returns the number of the last transaction.
 * @throws LogDamaged; Error when a transaction is missing or does not do again what it did; errors of SQLite.
 */
export function replay(folder: string, upTo = Number.POSITIVE_INFINITY): number {
  const database = new CalendarDatabase(join(folder, STORE_FILE));
  try {
    const numbers = logsIn(folder).filter((number) => number <= upTo);
    for (const number of numbers) replayLog(database, join(folder, logName(number)));
    const reached = database.transactions();
    database.settle();
    for (const number of numbers) rmSync(join(folder, logName(number)));
    return reached;
  } finally {
    database.close();
  }
}

function replayLog(database: CalendarDatabase, file: string): void {
  const { head, transactions } = readLog(file);
  if (head.lineage !== database.lineage())
    throw new Error(`${file} is of another store than the snapshot beside it`);
  const known = database.transactions();
  if (head.after > known)
    throw new Error(`${file} begins after transaction ${head.after}, the snapshot ends at ${known}`);
  for (const { transaction, changes } of transactions.slice(known - head.after)) {
    const { results } = database.inTransaction(changes);
    const failed = results.find((result) => result instanceof Error);
    if (failed) throw new Error(`${file}: transaction ${transaction} fails now`, { cause: failed });
  }
}
