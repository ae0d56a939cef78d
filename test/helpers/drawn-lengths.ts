/** Outages as they could have been measured, drawn by a seed, to find out how often the gate is right. */
import { type Compared, compareAll, type Limits, type Pair } from '../../harness/history/compare.ts';
import { fractionsFrom } from '../../harness/random.ts';

/** Shapes that lengths of switchovers have been seen to have; medians of about 1.2 s. */
export const shapes = {
  /** A detection that takes always about as long. */
  normal: (next: () => number) => 1200 + 60 * bell(next),
  /** Now and then something takes much longer. */
  lognormal: (next: () => number) => 1200 * Math.exp(0.2 * bell(next)),
  /** One of four waits for another heartbeat, or for a disk. */
  bimodal: (next: () => number) => (next() < 0.75 ? 1150 + 40 * bell(next) : 1650 + 60 * bell(next)),
};
export type Shape = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as Shape[];

/** Box and Muller. */
function bell(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export interface Experiment {
  shape: Shape;
  /** How many values the baseline has, and the runs that are compared with it. */
  counts: { base: number; now: number };
  /** 1.3 is 30 % slower. */
  factor: number;
  pairs: number;
  seed: number;
}

export function drawnPairs({ shape, counts, factor, pairs, seed }: Experiment): Pair[] {
  const next = fractionsFrom(seed, `${shape} ${counts.base} ${counts.now} ${factor}`);
  const draw = (length: number, by: number) =>
    Array.from({ length }, () => Math.round(10 * by * shapes[shape](next)) / 10);
  return Array.from({ length: pairs }, () => ({ base: draw(counts.base, 1), now: draw(counts.now, factor) }));
}

export interface Alarms {
  /** Pairs that are called slower when each is a comparison by itself. */
  alone: number;
  /** When each is the one drill of a run of so many that has become slower: Holm's method begins with that level. */
  amongOthers: number;
  /** When all are compared together. */
  together: number;
}

/** In how many of the pairs there was an alarm. */
export function alarms(experiment: Experiment, limits: Limits): Alarms {
  const pairs = drawnPairs(experiment);
  const count = (found: readonly Compared[]) => found.filter(({ verdict }) => verdict === 'slower').length;
  const each = (level: number) =>
    pairs.reduce((sum, pair) => sum + count(compareAll([pair], { ...limits, level })), 0);
  return {
    alone: each(limits.level),
    amongOthers: each(limits.level / pairs.length),
    together: count(compareAll(pairs, limits)),
  };
}
