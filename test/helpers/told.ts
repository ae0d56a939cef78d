/** Who tells what in a test: the facts of a node-kill drill, its moments, and events as their authors tell them. */
import type { DrillFacts, ServiceFacts, Timeline, TimelineEvent } from '../../harness/timeline.ts';
import type { AnyEvent, MountSeen, Outcome } from '../../images/common/protocol.ts';

/** Moments of the healthy drill, in ms since the run began. */
export const moments = {
  loadBegins: 2000,
  faultApplied: 6003,
  /** Within one look of the witness after the ports were cut already. */
  linksSeenDown: 6020,
  nodeGone: 6030,
  suspected: 7000,
  view: 7010,
  preempted: 7030,
  fenced: 7035,
  mounted: 7075,
  serving: 7290,
  loadEnds: 9000,
};

export const service: ServiceFacts = {
  name: 'CAL-RG',
  address: '198.18.0.100',
  primary: 'Node1',
  backup: 'Node2',
  serverBase: '/opt/SUNWics5/cal',
  mountPoint: '/cal',
  volume: 'penguin/d400',
  luns: ['penguin/d400'],
};

export const facts: DrillFacts = {
  id: 'node-kill-asymmetric',
  name: 'node-kill',
  title: 'When the primary loses power, the backup takes over and no acknowledged write is lost',
  model: 'asymmetric',
  profile: 'fast',
  seed: 7,
  repetition: 1,
  sabotage: null,
  claims: [
    '6.1.1/one-active-node',
    '6.1.1/backup-takes-over',
    '6.1.1/disk-switched',
    '6.1.1/backup-idle',
    '6.2.1/one-node-at-a-time',
  ],
  checks: [],
  nodes: ['Node1', 'Node2'],
  quorum: [{ lun: 'penguin/quorum', nodes: ['Node1', 'Node2'] }],
  services: [service],
  load: { ratePerSecond: 100, writesPerSecond: 50, readsPerSecond: 50, timeoutMs: 1000 },
  beganMs: 0,
  endedMs: 12000,
  problem: null,
};

export function told(source: string, atMs: number, event: AnyEvent): TimelineEvent {
  return { ...event, source, atMs };
}

export function sorted(events: readonly TimelineEvent[]): Timeline {
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

export const mountOf = (device: string): MountSeen => ({
  point: '/cal',
  device,
  backing: '/array/penguin/d400',
  cut: false,
  readOnly: false,
});

export const daemons = ['watcher', 'enpd', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd'];
const runtime = { pid: 11, command: 'node /opt/cluster/main.ts' };

export function processesOn(node: string, atMs: number, running: readonly string[]): TimelineEvent {
  const calendar = running.map((name, index) => ({
    pid: 100 + index,
    command: `node /opt/SUNWics5/cal/lib/${name}.ts /opt/SUNWics5/cal`,
  }));
  return told('witness', atMs, { kind: 'processes', node, processes: [runtime, ...calendar] });
}

export function mountsOn(node: string, atMs: number, ...mounts: MountSeen[]): TimelineEvent {
  return told('witness', atMs, { kind: 'mounts', node, mounts });
}

export function addressesOn(node: string, atMs: number, ...addresses: string[]): TimelineEvent {
  return told('witness', atMs, { kind: 'addresses', node, addresses });
}

export function operation(
  kind: 'write' | 'read',
  uid: string,
  plannedMs: number,
  atMs: number,
  outcome: Outcome,
): TimelineEvent {
  return {
    ...told('client', atMs, {
      kind: 'operation',
      service: service.name,
      operation: kind,
      uid,
      plannedAt: plannedMs,
      outcome,
      detail: outcome === 'ok' ? '' : 'no answer',
      node: outcome === 'ok' ? (atMs < moments.faultApplied ? 'Node1' : 'Node2') : '',
      instance: '',
      ...(kind === 'read' && outcome === 'ok' ? { wrong: '' } : {}),
    }),
    plannedMs,
  };
}
