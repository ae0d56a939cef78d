/** Statistics of two small samples: ratio of medians with its interval, and an exact rank test. Pure. */
import type { Random } from './random.ts';

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  return lower === undefined || upper === undefined ? Number.NaN : (lower + upper) / 2;
}

export interface Interval {
  low: number;
  high: number;
}

const RESAMPLES = 10_000;
const LEVEL = 0.95;

/** 95 % interval of median(a) / median(b): percentiles of a bootstrap that draws from each sample by itself. */
export function ratioInterval(a: readonly number[], b: readonly number[], random: Random): Interval {
  return bootstrapped(a, b, random, (x, y) => x / y);
}

/** 95 % interval of median(a) − median(b), likewise. */
export function differenceInterval(a: readonly number[], b: readonly number[], random: Random): Interval {
  return bootstrapped(a, b, random, (x, y) => x - y);
}

function bootstrapped(
  a: readonly number[],
  b: readonly number[],
  random: Random,
  compared: (a: number, b: number) => number,
): Interval {
  const drawn = (values: readonly number[]) =>
    medianOf(values.map(() => values[random.integer(0, values.length - 1)] ?? Number.NaN));
  const found = Array.from({ length: RESAMPLES }, () => compared(drawn(a), drawn(b))).sort((x, y) => x - y);
  const at = (share: number) => found[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { low: at((1 - LEVEL) / 2), high: at((1 + LEVEL) / 2) };
}

export interface RankTest {
  /** Chance that shuffled samples differ at least as much as these, in either direction. */
  twoSided: number;
  /** Chance that shuffled samples put `a` at least as low as it is. */
  lower: number;
}

/** Beyond so many values the count would take seconds, and the normal distribution is as good. */
const MOST_COUNTED = 100;

/**
 * Mann and Whitney's test, ties by their mean rank: it counts all ways to pick the ranks of `a`, or takes the normal
 * distribution for them where there are very many.
 */
export function rankTest(a: readonly number[], b: readonly number[]): RankTest {
  const ranks = doubledRanks([...a, ...b]);
  if (ranks.length > MOST_COUNTED) return normalRankTest(ranks, a.length);
  const observed = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  const ways = waysToSum(ranks, a.length);
  const all = ways.reduce((sum, count) => sum + count, 0);
  const share = (counts: (sum: number) => boolean) =>
    ways.reduce((total, count, sum) => (counts(sum) ? total + count : total), 0) / all;
  const centre = (a.length * ranks.reduce((sum, rank) => sum + rank, 0)) / ranks.length;
  const distance = Math.abs(observed - centre);
  return {
    twoSided: share((sum) => Math.abs(sum - centre) >= distance - 1e-9),
    lower: share((sum) => sum <= observed),
  };
}

/** By the mean and the variance of the sum of `size` of the (doubled) ranks, drawn without putting back. */
function normalRankTest(ranks: readonly number[], size: number): RankTest {
  const all = ranks.length;
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / all;
  const spread = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0) / (all - 1);
  const deviation = Math.sqrt((size * (all - size) * spread) / all);
  const above = ranks.slice(0, size).reduce((sum, rank) => sum + rank, 0) - size * mean;
  if (deviation === 0) return { twoSided: 1, lower: 1 };
  // Sums of doubled ranks are two apart.
  const twoSided = 2 * normalBelow((1 - Math.abs(above)) / deviation);
  return { twoSided: Math.min(1, twoSided), lower: normalBelow((above + 1) / deviation) };
}

/** Share of the normal distribution below `z` (Zelen and Severo, 1964, 26.2.17): right to 7 decimals. */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const powers =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const beyond = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * powers;
  return z > 0 ? 1 - beyond : beyond;
}

/** Twice the rank of each value, so that a mean rank stays whole. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/** For each sum, in how many ways `size` of the ranks add up to it. */
function waysToSum(ranks: readonly number[], size: number): Float64Array {
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  const empty = ways[0];
  if (empty) empty[0] = 1;
  for (const rank of ranks) {
    for (let taken = size; taken > 0; taken--) {
      const [from, to] = [ways[taken - 1], ways[taken]];
      if (!from || !to) continue;
      for (let sum = most; sum >= rank; sum--) to[sum] = (to[sum] ?? 0) + (from[sum - rank] ?? 0);
    }
  }
  return ways[size] ?? new Float64Array();
}

/** From so many on in each sample, an interval and a test can tell anything at all. */
export const FEWEST = 6;

export interface Comparison {
  ratio: number;
  interval: Interval;
  /** Chance of such a difference without any reason. */
  p: number;
  /** Chance that `a` lies so far below `target` times `b` without any reason. */
  pBelowTarget: number;
  /** Chance that it lies so far above. */
  pAboveTarget: number;
  verdict: 'met' | 'missed' | 'not decided' | 'too few';
}

/** Whether the median of `a` is at most `target` of the median of `b`. */
export function compare(
  a: readonly number[],
  b: readonly number[],
  target: number,
  random: Random,
): Comparison {
  const ratio = medianOf(a) / medianOf(b);
  const interval = ratioInterval(a, b, random);
  const few = Math.min(a.length, b.length) < FEWEST;
  const aimed = b.map((value) => value * target);
  const decided = interval.high <= target ? 'met' : interval.low > target ? 'missed' : 'not decided';
  return {
    ratio,
    interval,
    p: rankTest(a, b).twoSided,
    pBelowTarget: rankTest(a, aimed).lower,
    pAboveTarget: rankTest(aimed, a).lower,
    verdict: few ? 'too few' : decided,
  };
}
