/** The gate on switchover time: a run, with the last ones pooled, against its baseline. Pure. */
import { UsageError } from '../errors.ts';
import { randomFrom } from '../random.ts';
import { differenceInterval, type Interval } from '../statistics.ts';
import { type Baseline, baselineFor } from './baseline.ts';
import { type Compared, compareAll, detectable, familyOf, type Limits, type Pair } from './compare.ts';
import type { HistoryEntry } from './entry.ts';
import { byTime, type Group, groupOf, keyOf, type Lengths, lengthsOf } from './lengths.ts';
import { inWords, isAlike, type Machine } from './machine.ts';

export interface GateLimits extends Limits {
  /** How many runs are pooled, the compared one with them. */
  pool: number;
}

export const DEFAULT_POOL = 7;

export interface Comparison extends Group, Compared {
  /** Of the difference of the medians: 95 %, by bootstrap. */
  interval: Interval;
  counts: { base: number; now: number };
  /** Part by which it would have to become slower to be found so in 8 of 10 cases; null when no slow-down would. */
  detectable: number | null;
  phases: (Compared & { name: string })[];
}

export interface Gate {
  run: string;
  limits: GateLimits;
  /** The runs that were pooled, the oldest first. */
  pooled: string[];
  comparisons: Comparison[];
  /** Drills of the run without anything to compare with, and why. */
  left: (Group & { why: string })[];
  verdict: 'slower' | 'no slower' | 'too few';
}

export const GATE_CODES: Record<Gate['verdict'], number> = { 'no slower': 0, slower: 1, 'too few': 2 };

/** @throws UsageError naming what differs, when the run was on no machine that has a baseline. */
export function gate(
  entry: HistoryEntry,
  history: readonly HistoryEntry[],
  baselines: readonly Baseline[],
  limits: GateLimits,
): Gate {
  const matched = entry.machines.map((on) => ({ on, found: baselineFor(baselines, on) }));
  refuseForeign(entry, matched);
  refuseOtherProfile(entry, matched);
  const [pairs, pooled, left] = [[] as PairOf[], new Set<string>(), [] as Gate['left']];
  for (const { on, found } of matched) {
    const own = lengthsOf([entry], on);
    if ('differs' in found) {
      const why = `no baseline for ${inWords(on)}`;
      left.push(...own.map((one) => ({ ...groupOf(one), why })));
      continue;
    }
    const pool = poolFor(entry, history, found, on, limits.pool);
    for (const { run } of pool) pooled.add(run);
    const lengths = lengthsOf(pool, on);
    for (const one of own) {
      const base = found.drills.find((other) => keyOf(other) === keyOf(one));
      const now = lengths.find((other) => keyOf(other) === keyOf(one));
      if (base === undefined || now === undefined)
        left.push({ ...groupOf(one), why: 'the baseline does not have it' });
      // Where nobody was cut off before or now there is no length to compare.
      else if (Math.max(...base.writesMs, ...now.writesMs) > 0) pairs.push({ group: one, base, now });
    }
  }
  const comparisons = compared(pairs, limits);
  return {
    ...{ run: entry.run, limits, comparisons, left, verdict: verdictOf(comparisons) },
    pooled: history
      .filter(({ run }) => pooled.has(run) && run !== entry.run)
      .map(({ run }) => run)
      .concat(entry.run),
  };
}

type Match = { on: Machine; found: ReturnType<typeof baselineFor> };

function refuseForeign({ run }: HistoryEntry, matched: readonly Match[]): void {
  if (matched.some(({ found }) => !('differs' in found))) return;
  const differs = matched.flatMap(({ found }) => ('differs' in found ? found.differs : []));
  throw new UsageError(
    differs.length === 0
      ? 'there is no baseline yet: set one with "drill baseline set", best by ten runs (--last 10)'
      : `run ${run} was not on a machine that has a baseline; the nearest one differs: ${differs.join('; ')}. Set one for this machine with: drill baseline set ${run}`,
  );
}

function refuseOtherProfile(entry: HistoryEntry, matched: readonly Match[]): void {
  const own = [...new Set(entry.drills.map(({ profile }) => profile))];
  const set = matched.flatMap(({ found }) =>
    'differs' in found ? [] : found.drills.map(({ profile }) => profile),
  );
  if (own.length === 0 || own.some((profile) => set.includes(profile))) return;
  throw new UsageError(
    `run ${entry.run} has profile ${own.join(' and ')}, and the baseline ${[...new Set(set)].join(' and ')}: set one with "drill baseline set ${entry.run}", which takes the other’s place`,
  );
}

/** The run and those before it on such a machine, after the baseline: what went into it cannot be compared with it. */
function poolFor(
  entry: HistoryEntry,
  history: readonly HistoryEntry[],
  { runs }: Baseline,
  on: Machine,
  most: number,
): HistoryEntry[] {
  const since = Math.max(...runs.map(({ started }) => Date.parse(started)));
  const before = history
    .filter(({ run, started, machines }) => {
      const at = Date.parse(started);
      const isOwn = machines.some((one) => isAlike(on, one));
      return run !== entry.run && isOwn && at > since && at <= Date.parse(entry.started);
    })
    .sort(byTime);
  return [...before.slice(Math.max(0, before.length - (most - 1))), entry];
}

interface PairOf {
  group: Group;
  base: Omit<Lengths, keyof Group>;
  now: Omit<Lengths, keyof Group>;
}

function compared(pairs: readonly PairOf[], limits: GateLimits): Comparison[] {
  const samples = pairs.map(({ base, now }): Pair => ({ base: base.writesMs, now: now.writesMs }));
  const family = familyOf(samples, limits.level);
  return compareAll(samples, limits).map((one, index) => {
    const { group, base, now } = pairs[index] as PairOf;
    const sample = samples[index] as Pair;
    const randomFor = (purpose: string) => randomFrom(1, `${purpose} of ${keyOf(group)}`);
    const level = limits.level / Math.max(1, family.size);
    return {
      ...groupOf(group),
      ...one,
      interval: differenceInterval(sample.now, sample.base, randomFor('interval')),
      counts: { base: sample.base.length, now: sample.now.length },
      detectable: detectable(sample, level, limits, randomFor('detectable')),
      phases: one.verdict === 'slower' ? comparedPhases(base, now, limits) : [],
    };
  });
}

/**
 * Only where an outage has become longer: the phases say where, and raise no alarm of their own, since users do not
 * mind which part of an outage it is that keeps them waiting. They are a family by themselves.
 */
function comparedPhases(base: PairOf['base'], now: PairOf['now'], limits: GateLimits): Comparison['phases'] {
  const names = now.phases
    .map(({ name }) => name)
    .filter((name) => base.phases.some((one) => one.name === name));
  const of = (lengths: PairOf['base'], name: string) =>
    lengths.phases.find((phase) => phase.name === name)?.ms ?? [];
  const samples = names.map((name) => ({ base: of(base, name), now: of(now, name) }));
  // A phase that is a tenth of the outage may double without the outage being anywhere near the threshold.
  const found = compareAll(samples, { ...limits, leastMs: 0 });
  return found.map((one, index) => ({ name: names[index] ?? '', ...one }));
}

function verdictOf(comparisons: readonly Comparison[]): Gate['verdict'] {
  if (comparisons.some(({ verdict }) => verdict === 'slower')) return 'slower';
  const undecided = comparisons.length === 0 || comparisons.some(({ verdict }) => verdict === 'too few');
  return undecided ? 'too few' : 'no slower';
}
