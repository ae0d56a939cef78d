/** `bench gate`: how often the gate on switchover time cries wolf, and how often it sees one. */
import { moment } from '../../harness/clock.ts';
import { DEFAULT_LIMITS, type Limits } from '../../harness/history/compare.ts';
import { alarms, type Experiment, shapeNames } from '../helpers/drawn-lengths.ts';
import type { BenchOptions } from './options.ts';
import type { Findings } from './report.ts';

/** As many as a run has drills on models, and as the gate compares together. */
const PAIRS = 60;
/** Values of the baseline, and of the runs that are pooled. */
const COUNTS = [
  { base: 10, now: 7 },
  { base: 10, now: 10 },
  { base: 20, now: 7 },
  { base: 20, now: 14 },
  { base: 30, now: 30 },
];
const FACTORS = [1.15, 1.3, 1.5];
const NO_THRESHOLD: Limits = { ...DEFAULT_LIMITS, effect: 0, leastMs: 0 };

interface Row {
  experiment: Omit<Experiment, 'seed'>;
  /** Parts of all pairs. */
  alone: number;
  aloneWithoutThreshold: number;
  amongOthers: number;
  /** Part of the runs in which any of its drills was called slower. */
  runs: number;
}

/** `repeat` runs of 60 drills for each row. */
export async function benchGate(
  { repeat, seed }: BenchOptions,
  { tell, signal }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Findings> {
  const rows: Row[] = [];
  for (const factor of [1, ...FACTORS])
    for (const shape of shapeNames)
      for (const counts of COUNTS) {
        if (signal.aborted) break;
        tell(`${shape}, ${counts.base} and ${counts.now} values, factor ${factor}`);
        rows.push(measured({ shape, counts, factor, pairs: PAIRS }, repeat, seed));
        // Ctrl-C is heard between two rows.
        await moment(0);
      }
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
  const named = ({ experiment: { shape, counts } }: Row) => [shape, `${counts.base} and ${counts.now}`];
  return {
    sentences: [
      `- ${repeat} runs of ${PAIRS} drills a row; level ${DEFAULT_LIMITS.level} for all drills of a run together, threshold ${100 * DEFAULT_LIMITS.effect} % and ${DEFAULT_LIMITS.leastMs} ms.`,
    ],
    tables: [
      {
        title: 'False alarms: the same distribution before and after',
        columns: ['shape', 'values', 'one drill, no threshold', 'one drill', 'runs with any of 60'],
        rows: rows
          .filter(({ experiment }) => experiment.factor === 1)
          .map((row) => [
            ...named(row),
            percent(row.aloneWithoutThreshold),
            percent(row.alone),
            percent(row.runs),
          ]),
      },
      {
        title: 'Found: drills that became slower',
        columns: ['slower by', 'shape', 'values', 'one drill', 'one of 60'],
        rows: rows
          .filter(({ experiment }) => experiment.factor > 1)
          .map((row) => [
            percent(row.experiment.factor - 1),
            ...named(row),
            percent(row.alone),
            percent(row.amongOthers),
          ]),
      },
    ],
    data: { rows },
  };
}

function measured(experiment: Row['experiment'], repeat: number, seed: number): Row {
  const all = Array.from({ length: repeat }, (_, index) => {
    const one = { ...experiment, seed: seed + index };
    return { limited: alarms(one, DEFAULT_LIMITS), free: alarms(one, NO_THRESHOLD) };
  });
  const part = (count: (one: (typeof all)[number]) => number, of: number) =>
    all.reduce((sum, one) => sum + count(one), 0) / (all.length * of);
  return {
    experiment,
    alone: part(({ limited }) => limited.alone, PAIRS),
    aloneWithoutThreshold: part(({ free }) => free.alone, PAIRS),
    amongOthers: part(({ limited }) => limited.amongOthers, PAIRS),
    runs: part(({ limited }) => Number(limited.together > 0), 1),
  };
}
