/** Where the time of a write outage went, from what the new owner's cluster software told of itself. */
import type { Phase } from '../reports/model.ts';
import { firstAppliedMs } from './faults/verification.ts';
import { outagesOf } from './outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';

/** Two markers on the run's clock; null when one was never told. */
type Markers = { name: string; fromMs: number | null; untilMs: number | null };

/**
 * The first write outage of a service cut into phases, in ms since the run began. They follow each other without a
 * gap and add up to the outage: time that no markers account for is a phase named "unexplained".
 */
export function phasesOf(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Phase[] {
  const outage = outagesOf(timeline, service, facts).find(({ kind }) => kind === 'write');
  const appliedMs = firstAppliedMs(timeline);
  if (!outage || appliedMs === null) return [];

  const phases: Phase[] = [];
  let reachedMs = outage.fromMs;
  const reach = (name: string, untilMs: number) => {
    if (untilMs <= reachedMs) return;
    const node = untilMs <= appliedMs ? service.primary : service.backup;
    phases.push({ name, service: service.name, node, fromMs: reachedMs, untilMs });
    reachedMs = untilMs;
  };
  reach('unexplained', Math.min(appliedMs, outage.untilMs));
  const backAtMs = outage.censored ? null : outage.untilMs;
  for (const { name, fromMs, untilMs } of markersOf(timeline, service, appliedMs, backAtMs)) {
    if (fromMs === null || untilMs === null || untilMs < fromMs) continue;
    reach('unexplained', Math.min(fromMs, outage.untilMs));
    reach(name, Math.min(untilMs, outage.untilMs));
  }
  reach('unexplained', outage.untilMs);
  return phases;
}

function markersOf(
  timeline: Timeline,
  { name: group, primary, backup }: ServiceFacts,
  appliedMs: number,
  backAtMs: number | null,
): Markers[] {
  const own = timeline.filter(({ source, atMs }) => source === backup && atMs >= appliedMs);
  const suspectedMs = ofKind(own, 'suspected').find(({ peer }) => peer === primary)?.atMs ?? null;
  const view = ofKind(own, 'view').find(({ members, quorum }) => quorum && !members.includes(primary));
  const viewMs = view?.atMs ?? null;
  const fencedMs = ofKind(own, 'fenced').find(({ victims }) => victims.includes(primary))?.atMs ?? null;
  const method = (name: string) => methodMarkers(own, group, name);
  const started = method('ics_svc_start');
  return [
    { name: 'detection', fromMs: appliedMs, untilMs: suspectedMs },
    { name: 'membership', fromMs: suspectedMs, untilMs: viewMs },
    { name: 'fencing', fromMs: viewMs, untilMs: fencedMs },
    { name: 'mount', ...method('hastorageplus_prenet_start') },
    { name: 'address', ...method('hafoip_start') },
    { name: 'service start', ...started },
    { name: 'first success', fromMs: started.untilMs, untilMs: backAtMs },
  ];
}

/** From the first begin of a method to its first end in success, so that failed tries count too. */
function methodMarkers(own: Timeline, group: string, method: string): Omit<Markers, 'name'> {
  const begin = ofKind(own, 'method-begin').find((event) => event.method === method && event.group === group);
  const end = ofKind(own, 'method-end').find(
    (event) =>
      event.method === method && event.group === group && event.ok && event.atMs >= (begin?.atMs ?? 0),
  );
  return { fromMs: begin?.atMs ?? null, untilMs: end?.atMs ?? null };
}
