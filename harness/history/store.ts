/** The history on disk: a folder with one small file for each run, which CI can cache, copy or commit. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { z } from 'zod';
import { messageOf, UsageError } from '../errors.ts';
import { uniqueName } from '../random.ts';
import { BASELINE_VERSION, type Baseline, baseline, baselineName } from './baseline.ts';
import { HISTORY_VERSION, type HistoryEntry, historyEntry } from './entry.ts';
import { byTime } from './lengths.ts';
import { isAlike } from './machine.ts';

const ownFolder = resolve(import.meta.dirname, '..', '..', 'reports', 'history');

/** The folder that was named, else HA_DRILLS_HISTORY, else reports/history. */
export function historyFolder(named?: string | true): string {
  const fromEnvironment = process.env['HA_DRILLS_HISTORY'];
  if (typeof named === 'string') return resolve(named);
  return fromEnvironment ? resolve(fromEnvironment) : ownFolder;
}

export interface History {
  folder: string;
  /** The oldest first. */
  entries: HistoryEntry[];
  /** Files that could not be read, each with the reason: they are left out. */
  damaged: { file: string; why: string }[];
}

/** All of the history; none where there is no folder. @throws UsageError for an entry of a newer ha-drills. */
export function readHistory(folder: string): History {
  const history: History = { folder, entries: [], damaged: [] };
  for (const file of filesIn(folder)) {
    const read = readVersioned(join(folder, file), 'historyVersion', HISTORY_VERSION, historyEntry);
    if ('why' in read) history.damaged.push({ file, why: read.why });
    else if (read.value.run !== basename(file, '.json'))
      history.damaged.push({
        file,
        why: `it tells of run ${read.value.run}, and not of the one in its name`,
      });
    else history.entries.push(read.value);
  }
  history.entries.sort(byTime);
  return history;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new UsageError(
      `the history ${folder} cannot be read: ${messageOf(error)}; name another folder with --history`,
      { cause: error },
    );
  }
}

/**
 * One file, or why it cannot be used. A damaged one is somebody's accident and can be done without; a newer one means
 * that this program is too old for the folder. @throws UsageError for the latter.
 */
function readVersioned<T extends z.ZodType>(
  path: string,
  field: string,
  known: number,
  schema: T,
): { value: z.infer<T> } | { why: string } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { why: `it is no JSON, or cut short (${messageOf(error)})` };
  }
  const version = (value as Record<string, unknown> | null)?.[field];
  if (typeof version === 'number' && version > known)
    throw new UsageError(
      `${path} has ${field} ${version}; this ha-drills reads ${known}: use a newer one, or another folder with --history`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { why: `it does not fit: ${issue?.path.join('.') || 'its top level'}: ${issue?.message}` };
}

/** A run's id becomes a file's name here, and a report can come from anywhere. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Adds a run, whole or not at all. One that is there already is replaced. @throws UsageError */
export function addToHistory(folder: string, entry: HistoryEntry): string {
  if (!PLAIN.test(entry.run))
    throw new UsageError(
      `run ${JSON.stringify(entry.run)}: its id is no plain word and cannot name a file of the history`,
    );
  const fits = historyEntry.safeParse(entry);
  if (!fits.success) {
    const [issue] = fits.error.issues;
    throw new UsageError(
      `run ${entry.run} cannot be added to the history: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  return writeVersioned(folder, `${entry.run}.json`, entry);
}

export interface Baselines {
  baselines: Baseline[];
  damaged: History['damaged'];
}

/** Those of all machines. @throws UsageError for one of a newer ha-drills. */
export function readBaselines(folder: string): Baselines {
  const found: Baselines = { baselines: [], damaged: [] };
  const own = join(folder, 'baselines');
  for (const file of filesIn(own)) {
    const read = readVersioned(join(own, file), 'baselineVersion', BASELINE_VERSION, baseline);
    if ('why' in read) found.damaged.push({ file: join('baselines', file), why: read.why });
    else found.baselines.push(read.value);
  }
  return found;
}

/** Puts it in the place of those that were set for such a machine before. */
export function setBaseline(folder: string, one: Baseline): string {
  const own = join(folder, 'baselines');
  const file = writeVersioned(own, baselineName(one), one);
  for (const name of filesIn(own)) {
    const read = readVersioned(join(own, name), 'baselineVersion', BASELINE_VERSION, baseline);
    if (name !== basename(file) && 'value' in read && isAlike(read.value.machine, one.machine))
      rmSync(join(own, name));
  }
  return file;
}

/** @throws UsageError when the folder cannot be written. */
function writeVersioned(folder: string, name: string, value: object): string {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    // Two that write at once must not have one another's half.
    const fresh = `${file}.${uniqueName()}.new`;
    writeFileSync(fresh, `${JSON.stringify(value, null, 1)}\n`);
    renameSync(fresh, file);
    return file;
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${messageOf(error)}; name another folder with --history`,
      { cause: error },
    );
  }
}
