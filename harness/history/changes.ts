/** What a run changed against those before it, and how lengths went over the last ones: for the report. Pure. */
import type { Changes, LengthChange, Trend, Verdict } from '../../reports/model.ts';
import { mergeVerdicts } from '../guide/verdicts.ts';
import { randomFrom } from '../random.ts';
import { differenceInterval } from '../statistics.ts';
import { compareAll, DEFAULT_LIMITS, type Pair } from './compare.ts';
import type { HistoryDrill, HistoryEntry } from './entry.ts';
import { DEFAULT_POOL } from './gate.ts';
import { byTime, type Group, groupOf, keyOf, lengthsOf, longestWrite, medianOrNull } from './lengths.ts';
import { differences, isAlike, type Machine } from './machine.ts';

/** Null when no earlier run did any of these drills. */
export function changesOf(entry: HistoryEntry, history: readonly HistoryEntry[]): Changes | null {
  const earlier = before(entry, history);
  const last =
    earlier.findLast((other) => other.whole === entry.whole && shares(entry, other)) ??
    earlier.findLast((other) => shares(entry, other));
  if (last === undefined) return null;
  const [now, then] = [verdictsOf(entry), verdictsOf(last)];
  // A run that was not meant to do every drill has not lost those that it left out.
  const complete = [entry, last].every(({ whole, interrupted }) => whole && !interrupted);
  const missingIn = (one: typeof now, other: typeof now) =>
    complete ? [...one].filter(([key]) => !other.has(key)).map(([, { group }]) => group) : [];
  return {
    sinceRun: last.run,
    sinceStarted: last.started,
    otherMachine: otherMachine(last, entry),
    verdicts: [...now].flatMap(([key, { group, verdict: to }]) => {
      const from = then.get(key)?.verdict;
      return from === undefined || from === to ? [] : [{ ...group, from, to }];
    }),
    claims: entry.claims.flatMap(({ id, verdict: to }) => {
      const from = last.claims.find((claim) => claim.id === id)?.verdict;
      return from === undefined || from === to ? [] : [{ id, from, to }];
    }),
    outages: lengthChanges(entry, earlier, last),
    newDrills: missingIn(now, then),
    goneDrills: missingIn(then, now),
  };
}

/** Those that began earlier, the oldest first. */
function before(entry: HistoryEntry, history: readonly HistoryEntry[]): HistoryEntry[] {
  return history
    .filter(({ run, started }) => run !== entry.run && Date.parse(started) <= Date.parse(entry.started))
    .sort(byTime);
}

function shares(one: HistoryEntry, other: HistoryEntry): boolean {
  const keys = new Set(one.drills.map(keyOf));
  return other.drills.some((drill) => keys.has(keyOf(drill)));
}

function verdictsOf({ drills }: HistoryEntry): Map<string, { group: Group; verdict: Verdict }> {
  return new Map(
    [...Map.groupBy(drills, keyOf)].flatMap(([key, members]) => {
      const [first] = members;
      if (first === undefined) return [];
      const verdict = mergeVerdicts(members.map((drill) => drill.verdict));
      return [[key, { group: groupOf(first), verdict }] as const];
    }),
  );
}

function otherMachine(last: HistoryEntry, entry: HistoryEntry): string[] {
  const isShared = entry.machines.some((on) => last.machines.some((other) => isAlike(on, other)));
  const [was, is] = [last.machines[0], entry.machines[0]];
  return isShared || was === undefined || is === undefined ? [] : differences(was, is);
}

function lengthChanges(
  entry: HistoryEntry,
  earlier: readonly HistoryEntry[],
  last: HistoryEntry,
): LengthChange[] {
  const rows = entry.machines.flatMap((on) => {
    const usual = earlier.filter(({ machines }) => machines.some((one) => isAlike(on, one)));
    return rowsOn(entry, usual.slice(-DEFAULT_POOL), last, on);
  });
  const pairs = rows.map(({ usual, now }): Pair => ({ base: usual, now }));
  const changes = compareAll(pairs, DEFAULT_LIMITS).map((one, index): LengthChange => {
    const { group, usual, now, previous, runs } = rows[index] as Row;
    const isTold = one.verdict !== 'too few';
    return {
      ...{ ...group, phase: null, runs, verdict: one.verdict },
      beforeMs: medianOrNull(previous),
      nowMs: medianOrNull(now),
      usualMs: medianOrNull(usual),
      ratio: Number.isFinite(one.ratio) ? one.ratio : null,
      interval: isTold ? intervalOf(group, now, usual) : null,
      p: isTold ? one.p : null,
    };
  });
  const told = ({ verdict }: LengthChange) => Number(verdict === 'slower' || verdict === 'faster');
  const size = ({ ratio }: LengthChange) => (ratio === null || ratio <= 0 ? 0 : Math.abs(Math.log(ratio)));
  return changes.sort((a, b) => told(b) - told(a) || size(b) - size(a));
}

function intervalOf(
  group: Group,
  now: readonly number[],
  usual: readonly number[],
): LengthChange['interval'] {
  const { low, high } = differenceInterval(now, usual, randomFrom(1, `change of ${keyOf(group)}`));
  return { lowMs: low, highMs: high };
}

interface Row {
  group: Group;
  usual: readonly number[];
  now: readonly number[];
  previous: readonly number[];
  runs: number;
}

function rowsOn(entry: HistoryEntry, usual: readonly HistoryEntry[], last: HistoryEntry, on: Machine): Row[] {
  const [pooled, previous] = [lengthsOf(usual, on), lengthsOf([last], on)];
  return lengthsOf([entry], on).flatMap((own) => {
    const same = (other: Group) => keyOf(other) === keyOf(own);
    const row = {
      group: groupOf(own),
      now: own.writesMs,
      usual: pooled.find(same)?.writesMs ?? [],
      previous: previous.find(same)?.writesMs ?? [],
      runs: usual.filter(({ drills }) => drills.some((drill) => drill.valid && same(drill))).length,
    };
    return Math.max(0, ...row.now, ...row.usual) > 0 ? [row] : [];
  });
}

/** So many runs are shown: a month of nights. */
const MOST_SHOWN = 30;

/** One for each drill and model of this run. */
export function trendsOf(entry: HistoryEntry, history: readonly HistoryEntry[]): Trend[] {
  const runs = [...before(entry, history).slice(1 - MOST_SHOWN), entry];
  return [...verdictsOf(entry)].map(([key, { group }]) => {
    const own = entry.drills.find((drill) => keyOf(drill) === key);
    const on = own && entry.machines[own.machine];
    return {
      ...group,
      runs: runs.flatMap((run) => {
        const members = run.drills.filter((drill) => keyOf(drill) === key);
        return members.length === 0 || on === undefined ? [] : [pointOf(run, members, on)];
      }),
    };
  });
}

function pointOf(run: HistoryEntry, members: readonly HistoryDrill[], on: Machine): Trend['runs'][number] {
  const valid = members.filter((drill) => drill.valid);
  const writes = valid.map(longestWrite);
  const names = [...new Set(valid.flatMap(({ phases }) => phases.map(({ name }) => name)))];
  return {
    run: run.run,
    started: run.started,
    verdict: mergeVerdicts(members.map(({ verdict }) => verdict)),
    sameMachine: members.every(({ machine }) => {
      const its = run.machines[machine];
      return its !== undefined && isAlike(on, its);
    }),
    writeMs: medianOrNull(writes.map(({ ms }) => ms)),
    censored: writes.some(({ censored }) => censored),
    phases: names.map((name) => {
      const lengths = valid.flatMap(({ phases }) => phases.filter((phase) => phase.name === name));
      return { name, ms: medianOrNull(lengths.map(({ ms }) => ms)) ?? 0 };
    }),
  };
}

/** Runs that follow each other at a longer time than this are shown as a gap: a night was left out. */
const NIGHT_MS = 36 * 3_600_000;

/** Between which runs nights are missing. */
export function gapsOf(entries: readonly HistoryEntry[]): { after: string; before: string; days: number }[] {
  return entries.toSorted(byTime).flatMap((entry, index, sorted) => {
    const next = sorted[index + 1];
    if (next === undefined) return [];
    const ms = Date.parse(next.started) - Date.parse(entry.started);
    return ms > NIGHT_MS ? [{ after: entry.run, before: next.run, days: Math.round(ms / 86_400_000) }] : [];
  });
}
