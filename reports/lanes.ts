/** The rows of the timeline picture: what was where, and when. */
import { isBackedBy } from '../harness/ports.ts';
import { type DrillFacts, ofKind, type Timeline, type TimelineEvent } from '../harness/timeline.ts';
import { addressesSeen, calendarProcessesSeen, mountsSeen, nodesSeen } from '../harness/witnessed.ts';
import { arrayLanes } from './lanes-of-arrays.ts';
import { networkLanes, servedSpans } from './lanes-outside.ts';
import type { Lane, Outage, Phase } from './model.ts';

type Span = Lane['spans'][number];
type Mark = Lane['marks'][number];

/** One lane for the drill, each service's clients, each network that was cut, each node and each array. */
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
        ...servedSpans(timeline, name),
      ];
      return { name: `${name} clients`, kind: 'client', spans, marks: [] };
    }),
    ...networkLanes(timeline),
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
    // When it came stands above all lanes.
    if (event.kind === 'fault') return event.stage === 'undone' ? [faultMark(event)] : [];
    if (event.kind === 'problem') return [{ label: event.text, style: 'fault', atMs: event.atMs }];
    if (event.kind === 'step') return [{ label: event.text, style: 'event', atMs: event.atMs }];
    return [];
  });
}

function faultMark(event: Extract<TimelineEvent, { kind: 'fault' }>): Mark {
  return {
    label: `${event.fault} of ${event.target} ${event.stage}`,
    style: event.stage === 'applied' ? 'fault' : 'event',
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

/** Those that take a service up or down: monitors and validations would hide them. */
const TOLD_METHODS =
  /^(hastorageplus_(prenet_start|postnet_stop)|hafoip_(start|stop)|(ics|gds)_svc_(start|stop))$/;

function methodSpans(timeline: Timeline, node: string): Span[] {
  const ends = ofKind(timeline, 'method-end').filter(({ source }) => source === node);
  return ofKind(timeline, 'method-begin')
    .filter(({ source, method }) => source === node && TOLD_METHODS.test(method))
    .map(({ method, resource, atMs: fromMs }): Span => {
      const end = ends.find(
        (one) => one.method === method && one.resource === resource && one.atMs >= fromMs,
      );
      const ending = end === undefined ? ', no end' : end.ok ? '' : ', failed';
      return {
        label: `${method}${ending}`,
        style: 'method',
        fromMs,
        untilMs: end?.atMs ?? fromMs,
      };
    });
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
    ...methodSpans(timeline, node),
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
    if (event.kind === 'fault' && event.target === node)
      return event.stage === 'applied' ? [faultMark(event)] : [];
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
