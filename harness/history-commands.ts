/** The commands about earlier runs: each returns its exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReport } from '../reports/read.ts';
import { wallClock } from './clock.ts';
import { ExitCode, UsageError } from './errors.ts';
import { baselineFor, baselineOf, baselinesOf, machinesOf } from './history/baseline.ts';
import { DEFAULT_LIMITS } from './history/compare.ts';
import { entryOf, type HistoryEntry } from './history/entry.ts';
import { DEFAULT_POOL, GATE_CODES, type GateLimits, gate } from './history/gate.ts';
import { inWords, isAlike } from './history/machine.ts';
import { type History, readBaselines, readHistory, setBaseline } from './history/store.ts';
import { baselineInWords, gateInWords, historyInWords } from './history/words.ts';
import { findRunFolder } from './run-folder.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const note = (text: string) => process.stderr.write(`${text}\n`);

export const GATE_LIMITS: GateLimits = { ...DEFAULT_LIMITS, pool: DEFAULT_POOL };

export function showHistory(folder: string, flags: { json: boolean }): number {
  const { entries, damaged } = readHistory(folder);
  if (flags.json) say(JSON.stringify({ folder, entries, damaged }, null, 1));
  else for (const line of historyInWords(entries, damaged)) say(line);
  return ExitCode.asExpected;
}

/** By the runs that are named, or by the last ones of the history. */
export function setBaselines(folder: string, runs: readonly string[], last: number | undefined): number {
  if (runs.length > 0 && last !== undefined)
    throw new UsageError(`--last ${last} and ${runs.join(', ')}: name runs, or how many of the last ones`);
  const history = toldOfDamage(readHistory(folder));
  const entries = runs.length > 0 ? runs.map((run) => entryNamed(run, history)) : lastOf(history, last ?? 1);
  for (const one of baselinesOf(entries, wallClock().toISOString())) {
    const file = setBaseline(folder, one);
    for (const line of baselineInWords(one)) say(line);
    say(`  kept in ${file}`);
  }
  return ExitCode.asExpected;
}

/**
 * The first nights of a machine become its baseline: for those that have none yet, by its last `count` runs, as soon as
 * there are so many.
 */
export function setMissingBaselines(folder: string, count: number): number {
  const { entries } = toldOfDamage(readHistory(folder));
  const { baselines } = readBaselines(folder);
  const missing = machinesOf(entries).filter((on) => 'differs' in baselineFor(baselines, on));
  for (const on of missing) {
    const own = entries.filter((entry) => entry.machines.some((one) => isAlike(on, one)));
    if (own.length < count) {
      say(`No baseline yet for ${inWords(on)}: ${own.length} of ${count} runs.`);
      continue;
    }
    const one = baselineOf(own.slice(-count), on, wallClock().toISOString());
    if (one === undefined) continue;
    const file = setBaseline(folder, one);
    say(`The last ${count} runs are the baseline from now on for ${inWords(on)}: ${file}`);
  }
  return ExitCode.asExpected;
}

function lastOf({ entries, folder }: History, count: number): HistoryEntry[] {
  if (entries.length === 0)
    throw new UsageError(`the history ${folder} is empty: run drills with --history, or name a run’s folder`);
  if (count > entries.length)
    note(`The history holds ${entries.length} runs: the baseline is set by them, and not by ${count}.`);
  return entries.slice(-count);
}

export function showBaselines(folder: string, flags: { json: boolean }): number {
  const { baselines, damaged } = readBaselines(folder);
  if (flags.json) say(JSON.stringify(baselines, null, 1));
  else if (baselines.length === 0) say('There is no baseline: set one with "drill baseline set".');
  else for (const one of baselines) say(baselineInWords(one).join('\n'));
  for (const { file, why } of damaged) note(`left out: ${file}: ${why}`);
  return ExitCode.asExpected;
}

/** The gate: exit code 0 when nothing is slower, 1 when something is, 2 when there is too little to tell. */
export function compareWithBaseline(
  folder: string,
  run: string | undefined,
  limits: GateLimits,
  flags: { json: boolean } = { json: false },
): number {
  const history = toldOfDamage(readHistory(folder));
  const { baselines, damaged } = readBaselines(folder);
  for (const { file, why } of damaged) note(`left out: ${file}: ${why}`);
  const [newest] = run === undefined ? lastOf(history, 1) : [entryNamed(run, history)];
  if (newest === undefined) throw new UsageError('no run to compare');
  const found = gate(newest, history.entries, baselines, limits);
  if (flags.json) say(JSON.stringify(found, null, 1));
  else for (const line of gateInWords(found)) say(line);
  return GATE_CODES[found.verdict];
}

/** A run of the history by its id, or a stored run by its folder. */
function entryNamed(run: string, { entries }: History): HistoryEntry {
  const kept = entries.find((entry) => entry.run === run);
  return kept ?? entryOf(parseReport(readFileSync(join(findRunFolder(run), 'report.json'), 'utf8')));
}

function toldOfDamage(history: History): History {
  for (const { file, why } of history.damaged) note(`left out of the history: ${file}: ${why}`);
  return history;
}
