/** The times of a drill in which nothing was done, and what clients and nodes had of each other then. Pure. */
import type { DrillResult } from '../reports/model.ts';
import { operationsOf } from './outage.ts';
import { randomFrom } from './random.ts';
import { type Comparison, compare, medianOf } from './statistics.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';
import { addressesSeen } from './witnessed.ts';
import { ms } from './wording.ts';

/** In ms since the run began. */
export interface Window {
  fromMs: number;
  untilMs: number;
}

export function windowsOf(timeline: Timeline): Window[] {
  return ofKind(timeline, 'measured').map(({ fromMs, untilMs }) => ({ fromMs, untilMs }));
}

/** The node that had a service's address throughout a window, as the witness saw it; null when none or several had. */
export function hostOf(timeline: Timeline, { address }: ServiceFacts, window: Window): string | null {
  const spans = addressesSeen(timeline).filter(({ what }) => what === address);
  const during = spans.filter(({ fromMs, untilMs }) => fromMs < window.untilMs && untilMs > window.fromMs);
  const [only] = during;
  const whole = only !== undefined && only.fromMs <= window.fromMs && only.untilMs >= window.untilMs;
  return during.length === 1 && whole ? only.node : null;
}

/** Each service's host in a window, by the service's name. */
export function hostsIn(timeline: Timeline, { services }: DrillFacts, window: Window): Map<string, string> {
  return new Map(
    services.flatMap((service) => {
      const host = hostOf(timeline, service, window);
      return host === null ? [] : [[service.name, host] as const];
    }),
  );
}

/** Operations of one service within a window that is cut into pieces of this length; what follows each other so closely is no two observations. */
const PIECE_MS = 200;

/**
 * Median latency of a service's writes in each piece of a window, in ms. Without an answer an operation has taken as
 * long as its client waited.
 */
export function latenciesIn(timeline: Timeline, service: ServiceFacts, window: Window): number[] {
  const writes = operationsOf(timeline, service, 'write').filter(
    ({ plannedMs }) => plannedMs >= window.fromMs && plannedMs < window.untilMs,
  );
  const pieces = Map.groupBy(writes, ({ plannedMs }) => Math.floor((plannedMs - window.fromMs) / PIECE_MS));
  return [...pieces.values()].map((piece) => medianOf(piece.map(({ plannedMs, atMs }) => atMs - plannedMs)));
}

/** Operations that succeeded within a window. */
export function servedIn(timeline: Timeline, service: ServiceFacts, window: Window): number {
  return operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs, outcome }) => outcome === 'ok' && plannedMs >= window.fromMs && plannedMs < window.untilMs,
  ).length;
}

/** CPU time of a node's processes in a window, in ms, from the witness' figures next to its ends; null when it has none. */
export function cpuIn(timeline: Timeline, name: string, window: Window): number | null {
  const told = ofKind(timeline, 'cpu').filter(({ node }) => node === name);
  const first = told.findLast(({ atMs }) => atMs <= window.fromMs);
  const last = told.find(({ atMs }) => atMs >= window.untilMs) ?? told.at(-1);
  // A node that went and came again has begun to count anew.
  if (!first || !last || last.atMs <= first.atMs || last.cpuMs < first.cpuMs) return null;
  return ((last.cpuMs - first.cpuMs) * (window.untilMs - window.fromMs)) / (last.atMs - first.atMs);
}

/** All of it, for the report. */
export function measurementsOf(timeline: Timeline, facts: DrillFacts): DrillResult['measurements'] {
  return windowsOf(timeline).map((window) => ({
    ...window,
    services: facts.services.map((service) => {
      const median = medianOf(latenciesIn(timeline, service, window));
      return {
        service: service.name,
        node: hostOf(timeline, service, window),
        served: servedIn(timeline, service, window),
        medianWriteMs: Number.isNaN(median) ? null : median,
      };
    }),
    nodes: facts.nodes.map((node) => ({ node, cpuMs: cpuIn(timeline, node, window) })),
  }));
}

/** Chance of a wrong verdict either way, in a comparison of latencies that are equal but for the limit. */
const LEVEL = 0.01;

/**
 * Whether a service's latencies in one window are at most `limit` times those in another. Decided by ranks: where a node
 * is full and empty in turn, latencies are of two kinds, and a median jumps from one to the other.
 */
export function compareLatencies(
  timeline: Timeline,
  facts: DrillFacts,
  service: ServiceFacts,
  [before, after]: readonly [Window, Window],
  limit: number,
): Comparison {
  const random = randomFrom(facts.seed, `latencies of ${service.name} from ${before.fromMs} on`);
  const [a, b] = [after, before].map((window) => latenciesIn(timeline, service, window));
  const compared = compare(a ?? [], b ?? [], limit, random);
  if (compared.verdict === 'too few') return compared;
  const { pBelowTarget, pAboveTarget } = compared;
  const verdict = pAboveTarget <= LEVEL ? 'missed' : pBelowTarget <= LEVEL ? 'met' : 'not decided';
  return { ...compared, verdict };
}

/** As "median write latency 7 ms, then 12 ms: 1.7 times (95 % interval 1.4 to 1.9, p 0.001)". */
export function comparisonInWords(
  timeline: Timeline,
  service: ServiceFacts,
  windows: readonly [Window, Window],
  { ratio, interval, p }: Comparison,
): string {
  const [before, after] = windows.map((window) => medianOf(latenciesIn(timeline, service, window)));
  const times = (value: number) => value.toFixed(2);
  return `median write latency ${tenths(before ?? 0)}, then ${tenths(after ?? 0)}: ${times(ratio)} times (95 % interval ${times(interval.low)} to ${times(interval.high)}, p ${p < 0.001 ? 'below 0.001' : p.toFixed(3)})`;
}

function tenths(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : ms(value);
}
