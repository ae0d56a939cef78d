/** The rows of the timeline picture: what was where, and when. */
import { isBackedBy } from '../harness/ports.ts';
import { type DrillFacts, ofKind, type Timeline, type TimelineEvent } from '../harness/timeline.ts';
import { addressesSeen, calendarProcessesSeen, endMs, mountsSeen, nodesSeen } from '../harness/witnessed.ts';
import type { Lane, Outage, Phase } from './model.ts';

type Span = Lane['spans'][number];
type Mark = Lane['marks'][number];

/** One lane for the drill, each service's clients, each node and each array. */
export function lanesOf(
  timeline: Timeline,
  facts: DrillFacts,
  outages: readonly Outage[],
  phases: readonly Phase[],
): Lane[] {
  return [
    { name: 'drill', kind: 'drill', spans: [], marks: drillMarks(timeline) },
    ...facts.services.map(({ name }): Lane => {
      const spans = [
        ...outages.filter(({ service }) => service === name).map(outageSpan),
        ...phases.filter(({ service }) => service === name).map(phaseSpan),
      ];
      return { name: `${name} clients`, kind: 'client', spans, marks: [] };
    }),
    ...facts.nodes.map(
      (node): Lane => ({
        name: node,
        kind: 'node',
        spans: nodeSpans(timeline, facts, node),
        marks: nodeMarks(timeline, node),
      }),
    ),
    ...arrayLanes(timeline),
  ];
}

function drillMarks(timeline: Timeline): Mark[] {
  return timeline.flatMap((event): Mark[] => {
    if (event.kind === 'fault') return [faultMark(event)];
    if (event.kind === 'problem') return [{ label: event.text, style: 'fault', atMs: event.atMs }];
    if (event.kind === 'step') return [{ label: event.text, style: 'event', atMs: event.atMs }];
    return [];
  });
}

function faultMark(event: Extract<TimelineEvent, { kind: 'fault' }>): Mark {
  return {
    label: `${event.fault} of ${event.target} ${event.stage}`,
    style: event.stage === 'planned' ? 'event' : 'fault',
    atMs: event.atMs,
  };
}

function outageSpan({ kind, censored, fromMs, untilMs }: Outage): Span {
  const label = `no ${kind}s${censored ? ' until the end' : ''}`;
  return { label, style: 'outage', fromMs, untilMs };
}

function phaseSpan({ name, fromMs, untilMs }: Phase): Span {
  return { label: name, style: 'phase', fromMs, untilMs };
}

function nodeSpans(timeline: Timeline, facts: DrillFacts, node: string): Span[] {
  const volumeOf = (backing: string) => facts.services.find((one) => isBackedBy(backing, one.volume))?.volume;
  const isLogical = (address: string) => facts.services.some((service) => service.address === address);
  const here = (span: { node: string }) => span.node === node;
  const processes = calendarProcessesSeen(timeline).filter(here);
  return [
    ...nodesSeen(timeline)
      .filter(here)
      .map(({ fromMs, untilMs }): Span => ({ label: 'up', style: 'up', fromMs, untilMs })),
    ...mountsSeen(timeline)
      .filter(here)
      .flatMap(({ what: { point, backing, cut }, fromMs, untilMs }): Span[] => {
        const volume = volumeOf(backing);
        const label = `${point} (${volume}${cut ? ', cut' : ''})`;
        return volume === undefined ? [] : [{ label, style: 'mount', fromMs, untilMs }];
      }),
    ...addressesSeen(timeline)
      .filter((span) => here(span) && isLogical(span.what))
      .map(({ what, fromMs, untilMs }): Span => ({ label: what, style: 'address', fromMs, untilMs })),
    ...merged(processes).map(
      ([fromMs, untilMs]): Span => ({ label: 'calendar processes', style: 'process', fromMs, untilMs }),
    ),
  ];
}

/** The times in which there was at least one of them. */
function merged(spans: readonly { fromMs: number; untilMs: number }[]): [number, number][] {
  const times: [number, number][] = [];
  for (const { fromMs, untilMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = times.at(-1);
    if (last && fromMs <= last[1]) last[1] = Math.max(last[1], untilMs);
    else times.push([fromMs, untilMs]);
  }
  return times;
}

function nodeMarks(timeline: Timeline, node: string): Mark[] {
  return timeline.flatMap((event): Mark[] => {
    const { atMs } = event;
    if (event.kind === 'fault' && event.target === node) return [faultMark(event)];
    if (event.source !== node) return [];
    if (event.kind === 'suspected') return [{ label: `suspects ${event.peer}`, style: 'event', atMs }];
    if (event.kind === 'fenced')
      return [{ label: `fenced ${event.victims.join(', ')}`, style: 'event', atMs }];
    if (event.kind === 'panic') return [{ label: `panic: ${event.reason}`, style: 'fault', atMs }];
    if (event.kind !== 'view') return [];
    const label = `view: ${event.members.join(', ')}${event.quorum ? '' : ', no quorum'}`;
    return [{ label, style: 'event', atMs }];
  });
}

function arrayLanes(timeline: Timeline): Lane[] {
  const names = new Set(ofKind(timeline, 'port-attached').map(({ lun }) => arrayOf(lun)));
  return [...names].toSorted().map((name): Lane => {
    const ofArray = (event: { lun: string }) => arrayOf(event.lun) === name;
    return {
      name,
      kind: 'array',
      spans: portSpans(timeline, ofArray),
      marks: arrayMarks(timeline, name, ofArray),
    };
  });
}

function portSpans(timeline: Timeline, ofArray: (event: { lun: string }) => boolean): Span[] {
  const ends = [...ofKind(timeline, 'port-cut'), ...ofKind(timeline, 'port-detached')];
  return ofKind(timeline, 'port-attached')
    .filter(ofArray)
    .map(({ node, lun, device, atMs: fromMs }) => {
      const own = ends.filter((end) => end.node === node && end.lun === lun && end.device === device);
      const untilMs = Math.min(
        endMs(timeline),
        ...own.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs),
      );
      return { label: `${node} to ${lun}`, style: 'up', fromMs, untilMs };
    });
}

function arrayMarks(timeline: Timeline, array: string, ofArray: (event: { lun: string }) => boolean): Mark[] {
  return timeline.flatMap((event): Mark[] => {
    const { kind, atMs } = event;
    if (kind === 'array-lost' && event.source === array) return [{ label: 'lost', style: 'fault', atMs }];
    if (kind === 'array-back' && event.source === array) return [{ label: 'back', style: 'event', atMs }];
    if (kind === 'port-cut' && ofArray(event))
      return [{ label: `${event.node} to ${event.lun} cut (${event.because})`, style: 'event', atMs }];
    if (kind === 'reserved' && ofArray(event))
      return [{ label: `${event.lun} mastered by ${event.node}`, style: 'event', atMs }];
    if (kind !== 'preempted' || !ofArray(event)) return [];
    const verb = event.granted ? 'preempts' : 'may not preempt';
    return [{ label: `${event.node} ${verb} ${event.victim} on ${event.lun}`, style: 'event', atMs }];
  });
}

function arrayOf(lun: string): string {
  return lun.split('/')[0] ?? lun;
}
