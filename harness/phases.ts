/** Where the time of write outages went, from what the nodes' cluster software told of itself. */
import type { Outage, Phase } from '../reports/model.ts';
import { faultsOf } from './faults/verification.ts';
import { firstOccasionMs, occasionsOf } from './occasions.ts';
import { type Operation, operationsOf, outagesOf } from './outage.ts';
import { explain, type Reason, reasonsOf } from './reasons.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';

/** Two markers on the run's clock; null when one was never told. */
type Markers = { name: string; node: string; fromMs: number | null; untilMs: number | null };

/**
 * Each write outage of a service cut into phases, in ms since the run began. They follow each other without a gap and
 * add up to the outage: time in no step of a switchover is named by its reason, and "unexplained" where there is none.
 */
export function phasesOf(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Phase[] {
  if (firstOccasionMs(timeline) === null) return [];
  const writes = operationsOf(timeline, service, 'write').filter(({ outcome }) => outcome === 'ok');
  const reasons = reasonsOf(timeline, service);
  return outagesOf(timeline, service, facts)
    .filter(({ kind }) => kind === 'write')
    .flatMap((outage) =>
      phasesOfOutage(timeline, service, outage, ownersAround(writes, service, outage), reasons),
    );
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

function phasesOfOutage(
  timeline: Timeline,
  service: ServiceFacts,
  outage: Outage,
  owners: Owners,
  reasons: readonly Reason[],
): Phase[] {
  const phases: Reason[] = [];
  let reachedMs = outage.fromMs;
  const reach = (name: string | null, node: string, upToMs: number) => {
    const untilMs = Math.min(upToMs, outage.untilMs);
    if (untilMs <= reachedMs) return;
    const piece = { name: name ?? 'unexplained', node, fromMs: reachedMs, untilMs };
    phases.push(...(name === null ? explain(reasons, piece) : [piece]));
    reachedMs = untilMs;
  };
  const struck = faultsOf(timeline).flatMap(({ appliedMs }) => appliedMs ?? []);
  reach(
    null,
    owners.before,
    struck.find((atMs) => atMs >= outage.fromMs && atMs <= outage.untilMs) ?? reachedMs,
  );
  for (const { name, node, fromMs, untilMs } of markersOf(timeline, service, outage, owners)) {
    if (fromMs === null || untilMs === null || untilMs < fromMs) continue;
    reach(null, node, fromMs);
    reach(name, node, untilMs);
  }
  reach(null, owners.after, outage.untilMs);
  return joined(phases).map((phase) => ({ ...phase, service: service.name }));
}

/** Neighbours of one name on one node are one. */
function joined(phases: readonly Reason[]): Reason[] {
  const all: Reason[] = [];
  for (const phase of phases) {
    const last = all.at(-1);
    if (last?.name === phase.name && last.node === phase.node) last.untilMs = phase.untilMs;
    else all.push({ ...phase });
  }
  return all;
}

/** In the order in which they happen: a crash has no stop, and a switchover no detection. */
function markersOf(
  timeline: Timeline,
  { name: group }: ServiceFacts,
  outage: Outage,
  { before, after }: Owners,
): Markers[] {
  const own = timeline.filter(
    ({ source, atMs }) => source === after && atMs >= outage.fromMs && atMs <= outage.untilMs,
  );
  const suspectedMs = ofKind(own, 'suspected').find(({ peer }) => peer === before)?.atMs ?? null;
  const appliedMs = occasionsOf(timeline).findLast(({ atMs }) => atMs <= (suspectedMs ?? 0))?.atMs ?? null;
  const view = ofKind(own, 'view').find(({ members, quorum }) => quorum && !members.includes(before));
  const viewMs = view?.atMs ?? null;
  const fencedMs = ofKind(own, 'fenced').find(({ victims }) => victims.includes(before))?.atMs ?? null;
  const of = (node: string, method: RegExp) => ({
    node,
    ...methodMarkers(
      timeline.filter((event) => event.source === node && 'group' in event && event.group === group),
      outage,
      method,
    ),
  });
  const stops = (name: RegExp) => of(before, name);
  const starts = (name: RegExp) => of(after, name);
  const started = starts(/_svc_start$/);
  return [
    { name: 'detection', node: after, fromMs: appliedMs, untilMs: suspectedMs },
    { name: 'membership', node: after, fromMs: suspectedMs, untilMs: viewMs },
    { name: 'fencing', node: after, fromMs: viewMs, untilMs: fencedMs },
    { name: 'service stop', ...stops(/_svc_stop$/) },
    { name: 'address off', ...stops(/^hafoip_stop$/) },
    { name: 'unmount', ...stops(/^hastorageplus_postnet_stop$/) },
    { name: 'mount', ...starts(/^hastorageplus_prenet_start$/) },
    { name: 'address', ...starts(/^hafoip_start$/) },
    { name: 'service start', ...started },
    {
      name: 'first success',
      node: after,
      fromMs: started.untilMs,
      untilMs: outage.censored ? null : outage.untilMs,
    },
  ];
}

/**
 * From the first begin of a method to its first end in success, so that failed tries count too. It may begin before the
 * outage, when users are cut off while it works, and end after it: they are served before START returns.
 */
function methodMarkers(own: Timeline, outage: Outage, method: RegExp): Pick<Markers, 'fromMs' | 'untilMs'> {
  const ends = ofKind(own, 'method-end').filter((event) => method.test(event.method));
  const begin = ofKind(own, 'method-begin').find((event) => {
    if (!method.test(event.method) || event.atMs > outage.untilMs) return false;
    const end = ends.find(({ atMs }) => atMs >= event.atMs);
    return event.atMs >= outage.fromMs || (end !== undefined && end.atMs > outage.fromMs);
  });
  if (begin === undefined) return { fromMs: null, untilMs: null };
  const end = ends.find(({ ok, atMs }) => ok && atMs >= begin.atMs);
  return { fromMs: begin.atMs, untilMs: end?.atMs ?? null };
}
