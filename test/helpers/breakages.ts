/** Ways in which a drill goes wrong, each with the checks that must notice. */

import type { TimelineEvent } from '../../harness/timeline.ts';
import type { FoundWrite } from '../../images/common/protocol.ts';
import { type Breakage, breakagesOfWrites } from './breakages-of-writes.ts';
import { retold, withAdded, without } from './timelines.ts';
import { addressesOn, moments, mountOf, mountsOn, processesOn, service, told } from './told.ts';

const isOperation = (event: TimelineEvent) => event.kind === 'operation';
const isPlanned = (event: TimelineEvent, from: number, until: number) =>
  isOperation(event) && (event.plannedMs ?? 0) >= from && (event.plannedMs ?? 0) < until;
const isRead = (event: TimelineEvent) => event.kind === 'operation' && event.operation === 'read';
const isPreempted = (event: TimelineEvent) => event.kind === 'preempted' && event.lun === service.volume;

/** The service goes on failing; what was sent stays without an outcome. */
function neverBack(event: TimelineEvent): TimelineEvent {
  if (event.kind === 'read-back') return { ...event, found: [], problem: 'connection refused' };
  return event.kind === 'operation' && isPlanned(event, moments.serving, moments.loadEnds)
    ? { ...event, outcome: 'indeterminate' }
    : event;
}

/** The primary goes on serving, whatever the drill says that it did. */
function unharmed(event: TimelineEvent): TimelineEvent[] {
  if (event.kind === 'operation')
    return [{ ...event, atMs: (event.plannedMs ?? 0) + 4, outcome: 'ok', node: 'Node1' }];
  if (event.kind === 'read-back' || event.kind === 'volume') return [{ ...event, found: allFound() }];
  const seen = ['looks', 'cpu', 'fault', 'step', 'client-started', 'client-stopped'];
  return event.atMs < moments.faultApplied || seen.includes(event.kind) ? [event] : [];
}

function allFound(): FoundWrite[] {
  const writes = withAdded().timeline.filter(
    (event) => event.kind === 'operation' && event.operation === 'write',
  );
  return writes.map((event, index) => ({ uid: 'uid' in event ? event.uid : '', sequences: [index] }));
}

export const breakages: Record<string, Breakage> = {
  ...breakagesOfWrites,
  'the primary serves on when its key was taken off the quorum device': {
    recorded: withAdded(
      told('penguin', 3000, {
        kind: 'preempted',
        node: 'Node2',
        victim: 'Node1',
        lun: 'penguin/quorum',
        granted: true,
      }),
    ),
    turns: { 'quorum-serves': 'refuted' },
  },
  'the LUN is mounted on both nodes': {
    recorded: withAdded(mountsOn('Node2', 4000, mountOf('7:4')), mountsOn('Node2', 4100)),
    turns: { 'single-mount': 'refuted' },
  },
  'the backup holds a second mount until its port is cut': {
    recorded: withAdded(
      mountsOn('Node2', 4000, mountOf('7:3')),
      mountsOn('Node2', 6500, { ...mountOf('7:3'), cut: true }),
    ),
    turns: { 'single-mount': 'refuted' },
  },
  'the logical address is on both nodes': {
    recorded: withAdded(
      addressesOn('Node2', 4000, '198.18.0.12', service.address),
      addressesOn('Node2', 4100, '198.18.0.12'),
    ),
    turns: { 'single-address': 'refuted' },
  },
  'a calendar process runs on the backup': {
    recorded: withAdded(processesOn('Node2', 4000, ['cshttpd']), processesOn('Node2', 4100, [])),
    turns: { 'backup-idle': 'refuted' },
  },
  'the backup computes as much as the primary': {
    recorded: retold((event) =>
      event.kind === 'cpu' && event.node === 'Node2' ? { ...event, cpuMs: event.cpuMs * 40 } : event,
    ),
    turns: { 'idle-ratio': 'refuted' },
  },
  'the witness tells no CPU time': {
    recorded: without(({ kind }) => kind === 'cpu'),
    turns: { 'idle-ratio': 'inconclusive' },
  },
  'replies go on coming from the old owner': {
    recorded: retold((event) =>
      event.kind === 'operation' && event.node === 'Node2' ? { ...event, node: 'Node1' } : event,
    ),
    turns: { 'served-by-one': 'refuted' },
  },
  'one reply comes from the backup before the fault': {
    recorded: retold((event) =>
      event.kind === 'operation' && event.plannedMs === 4000 ? { ...event, node: 'Node2' } : event,
    ),
    turns: { 'served-by-one': 'refuted' },
  },
  'the witness sees no calendar process at all before the fault': {
    recorded: retold((event) => (event.atMs === 304 ? processesOn('Node1', 304, []) : event)),
    turns: { 'backup-idle': 'inconclusive' },
  },
  'the backup mounts before it preempts': {
    recorded: retold((event) => (isPreempted(event) ? { ...event, atMs: 7200 } : event)),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the backup never preempts': {
    recorded: without(isPreempted),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the array refuses to preempt': {
    recorded: retold((event) =>
      event.kind === 'preempted' && isPreempted(event) ? { ...event, granted: false } : event,
    ),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the array preempts another victim': {
    recorded: retold((event) =>
      event.kind === 'preempted' && isPreempted(event) ? { ...event, victim: 'Node3' } : event,
    ),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the array preempts for another node': {
    recorded: retold((event) =>
      event.kind === 'preempted' && isPreempted(event) ? { ...event, node: 'Node3' } : event,
    ),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the old owner gets a fresh port': {
    recorded: withAdded(
      told('penguin', 6015, { kind: 'port-attached', node: 'Node1', lun: service.volume, device: '7:9' }),
    ),
    turns: { 'old-owner-fenced': 'refuted' },
  },
  'the service never returns': {
    recorded: retold(neverBack),
    turns: { 'outage-interval': 'refuted' },
  },
  'the load ends with the fault': {
    recorded: without((event) => isPlanned(event, moments.faultApplied - 10, moments.loadEnds)),
    turns: { 'outage-interval': 'inconclusive' },
  },
  'the load begins after the fault': {
    recorded: without((event) => isPlanned(event, 0, moments.serving)),
    turns: {
      'outage-interval': 'inconclusive',
      'backup-idle': 'inconclusive',
      'idle-ratio': 'inconclusive',
      'load-validity': 'inconclusive',
    },
  },
  'the ports are cut by fencing and not by the fault': {
    recorded: retold((event) => (event.kind === 'port-cut' ? { ...event, because: 'preempted' } : event)),
    turns: { 'fault-verified': 'inconclusive' },
  },
  'the fault leaves a port as it is': {
    recorded: without((event) => event.kind === 'port-cut' && event.lun === 'penguin/quorum'),
    turns: { 'fault-verified': 'inconclusive' },
  },
  'the fault kills the node before it cuts the ports': {
    recorded: retold((event) =>
      event.kind === 'port-cut' ? { ...event, atMs: moments.nodeGone + 5 } : event,
    ),
    turns: { 'fault-verified': 'inconclusive' },
  },
  'the fault cuts the ports long before the links': {
    recorded: retold((event) => {
      if (event.kind === 'node-gone') return { ...event, atMs: 6210 };
      if (event.atMs === moments.linksSeenDown) return { ...event, atMs: 6200 };
      return event;
    }),
    turns: { 'fault-verified': 'inconclusive' },
  },
  'the fault is never completed': {
    recorded: without((event) => event.kind === 'fault' && event.stage === 'complete'),
    turns: { 'fault-verified': 'inconclusive' },
  },
  'the fault has no effect': {
    recorded: retold(unharmed),
    turns: { 'fault-verified': 'inconclusive', 'old-owner-fenced': 'inconclusive' },
  },
  'the load is thin': {
    recorded: without((event) => isRead(event) && (event.plannedMs ?? 0) % 100 < 50),
    turns: { 'load-validity': 'inconclusive' },
  },
  'the load begins just before the fault': {
    recorded: without((event) => isPlanned(event, 0, 5500)),
    turns: { 'load-validity': 'inconclusive', 'idle-ratio': 'inconclusive' },
  },
  'the service is bad before the fault already': {
    recorded: retold((event) =>
      event.kind === 'operation' && isRead(event) && isPlanned(event, 3000, 4000)
        ? { ...event, outcome: 'failed' }
        : event,
    ),
    turns: { 'load-validity': 'inconclusive' },
  },
  'the service is slow before the fault already': {
    recorded: retold((event) =>
      event.kind === 'operation' && isRead(event) && isPlanned(event, 3000, 4000)
        ? { ...event, atMs: (event.plannedMs ?? 0) + 700 }
        : event,
    ),
    turns: { 'load-validity': 'inconclusive' },
  },
  'the witness looks away': {
    recorded: retold((event) => (event.kind === 'looks' ? { ...event, longestGapMs: 900 } : event)),
    turns: { 'witness-sees': 'inconclusive' },
  },
  'the witness does not look for a second': {
    recorded: retold((event) =>
      event.kind === 'looks' && event.atMs === 4500 ? { ...event, looks: 0, longestGapMs: 0 } : event,
    ),
    turns: { 'witness-sees': 'inconclusive' },
  },
  'the witness is silent for three seconds': {
    recorded: without((event) => event.kind === 'looks' && event.atMs > 3000 && event.atMs < 5000),
    turns: { 'witness-sees': 'inconclusive' },
  },
  'the witness stops early': {
    recorded: without((event) => event.kind === 'looks' && event.atMs > 6000),
    turns: { 'witness-sees': 'inconclusive' },
  },
  'the witness begins late': {
    recorded: without((event) => event.kind === 'looks' && event.atMs < 7000),
    turns: { 'witness-sees': 'inconclusive' },
  },
  'the witness looks at nothing from the middle of the load on': {
    recorded: without(
      ({ kind, atMs }) =>
        atMs > 4000 && ['mounts', 'addresses', 'processes', 'cpu', 'node-gone'].includes(kind),
    ),
    turns: {
      'witness-sees': 'inconclusive',
      'fault-verified': 'inconclusive',
      'old-owner-fenced': 'inconclusive',
      'served-by-one': 'refuted',
    },
  },
  'the witness never sees the processes of the backup': {
    recorded: without((event) => event.kind === 'processes' && event.node === 'Node2'),
    turns: { 'witness-sees': 'inconclusive' },
  },
};
