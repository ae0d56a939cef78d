/** Whether lengths have become slower: the rank test, an interval, and what the sample could show at all. Pure. */
import type { Random } from '../random.ts';
import { FEWEST, medianOf, normalBelow, rankTest } from '../statistics.ts';

export interface Limits {
  /** Chance of any false alarm that is put up with, over all drills of a comparison together. */
  level: number;
  /** Below this part of the baseline's median nothing counts as slower, however certain; 0.2 is 20 %. */
  effect: number;
  /** Nor below so many milliseconds. */
  leastMs: number;
}

export const DEFAULT_LIMITS: Limits = { level: 0.05, effect: 0.2, leastMs: 100 };

export interface Pair {
  base: readonly number[];
  now: readonly number[];
}

export interface Compared {
  baseMs: number;
  nowMs: number;
  differenceMs: number;
  /** nowMs / baseMs; null where the baseline's median is 0. */
  ratio: number | null;
  /** Chance that such samples of the same distribution have the new one so far above. */
  p: number;
  /** The same by Holm's method, for as many comparisons as are made. */
  adjusted: number;
  verdict: 'slower' | 'faster' | 'same' | 'too few';
}

/**
 * Compares each pair, all of them as one family: the chance of any false alarm stays below the level. What has too few
 * values to be found slower whatever they are is left out of the family (Tarone 1990), since it would only weaken the
 * others.
 */
export function compareAll(pairs: readonly Pair[], limits: Limits): Compared[] {
  const family = familyOf(pairs, limits.level);
  const tested = pairs.map(({ base, now }) =>
    base.length === 0 || now.length === 0
      ? { slower: 1, faster: 1 }
      : { slower: rankTest(base, now).lower, faster: rankTest(now, base).lower },
  );
  const adjusted = {
    slower: holm(
      tested.map(({ slower }) => slower),
      family,
    ),
    faster: holm(
      tested.map(({ faster }) => faster),
      family,
    ),
  };
  return pairs.map((pair, index) => {
    const [slower, faster] = [adjusted.slower[index] ?? 1, adjusted.faster[index] ?? 1];
    const seen = described(pair);
    const isBeyond = (ms: number) =>
      ms >= limits.leastMs && ms >= limits.effect * Math.min(seen.baseMs, seen.nowMs);
    let verdict: Compared['verdict'] = 'same';
    if (!family.has(index)) verdict = 'too few';
    else if (slower <= limits.level && isBeyond(seen.differenceMs)) verdict = 'slower';
    else if (faster <= limits.level && isBeyond(-seen.differenceMs)) verdict = 'faster';
    return { ...seen, p: tested[index]?.slower ?? 1, adjusted: slower, verdict };
  });
}

function described({ base, now }: Pair) {
  const [baseMs, nowMs] = [medianOf(base), medianOf(now)];
  return {
    baseMs,
    nowMs,
    differenceMs: nowMs - baseMs,
    ratio: baseMs > 0 ? nowMs / baseMs : null,
  };
}

/** The least p that samples of these sizes can have: all of the new values above all of the old ones. */
function leastP({ base, now }: Pair): number {
  let ways = 1;
  for (let index = 1; index <= now.length; index++) ways *= (base.length + index) / index;
  return 1 / ways;
}

/** Which of the pairs could be significant as one of the family; by their sizes alone, so that no p is looked at for it. */
export function familyOf(pairs: readonly Pair[], level: number): Set<number> {
  const able = pairs
    .map((pair, index) => ({ index, least: leastP(pair), size: Math.min(pair.base.length, pair.now.length) }))
    .filter(({ size }) => size >= FEWEST);
  for (let size = 1; size <= able.length; size++) {
    const members = able.filter(({ least }) => least * size <= level);
    if (members.length <= size) return new Set(members.map(({ index }) => index));
  }
  return new Set();
}

/** Holm's step-down method over the members of the family; those outside have 1. */
export function holm(p: readonly number[], family: ReadonlySet<number>): number[] {
  const order = [...family].sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
  const adjusted = p.map(() => 1);
  let highest = 0;
  for (const [place, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (p[index] ?? 1) * (order.length - place)));
    adjusted[index] = highest;
  }
  return adjusted;
}

/** What is tried, as parts of the baseline. */
const EFFECTS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
const TRIES = 200;
const POWER = 0.8;

/**
 * The least slow-down that samples of these sizes would show in 8 of 10 cases, as a part of the baseline, if the
 * baseline's values are all there is; null when none of those tried would. `level`: for this one comparison.
 */
export function detectable(
  { base, now }: Pair,
  level: number,
  limits: Limits,
  random: Random,
): number | null {
  if (leastP({ base, now }) > level || Math.max(...base) === 0) return null;
  const deviation = Math.sqrt((base.length * now.length * (base.length + now.length + 1)) / 12);
  const drawn = (length: number, factor: number) =>
    Array.from({ length }, () => factor * (base[random.integer(0, base.length - 1)] ?? 0));
  const isFound = (effect: number) => {
    const [old, slow] = [drawn(base.length, 1), drawn(now.length, 1 + effect)];
    const ms = medianOf(slow) - medianOf(old);
    return ms >= limits.leastMs && ms >= limits.effect * medianOf(old) && pOf(old, slow, deviation) <= level;
  };
  return (
    EFFECTS.find((effect) => {
      let found = 0;
      for (let one = 0; one < TRIES; one++) found += Number(isFound(effect));
      return found >= POWER * TRIES;
    }) ?? null
  );
}

/** The rank test by the normal distribution: thousands are needed here, and none of them is a verdict. */
function pOf(old: readonly number[], slow: readonly number[], deviation: number): number {
  let above = 0;
  for (const one of slow) for (const other of old) above += one > other ? 1 : one === other ? 0.5 : 0;
  return normalBelow(-(above - (old.length * slow.length) / 2 - 0.5) / deviation);
}
