/** `drill report merge` and `annotate`: what CI does with the reports of its machines. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { annotationsOf } from '../reports/annotations.ts';
import { mergeShards, type Shard } from '../reports/merge.ts';
import type { Report } from '../reports/model.ts';
import { parseReport } from '../reports/read.ts';
import { ExitCode, messageOf, UsageError } from './errors.ts';
import { compared, record } from './history/recording.ts';
import { readHistory } from './history/store.ts';
import { dropIfEmpty, findRunFolder, makeRunFolder, newRunId, shownPath, writeReport } from './run-folder.ts';
import { several } from './wording.ts';

export interface MergeOptions {
  out: string | undefined;
  /** The history that the merged run is compared with and added to. */
  history: string | undefined;
}

export function mergeRuns(folders: readonly string[], { out, history }: MergeOptions): number {
  // What can be refused is refused before anything is written.
  const before = history === undefined ? undefined : readHistory(history);
  const id = newRunId();
  const shards = folders.map(readShard);
  const merged = mergeShards(shards, { id, command: `drill ${process.argv.slice(2).join(' ')}`.trim() });
  const report = before === undefined ? merged : compared(merged, before);
  const folder = makeRunFolder(id, out);
  try {
    for (const { from, report: own } of shards) copyDrills(from, folder, own.drills);
    writeReport(folder, report);
  } catch (error) {
    dropIfEmpty(folder);
    throw error;
  }
  if (before !== undefined) record(report, before);
  for (const { index, count, drills } of report.run.parts ?? [])
    process.stdout.write(
      `shard ${index} of ${count}: ${drills.length === 0 ? 'no drill ran' : several(drills.length, 'drill')}\n`,
    );
  process.stdout.write(`${report.sentence} Report: ${shownPath(folder)}\n`);
  return report.exitCode;
}

function readShard(folder: string): Shard {
  const file = join(resolve(folder), 'report.json');
  if (!existsSync(file))
    throw new UsageError(
      `${folder} holds no report.json: name the folder of a shard’s run; one that ended without a report cannot be merged, leave it out`,
    );
  const report = parsed(file);
  // A report can come from anywhere, and this becomes a path.
  const odd = report.drills.find(({ id }) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id));
  if (odd) throw new UsageError(`${file}: ${JSON.stringify(odd.id)} is no id of a drill`);
  return { from: folder, report };
}

function parsed(file: string): Report {
  try {
    return parseReport(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Timelines and logs, where they are kept: with them, the merged run can be judged again. */
function copyDrills(from: string, to: string, drills: readonly { id: string }[]): void {
  for (const { id } of drills) {
    const own = join(resolve(from), id);
    if (existsSync(own)) cpSync(own, join(to, id), { recursive: true });
  }
}

export function annotate(run: string): number {
  const report = parsed(join(findRunFolder(run), 'report.json'));
  for (const line of annotationsOf(report)) process.stdout.write(`${line}\n`);
  return ExitCode.asExpected;
}
