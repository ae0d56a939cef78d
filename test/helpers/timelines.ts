/** A node-kill drill that went as the guide promises, told by all who saw it, and ways to change what they told. */
import type { DrillFacts, Timeline, TimelineEvent } from '../../harness/timeline.ts';
import type { AnyEvent, FoundWrite } from '../../images/common/protocol.ts';
import {
  addressesOn,
  daemons,
  facts,
  moments,
  mountOf,
  mountsOn,
  operation,
  processesOn,
  service,
  sorted,
  told,
} from './told.ts';

export interface Recorded {
  timeline: Timeline;
  facts: DrillFacts;
}

/** An open loop of 100 operations a second; while the service is away, the first time out and the later are refused. */
function load(): TimelineEvent[] {
  const count = (moments.loadEnds - moments.loadBegins) / 10;
  return Array.from({ length: count }, (_, index) => {
    const plannedMs = moments.loadBegins + index * 10;
    const kind = index % 2 === 0 ? 'write' : 'read';
    const uid = `${kind}-${plannedMs}`;
    if (plannedMs + 4 < moments.faultApplied || plannedMs >= moments.serving)
      return operation(kind, uid, plannedMs, plannedMs + 4, 'ok');
    return plannedMs < 7130
      ? operation(kind, uid, plannedMs, plannedMs + 1000, 'indeterminate')
      : operation(kind, uid, plannedMs, plannedMs + 1, 'failed');
  });
}

function arrays(): TimelineEvent[] {
  const port = (node: string, lun: string, device: string) => ({ node, lun, device });
  const [store, quorum] = [port('Node1', 'penguin/d400', '7:1'), port('Node1', 'penguin/quorum', '7:2')];
  const applied = moments.faultApplied;
  const tell = (atMs: number, event: AnyEvent) => told('penguin', atMs, event);
  return [
    tell(100, { kind: 'port-attached', ...store }),
    tell(101, { kind: 'port-attached', ...quorum }),
    tell(102, { kind: 'port-attached', ...port('Node2', 'penguin/quorum', '7:3') }),
    tell(103, { kind: 'reserved', node: 'Node1', lun: 'penguin/d400' }),
    tell(applied + 7, { kind: 'port-cut', ...store, because: 'fault' }),
    tell(applied + 8, { kind: 'port-cut', ...quorum, because: 'fault' }),
    tell(7005, { kind: 'preempted', node: 'Node2', victim: 'Node1', lun: 'penguin/quorum', granted: true }),
    tell(moments.preempted, {
      kind: 'preempted',
      node: 'Node2',
      victim: 'Node1',
      lun: 'penguin/d400',
      granted: true,
    }),
    tell(moments.preempted + 1, { kind: 'reserved', node: 'Node2', lun: 'penguin/d400' }),
    tell(7042, { kind: 'port-attached', ...port('Node2', 'penguin/d400', '7:4') }),
  ];
}

function witness(): TimelineEvent[] {
  const tell = (atMs: number, event: AnyEvent) => told('witness', atMs, event);
  const looks = Array.from({ length: 10 }, (_, index) =>
    tell(500 + index * 1000, { kind: 'looks', looks: 50, longestGapMs: 30 }),
  );
  const cpu = Array.from({ length: 8 }, (_, index) => [
    tell(1990 + index * 500, { kind: 'cpu', node: 'Node1', cpuMs: 100 + index * 200 }),
    tell(1991 + index * 500, { kind: 'cpu', node: 'Node2', cpuMs: 100 + index * 5 }),
  ]);
  return [
    tell(200, { kind: 'node-seen', node: 'Node1', pid: 1001 }),
    tell(201, { kind: 'node-seen', node: 'Node2', pid: 1002 }),
    mountsOn('Node1', 300, mountOf('7:1')),
    mountsOn('Node2', 301),
    addressesOn('Node1', 302, '198.18.0.11', service.address),
    addressesOn('Node2', 303, '198.18.0.12'),
    processesOn('Node1', 304, daemons),
    processesOn('Node2', 305, []),
    addressesOn('Node1', moments.linksSeenDown),
    tell(moments.nodeGone, { kind: 'node-gone', node: 'Node1', pid: 1001 }),
    mountsOn('Node2', moments.mounted, mountOf('7:4')),
    addressesOn('Node2', 7120, '198.18.0.12', service.address),
    processesOn('Node2', 7200, daemons),
    ...looks,
    ...cpu.flat(),
  ];
}

function backup(): TimelineEvent[] {
  const tell = (atMs: number, event: AnyEvent) => told('Node2', atMs, event);
  const method = (name: string, resource: string, fromMs: number, untilMs: number) => [
    tell(fromMs, { kind: 'method-begin', method: name, resource, group: service.name }),
    tell(untilMs, { kind: 'method-end', method: name, resource, group: service.name, ok: true, message: '' }),
  ];
  return [
    tell(moments.suspected, { kind: 'suspected', peer: 'Node1' }),
    tell(moments.view, { kind: 'view', members: ['Node2'], generation: 2, quorum: true }),
    tell(moments.fenced, { kind: 'fenced', victims: ['Node1'] }),
    ...method('hastorageplus_prenet_start', 'CAL-HASP-RS', 7040, 7080),
    ...method('hafoip_start', 'LOG-HOST-RS', 7085, 7140),
    ...method('ics_svc_start', 'CAL-SVR-RS', 7145, 7280),
  ];
}

function drill(): TimelineEvent[] {
  const stage = (atMs: number, name: 'planned' | 'applied' | 'complete') =>
    told('drill', atMs, { kind: 'fault', fault: 'power-loss', target: 'Node1', stage: name });
  return [
    told('drill', 10, { kind: 'step', text: 'two nodes share one array' }),
    stage(5000, 'planned'),
    stage(moments.faultApplied, 'applied'),
    stage(6035, 'complete'),
  ];
}

/** What is found afterwards: every acknowledged write, and one of those whose outcome stayed unknown. */
function audit(operations: readonly TimelineEvent[]): TimelineEvent[] {
  const found: FoundWrite[] = operations.flatMap((event, index) =>
    event.kind === 'operation' &&
    event.operation === 'write' &&
    (event.outcome === 'ok' || event.plannedMs === 6000)
      ? [{ uid: event.uid, sequences: [index + 1] }]
      : [],
  );
  return [
    told('client', 9100, { kind: 'client-stopped', sent: operations.length }),
    told('client', 9500, { kind: 'read-back', service: service.name, asked: 350, found, problem: '' }),
    told('auditor', 11000, { kind: 'volume', lun: service.volume, found, problem: '' }),
  ];
}

/** A drill in which everything held. */
export function healthy(): Recorded {
  const operations = load();
  const events = [
    ...arrays(),
    ...witness(),
    ...backup(),
    ...drill(),
    told('client', 1990, { kind: 'client-started', ratePerSecond: 100, timeoutMs: 1000 }),
    ...operations,
    ...audit(operations),
  ];
  return { timeline: sorted(events), facts };
}

/** The healthy timeline with each event replaced by what `change` makes of it. */
export function retold(
  change: (event: TimelineEvent) => TimelineEvent | TimelineEvent[],
  ...added: TimelineEvent[]
): Recorded {
  const { timeline, facts: same } = healthy();
  return { timeline: sorted([...timeline.flatMap(change), ...added]), facts: same };
}

export function without(isGone: (event: TimelineEvent) => boolean, ...added: TimelineEvent[]): Recorded {
  return retold((event) => (isGone(event) ? [] : event), ...added);
}

export function withAdded(...added: TimelineEvent[]): Recorded {
  return without(() => false, ...added);
}
