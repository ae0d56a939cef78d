/** How long users were cut off: measured by the client outside, never told by the cluster. */
import type { Outage } from '../reports/model.ts';
import { firstOccasionMs } from './occasions.ts';
import { type DrillFacts, type KindOf, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';

/** Successes in a row, in planned order, that make a success sustained. */
export const SUSTAINED = 20;

/** An operation on the run's clock: `plannedMs` when the schedule wanted it sent, `atMs` when its outcome was known. */
export type Operation = KindOf<'operation'> & { plannedMs: number };

/** A service's operations of these kinds in planned order; replies can come in another. */
export function operationsOf(
  timeline: Timeline,
  service: Pick<ServiceFacts, 'name'>,
  ...kinds: Operation['operation'][]
): Operation[] {
  return ofKind(timeline, 'operation')
    .filter((event) => event.service === service.name && kinds.includes(event.operation))
    .map((event) => ({ ...event, plannedMs: event.plannedMs ?? event.atMs }))
    .toSorted((a, b) => a.plannedMs - b.plannedMs);
}

/** When the load ended, in ms since the run began; null when there was none. */
export function loadEndMs(timeline: Timeline): number | null {
  const told = timeline.filter(({ kind }) => kind === 'operation' || kind === 'client-stopped');
  return told.at(-1)?.atMs ?? null;
}

/**
 * The outages of one service after the first occasion, writes before reads, each in order of time. Each lasts from the
 * last success before to the first sustained success after, in ms since the run began; flapping inside belongs to it.
 */
export function outagesOf(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Outage[] {
  const appliedMs = firstOccasionMs(timeline);
  if (appliedMs === null) return [];
  const rates = { write: facts.load.writesPerSecond, read: facts.load.readsPerSecond };
  const observedMs = observedUntilMs(timeline, service);
  return (['write', 'read'] as const).flatMap((kind) =>
    interruptions(
      operationsOf(timeline, service, kind).filter(({ plannedMs }) => plannedMs <= observedMs),
      appliedMs,
      facts.load.timeoutMs,
      loadEndMs(timeline) ?? facts.endedMs,
    ).map((interval) => ({ service: service.name, kind, ...interval, probeIntervalMs: 1000 / rates[kind] })),
  );
}

/** What came after the drill had seen enough is no observation: the load may have been ending already. */
export function observedUntilMs(timeline: Timeline, service: ServiceFacts): number {
  const told = ofKind(timeline, 'observed').findLast((event) => event.service === service.name);
  return told?.untilMs ?? Number.POSITIVE_INFINITY;
}

type Interval = Pick<Outage, 'fromMs' | 'untilMs' | 'censored'>;

/** The rule itself, on operations in planned order: each stretch from the last success before to the first sustained after. */
export function interruptions(
  operations: readonly Operation[],
  appliedMs: number,
  timeoutMs: number,
  endMs: number,
): Interval[] {
  const found: Interval[] = [];
  // One planned up to a timeout before the fault may still have been under way when it came.
  const isHit = (operation: Operation) =>
    operation.outcome !== 'ok' && operation.atMs >= appliedMs && operation.plannedMs >= appliedMs - timeoutMs;
  let rest = 0;
  for (;;) {
    const hit = operations.findIndex((operation, index) => index >= rest && isHit(operation));
    if (hit === -1) return found;
    const back = sustainedFrom(operations, hit + 1);
    const untilMs = operations[back]?.atMs ?? endMs;
    // A straggler planned before the hit may be answered after the service is back: it is not the last success before.
    const before = operations
      .slice(0, hit)
      .findLast((operation) => operation.outcome === 'ok' && operation.atMs <= untilMs);
    const fromMs = before?.atMs ?? Math.min(appliedMs, untilMs);
    found.push({ fromMs, untilMs, censored: back === -1 });
    if (back === -1) return found;
    rest = back + SUSTAINED;
  }
}

/** Index of the first of SUSTAINED successes in a row at or after `start`, or -1. */
function sustainedFrom(operations: readonly Operation[], start: number): number {
  let inRow = 0;
  for (const [index, operation] of operations.entries()) {
    if (index < start) continue;
    inRow = operation.outcome === 'ok' ? inRow + 1 : 0;
    if (inRow === SUSTAINED) return index - SUSTAINED + 1;
  }
  return -1;
}

/**
 * Up to which planned moment the service is known to be sustained again after the fault at `appliedMs`: writes and
 * reads alike were cut off, and of each kind the last SUSTAINED before that moment succeeded, with no operation in
 * between still under way. Null while that is not so. `periodMs`: between two operations of one kind.
 */
export function sustainedAgainUntilMs(
  kinds: readonly (readonly Operation[])[],
  appliedMs: number,
  periodMs: number,
): number | null {
  const untilMs = Math.min(...kinds.map((operations) => settledUntilMs(operations, appliedMs, periodMs)));
  const again = kinds.every((operations) => {
    const settled = operations.filter(({ plannedMs }) => plannedMs <= untilMs);
    const hit = settled.findIndex(({ outcome, atMs }) => outcome !== 'ok' && atMs >= appliedMs);
    const last = settled.slice(-SUSTAINED);
    return hit !== -1 && hit < settled.length - SUSTAINED && last.every(({ outcome }) => outcome === 'ok');
  });
  return again ? untilMs : null;
}

/** The planned moment of the last operation before the first one, from `fromMs` on, whose outcome is not known yet. */
export function settledUntilMs(operations: readonly Operation[], fromMs: number, periodMs: number): number {
  let settled = fromMs;
  for (const { plannedMs } of operations) {
    if (plannedMs <= fromMs) continue;
    if (plannedMs - settled > periodMs * 1.5) break;
    settled = plannedMs;
  }
  return settled;
}
