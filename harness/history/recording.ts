/** A run and the history: what it is told of the runs before it, and how it becomes one of them. */
import type { Report } from '../../reports/model.ts';
import { changesOf, trendsOf } from './changes.ts';
import { entryOf } from './entry.ts';
import { addToHistory, type History } from './store.ts';

/** The report, with what changed since the last run. */
export function compared(report: Report, { entries }: History): Report {
  const entry = entryOf(report);
  return { ...report, changes: changesOf(entry, entries), trends: trendsOf(entry, entries) };
}

/** Adds the run to the history. @returns the file. @throws UsageError when the folder cannot be written. */
export function record(report: Report, { folder }: History): string {
  return addToHistory(folder, entryOf(report));
}
