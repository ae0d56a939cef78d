/**
 * The log of applied transactions since a snapshot: archive and hot backup are a snapshot with such logs. A line each:
 * a checksum, then JSON. Written after a transaction is durable in the store, and never waited for.
 */

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Change, isChange, requestOf } from './changes.ts';

/** Bytes that the first line has at most, and those at the end that are read first. */
const LONGEST_HEAD = 4096;
const TAIL = 65_536;

export interface LogHead {
  /** Which store the transactions are of. */
  lineage: string;
  /** The log begins with the transaction after this one. */
  after: number;
}

export interface LoggedTransaction {
  transaction: number;
  changes: Change[];
}

export class LogDamaged extends Error {
  constructor(file: string, line: number, why: string, options?: ErrorOptions) {
    super(`${file} line ${line}: ${why}`, options);
    this.name = 'LogDamaged';
  }
}

function lineOf(content: LogHead | LoggedTransaction): string {
  const json = JSON.stringify(content);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

export class TransactionLog {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** A new log. @throws errors of the file system. */
  static create(file: string, head: LogHead): TransactionLog {
    const log = new TransactionLog(openSync(file, 'wx'));
    log.#write(lineOf(head));
    return log;
  }

  /** Goes on with a log that is whole. */
  static resume(file: string): TransactionLog {
    return new TransactionLog(openSync(file, 'a'));
  }

  /** @throws errors of the file system; the log then has a hole, and ends here. */
  append(transaction: LoggedTransaction): void {
    this.#write(lineOf(transaction));
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    const written = writeSync(this.#descriptor, bytes);
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
  }

  close(): void {
    try {
      fsyncSync(this.#descriptor);
    } finally {
      closeSync(this.#descriptor);
    }
  }
}

export interface LogContent {
  head: LogHead;
  transactions: LoggedTransaction[];
  /** Its last line is not whole: a crash cut it off. */
  torn: boolean;
}

/** @throws LogDamaged for what no crash explains: a line in the middle that is not whole, or a missing transaction. */
export function readLog(file: string): LogContent {
  return parseLog(file, readFileSync(file));
}

/** Pure. `file` is for messages. */
export function parseLog(file: string, bytes: Buffer): LogContent {
  const lines = bytes.toString('utf8').split('\n');
  // A whole log ends with a line's end, behind which nothing stands.
  const rest = lines.pop();
  let torn = rest !== '';
  const [head, ...transactions] = lines.flatMap((line, at) => {
    const content = contentOf(line);
    if (content !== undefined) return [content];
    if (at < lines.length - 1) throw new LogDamaged(file, at + 1, 'it is not as it was written');
    torn = true;
    return [];
  });
  if (head === undefined) throw new LogDamaged(file, 1, 'its head is missing');
  const { lineage, after } = head as unknown as LogHead;
  if (typeof lineage !== 'string' || !Number.isSafeInteger(after))
    throw new LogDamaged(file, 1, 'its head is not one of a log of transactions');
  return {
    head: { lineage, after },
    transactions: transactions.map((content, at) => {
      try {
        return transactionOf(content, after + 1 + at);
      } catch (error) {
        throw new LogDamaged(file, at + 2, error instanceof Error ? error.message : String(error), {
          cause: error,
        });
      }
    }),
    torn,
  };
}

export interface LogEnd {
  head: LogHead;
  /** Number of the last transaction that it has whole. */
  last: number;
  torn: boolean;
}

/**
 * Where a log ends, without reading all of a day: the start of the server does not wait for that.
 * @throws LogDamaged when its head or its last whole line cannot be read.
 */
export function endOfLog(file: string): LogEnd {
  const descriptor = openSync(file, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const piece = (from: number, until: number) => {
      const bytes = Buffer.alloc(until - from);
      readSync(descriptor, bytes, 0, bytes.length, from);
      return bytes;
    };
    const start = piece(0, Math.min(size, LONGEST_HEAD));
    const { head } = parseLog(file, start.subarray(0, start.indexOf('\n') + 1));
    for (let span = Math.min(size, TAIL); ; span = Math.min(size, span * 4)) {
      const lines = piece(size - span, size)
        .toString('utf8')
        .split('\n');
      const rest = lines.pop();
      // The first line of a piece may be half a line.
      const whole = span === size ? lines : lines.slice(1);
      const contents = whole.slice(-2).map(contentOf);
      const torn = rest !== '' || contents.at(-1) === undefined;
      const last = contents.at(-1) ?? contents.at(-2);
      if (last !== undefined) return { head, last: Number(last['transaction'] ?? head.after), torn };
      if (span === size) throw new LogDamaged(file, lines.length, 'its end is not as it was written');
    }
  } finally {
    closeSync(descriptor);
  }
}

function contentOf(line: string): Record<string, unknown> | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, '0')} `) return undefined;
  return JSON.parse(json) as Record<string, unknown>;
}

function transactionOf(content: Record<string, unknown>, expected: number): LoggedTransaction {
  const { transaction, changes } = content;
  if (transaction !== expected)
    throw new Error(`transaction ${expected} is missing, ${transaction} stands there`);
  if (!Array.isArray(changes)) throw new Error(`transaction ${expected} has no changes`);
  const requests = changes.map(requestOf);
  if (!requests.every(isChange)) throw new Error(`transaction ${expected} changes nothing`);
  return { transaction: expected, changes: requests };
}
