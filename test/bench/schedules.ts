/** `bench schedules`: how many random schedules of the core's property tests one processor does in a second. */
import fc from 'fast-check';
import { moment, monotonicMs } from '../../harness/clock.ts';
import { medianOf } from '../../harness/statistics.ts';
import { count } from '../../reports/format.ts';
import { run } from '../helpers/core-runs.ts';
import { type Schedule, schedules } from '../helpers/core-schedules.ts';
import { cpuTicks, cpuUse } from './machine.ts';
import type { BenchOptions } from './options.ts';
import type { Findings } from './report.ts';

const BATCH = 50;

interface Batch {
  schedules: number;
  steps: number;
  /** Virtual time. */
  simulatedMs: number;
  tookMs: number;
  violations: string[];
}

export async function benchSchedules(
  { seconds, seed }: BenchOptions,
  { tell, signal }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Findings> {
  tell(`schedules for ${seconds} s`);
  // The first ones pay for compiling.
  doBatch(seed - 1);
  const [endMs, before] = [monotonicMs() + seconds * 1000, cpuTicks()];
  const batches: Batch[] = [];
  while (monotonicMs() < endMs && !signal.aborted) {
    batches.push(doBatch(seed + batches.length));
    // Ctrl-C is heard between two batches.
    await moment(0);
  }
  return findings(batches, cpuUse(before, cpuTicks())?.stealPercent ?? null);
}

/** Drawing the schedules is part of it, as it is in the tests. */
function doBatch(seed: number): Batch {
  const beganMs = monotonicMs();
  const batch: Batch = { schedules: 0, steps: 0, simulatedMs: 0, tookMs: 0, violations: [] };
  for (const schedule of fc.sample(schedules, { seed, numRuns: BATCH })) {
    batch.schedules += 1;
    tryOne(schedule, batch);
  }
  batch.tookMs = monotonicMs() - beganMs;
  return batch;
}

function tryOne(schedule: Schedule, batch: Batch): void {
  try {
    const { steps, nowMs } = run(schedule);
    batch.steps += steps;
    batch.simulatedMs += nowMs;
  } catch (error) {
    batch.violations.push(`${error}; schedule ${JSON.stringify(schedule)}`);
  }
}

function findings(batches: Batch[], stealPercent: number | null): Findings {
  const sum = (what: (batch: Batch) => number) => batches.reduce((total, batch) => total + what(batch), 0);
  const tookS = sum(({ tookMs }) => tookMs) / 1000;
  const rates = batches.map((batch) => (1000 * batch.schedules) / batch.tookMs);
  const perSecond = sum((batch) => batch.schedules) / tookS;
  const violations = batches.flatMap((batch) => batch.violations);
  const steal = stealPercent === null ? 'unknown' : `${stealPercent.toFixed(1)} %`;
  return {
    sentences: [
      `${count(perSecond)} schedules a second on one processor (batches of ${BATCH}: ${count(Math.min(...rates))} to ${count(Math.max(...rates))}, median ${count(medianOf(rates))}), CPU stolen meanwhile: ${steal}; 10,000 schedules take ${count(10_000 / perSecond)} s.`,
      `${count(sum(({ schedules }) => schedules))} schedules in ${tookS.toFixed(1)} s: ${count(sum(({ steps }) => steps) / tookS)} steps of a core a second, ${count(sum(({ simulatedMs }) => simulatedMs) / 1000 / tookS)} s of virtual time a second.`,
      violations.length === 0
        ? 'No invariant was violated.'
        : `${violations.length} schedules violated an invariant; the first: ${violations[0]}`,
    ].map((sentence) => `- ${sentence}`),
    tables: [],
    data: { perSecond, stealPercent, batches },
  };
}
