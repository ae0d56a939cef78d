/** What an error of SQLite means for the store. Pure. Source: sqlite.org/rescode.html; the low byte is the kind. */

function kindOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}

const BUSY = 5;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;
const READ_ONLY = 8;

export function isLocked(error: unknown): boolean {
  return kindOf(error) === BUSY;
}

/** No room on the disk: what was under way is undone, and there may be room again later. */
export function isFull(error: unknown): boolean {
  return kindOf(error) === FULL;
}

/**
 * The disk fails or the store is damaged: after a failed fsync nobody knows what reached the disk, so that the process
 * cannot go on with what it has in memory.
 */
export function isFatal(error: unknown): boolean {
  const kind = kindOf(error);
  return kind !== undefined && [IO_ERROR, CORRUPT, CANNOT_OPEN, NOT_A_DATABASE, READ_ONLY].includes(kind);
}

/** An error of SQLite in words, with its number. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'errcode' in error ? `${error.message} (SQLite ${error.errcode})` : error.message;
}
