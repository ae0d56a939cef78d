/** The operations of one kind as slices of time, merged where they would be narrower than a screen can show. */
import type { DrillResult } from '../../model.ts';

export type Series = DrillResult['series'][number];

export interface Slice {
  fromMs: number;
  untilMs: number;
  ok: number;
  failed: number;
  indeterminate: number;
  medianMs: number | null;
  slowestMs: number | null;
}

const MOST_SLICES = 265;

export function slicesOf(series: Series): Slice[] {
  return series.ok.map((ok, index) => ({
    fromMs: series.fromMs + index * series.bucketMs,
    untilMs: series.fromMs + (index + 1) * series.bucketMs,
    ok,
    failed: series.failed[index] ?? 0,
    indeterminate: series.indeterminate[index] ?? 0,
    medianMs: series.medianLatencyMs[index] ?? null,
    slowestMs: series.slowestLatencyMs[index] ?? null,
  }));
}

/** Only what is shown, in slices at least four pixels wide: counts add up, of latencies the slowest stays. */
export function shownSeries(series: Series, fromMs: number, untilMs: number): Series {
  const first = Math.max(0, Math.floor((fromMs - series.fromMs) / series.bucketMs));
  const end = Math.min(series.ok.length, Math.ceil((untilMs - series.fromMs) / series.bucketMs));
  const size = Math.max(1, Math.ceil((end - first) / MOST_SLICES));
  const merged = <T, U>(values: readonly T[], merge: (part: T[]) => U): U[] =>
    Array.from({ length: Math.max(0, Math.ceil((end - first) / size)) }, (_, index) =>
      merge(values.slice(first + index * size, Math.min(end, first + (index + 1) * size))),
    );
  return {
    ...series,
    fromMs: series.fromMs + first * series.bucketMs,
    bucketMs: series.bucketMs * size,
    ok: merged(series.ok, sum),
    failed: merged(series.failed, sum),
    indeterminate: merged(series.indeterminate, sum),
    medianLatencyMs: merged(series.medianLatencyMs, slowest),
    slowestLatencyMs: merged(series.slowestLatencyMs, slowest),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function slowest(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
