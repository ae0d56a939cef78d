/** Operations in slices of time, for the picture of the load. */
import { type Operation, operationsOf } from '../harness/outage.ts';
import type { ServiceFacts, Timeline } from '../harness/timeline.ts';
import type { DrillResult } from './model.ts';

export type Series = DrillResult['series'][number];

/** Width of a slice in ms: fine enough to see a switchover of a second, coarse enough to hold several operations. */
const BUCKET_MS = 100;

/** One series for writes and one for reads; each operation counts in the slice of its planned moment. */
export function seriesOf(timeline: Timeline, service: ServiceFacts): Series[] {
  const first = operationsOf(timeline, service, 'write', 'read')[0];
  if (!first) return [];
  const fromMs = Math.floor(first.plannedMs / BUCKET_MS) * BUCKET_MS;
  return (['write', 'read'] as const).map((kind) => ({
    service: service.name,
    kind,
    fromMs,
    bucketMs: BUCKET_MS,
    ...columns(sliced(operationsOf(timeline, service, kind), fromMs)),
  }));
}

function sliced(operations: readonly Operation[], fromMs: number): Operation[][] {
  const sliceOf = ({ plannedMs }: Operation) => Math.floor((plannedMs - fromMs) / BUCKET_MS);
  const last = operations.at(-1);
  const slices: Operation[][] = Array.from({ length: last ? sliceOf(last) + 1 : 0 }, () => []);
  for (const operation of operations) slices[sliceOf(operation)]?.push(operation);
  return slices;
}

function columns(slices: readonly Operation[][]) {
  const count = (wanted: string) =>
    slices.map((slice) => slice.filter(({ outcome }) => outcome === wanted).length);
  const latencies = slices.map((slice) =>
    slice
      .filter(({ outcome }) => outcome === 'ok')
      .map(({ atMs, plannedMs }) => atMs - plannedMs)
      .toSorted((a, b) => a - b),
  );
  return {
    ok: count('ok'),
    failed: count('failed'),
    indeterminate: count('indeterminate'),
    medianLatencyMs: latencies.map(medianOf),
    slowestLatencyMs: latencies.map((sorted) => sorted.at(-1) ?? null),
  };
}

function medianOf(sorted: readonly number[]): number | null {
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
}
