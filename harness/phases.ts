/** Where the time of write outages went, from what the nodes' cluster software told of itself. */
import type { Outage, Phase } from '../reports/model.ts';
import { firstOccasionMs, occasionsOf } from './occasions.ts';
import { type Operation, operationsOf, outagesOf } from './outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';

/** Two markers on the run's clock; null when one was never told. */
type Markers = { name: string; node: string; fromMs: number | null; untilMs: number | null };

/**
 * Each write outage of a service cut into phases, in ms since the run began. They follow each other without a gap and
 * add up to the outage: time that no markers account for is a phase named "unexplained".
 */
export function phasesOf(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Phase[] {
  if (firstOccasionMs(timeline) === null) return [];
  const writes = operationsOf(timeline, service, 'write').filter(({ outcome }) => outcome === 'ok');
  return outagesOf(timeline, service, facts)
    .filter(({ kind }) => kind === 'write')
    .flatMap((outage) => phasesOfOutage(timeline, service, outage, ownersAround(writes, service, outage)));
}

/** Who served before and after: as their replies say, or as the service is meant to be owned. */
interface Owners {
  before: string;
  after: string;
}

function ownersAround(writes: readonly Operation[], service: ServiceFacts, outage: Outage): Owners {
  const last = writes.findLast(({ atMs }) => atMs <= outage.fromMs);
  const next = outage.censored ? undefined : writes.find(({ atMs }) => atMs >= outage.untilMs);
  return { before: last?.node || service.primary, after: next?.node || service.backup };
}

function phasesOfOutage(timeline: Timeline, service: ServiceFacts, outage: Outage, owners: Owners): Phase[] {
  const phases: Phase[] = [];
  let reachedMs = outage.fromMs;
  const reach = (name: string, node: string, upToMs: number) => {
    const untilMs = Math.min(upToMs, outage.untilMs);
    if (untilMs <= reachedMs) return;
    phases.push({ name, service: service.name, node, fromMs: reachedMs, untilMs });
    reachedMs = untilMs;
  };
  const beganMs = occasionsOf(timeline).findLast(({ atMs }) => atMs <= outage.untilMs)?.atMs ?? reachedMs;
  reach('unexplained', owners.before, beganMs);
  for (const { name, node, fromMs, untilMs } of markersOf(timeline, service, outage, owners)) {
    if (fromMs === null || untilMs === null || untilMs < fromMs) continue;
    reach('unexplained', node, fromMs);
    reach(name, node, untilMs);
  }
  reach('unexplained', owners.after, outage.untilMs);
  return phases;
}

/** In the order in which they happen: a crash has no stop, and a switchover no detection. */
function markersOf(
  timeline: Timeline,
  { name: group }: ServiceFacts,
  outage: Outage,
  { before, after }: Owners,
): Markers[] {
  const during = timeline.filter(({ atMs }) => atMs >= outage.fromMs && atMs <= outage.untilMs);
  const [old, own] = [before, after].map((node) => during.filter(({ source }) => source === node));
  const appliedMs = occasionsOf(timeline).findLast(({ atMs }) => atMs <= outage.untilMs)?.atMs ?? null;
  const suspectedMs = ofKind(own ?? [], 'suspected').find(({ peer }) => peer === before)?.atMs ?? null;
  const view = ofKind(own ?? [], 'view').find(({ members, quorum }) => quorum && !members.includes(before));
  const viewMs = view?.atMs ?? null;
  const fencedMs = ofKind(own ?? [], 'fenced').find(({ victims }) => victims.includes(before))?.atMs ?? null;
  // A method that begins in the outage may end after it: users are served before the START that serves them returns.
  const of = (node: string, begun: Timeline, method: string) => ({
    node,
    ...methodMarkers(
      begun,
      timeline.filter(({ source }) => source === node),
      group,
      method,
    ),
  });
  const stops = (name: string) => of(before, old ?? [], name);
  const starts = (name: string) => of(after, own ?? [], name);
  const started = starts('ics_svc_start');
  return [
    { name: 'detection', node: after, fromMs: appliedMs, untilMs: suspectedMs },
    { name: 'membership', node: after, fromMs: suspectedMs, untilMs: viewMs },
    { name: 'fencing', node: after, fromMs: viewMs, untilMs: fencedMs },
    { name: 'service stop', ...stops('ics_svc_stop') },
    { name: 'address off', ...stops('hafoip_stop') },
    { name: 'unmount', ...stops('hastorageplus_postnet_stop') },
    { name: 'mount', ...starts('hastorageplus_prenet_start') },
    { name: 'address', ...starts('hafoip_start') },
    { name: 'service start', ...started },
    {
      name: 'first success',
      node: after,
      fromMs: started.untilMs,
      untilMs: outage.censored ? null : outage.untilMs,
    },
  ];
}

/** From the first begin of a method to its first end in success, so that failed tries count too. */
function methodMarkers(
  begun: Timeline,
  own: Timeline,
  group: string,
  method: string,
): Pick<Markers, 'fromMs' | 'untilMs'> {
  const begin = ofKind(begun, 'method-begin').find(
    (event) => event.method === method && event.group === group,
  );
  if (begin === undefined) return { fromMs: null, untilMs: null };
  const end = ofKind(own, 'method-end').find(
    (event) => event.method === method && event.group === group && event.ok && event.atMs >= begin.atMs,
  );
  return { fromMs: begin.atMs, untilMs: end?.atMs ?? null };
}
