/** Lanes of the arrays: which nodes could reach their disks, and which node had taken them for itself. */
import { ofKind, type Timeline } from '../harness/timeline.ts';
import { endMs } from '../harness/witnessed.ts';
import { several } from '../harness/wording.ts';
import type { Lane } from './model.ts';

type Span = Lane['spans'][number];
type Mark = Lane['marks'][number];

/** What one node does to several disks of an array within this time, in ms, is one thing to see. */
const AT_ONCE_MS = 500;

export function arrayLanes(timeline: Timeline): Lane[] {
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

interface Port {
  node: string;
  lun: string;
  fromMs: number;
  untilMs: number;
}

function portsOf(timeline: Timeline, ofArray: (event: { lun: string }) => boolean): Port[] {
  const lastMs = endMs(timeline);
  const ends = [...ofKind(timeline, 'port-cut'), ...ofKind(timeline, 'port-detached')];
  return ofKind(timeline, 'port-attached')
    .filter(ofArray)
    .map(({ node, lun, device, atMs: fromMs }) => {
      const own = ends.filter((end) => end.node === node && end.lun === lun && end.device === device);
      const after = own.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs);
      return { node, lun, fromMs, untilMs: Math.min(lastMs, ...after) };
    });
}

/** A node's ports to an array that it had at the same time are one span. */
function portSpans(timeline: Timeline, ofArray: (event: { lun: string }) => boolean): Span[] {
  const spans: (Span & { node: string; luns: Set<string> })[] = [];
  for (const { node, lun, fromMs, untilMs } of portsOf(timeline, ofArray)) {
    const last = spans.findLast((span) => span.node === node);
    if (last && fromMs <= last.untilMs) {
      last.untilMs = Math.max(last.untilMs, untilMs);
      last.luns.add(lun);
    } else spans.push({ label: '', style: 'up', fromMs, untilMs, node, luns: new Set([lun]) });
  }
  return spans.map(({ node, luns, ...span }) => ({
    ...span,
    label: `reached by ${node}, ${several(luns.size, 'disk')}`,
  }));
}

/** One thing that happened to one disk: `told` gives the sentence for several. */
interface Happening {
  atMs: number;
  lun: string;
  told: (disks: string) => string;
}

function arrayMarks(timeline: Timeline, array: string, ofArray: (event: { lun: string }) => boolean): Mark[] {
  const own = timeline.flatMap((event): Mark[] => {
    if (event.source !== array) return [];
    if (event.kind === 'array-lost') return [{ label: 'lost', style: 'fault', atMs: event.atMs }];
    return event.kind === 'array-back' ? [{ label: 'back', style: 'event', atMs: event.atMs }] : [];
  });
  const ofDisks = timeline.flatMap((event): Happening[] => {
    const { kind, atMs } = event;
    if (kind === 'port-cut' && ofArray(event))
      return [
        { atMs, lun: event.lun, told: (disks) => `${event.node} cut off from ${disks} (${event.because})` },
      ];
    if (kind === 'reserved' && ofArray(event))
      return [{ atMs, lun: event.lun, told: (disks) => `${event.node} masters ${disks}` }];
    if (kind !== 'preempted' || !ofArray(event)) return [];
    const verb = event.granted ? 'preempts' : 'may not preempt';
    return [{ atMs, lun: event.lun, told: (disks) => `${event.node} ${verb} ${event.victim} on ${disks}` }];
  });
  return [...own, ...together(ofDisks)].toSorted((a, b) => a.atMs - b.atMs);
}

function together(happenings: readonly Happening[]): Mark[] {
  const groups: { first: Happening; luns: Set<string> }[] = [];
  for (const happening of happenings) {
    const { atMs, lun, told } = happening;
    const group = groups.findLast(
      ({ first }) => first.told('') === told('') && atMs - first.atMs <= AT_ONCE_MS,
    );
    if (group) group.luns.add(lun);
    else groups.push({ first: happening, luns: new Set([lun]) });
  }
  return groups.map(({ first, luns }) => ({
    label: first.told(luns.size === 1 ? first.lun : several(luns.size, 'disk')),
    style: 'event',
    atMs: first.atMs,
  }));
}

function arrayOf(lun: string): string {
  return lun.split('/')[0] ?? lun;
}
