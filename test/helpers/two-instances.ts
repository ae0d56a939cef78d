/** Two services on N+1, as all who watch them tell of it: what is done to them is added by each test. */
import type { DrillFacts, ServiceFacts, TimelineEvent } from '../../harness/timeline.ts';
import type { MountSeen } from '../../images/common/protocol.ts';
import { facts, told } from './told.ts';

export function serviceOf(number: number): ServiceFacts {
  const primary = `Node${number}`;
  return {
    name: `CAL-CS${number}-RG`,
    address: `198.18.0.10${number}`,
    primary,
    backup: 'Spare',
    serverBase: `/opt/${primary}/SUNWics5/cal`,
    mountPoint: `/cal/${primary}`,
    volume: `penguin${number}/d400`,
    luns: [`penguin${number}/d400`],
  };
}

export const services = [serviceOf(1), serviceOf(2)] as const;
export const [first, second] = services;
export const ofTwo: DrillFacts = {
  ...facts,
  model: '2+1',
  nodes: ['Node1', 'Node2', 'Spare'],
  services: [...services],
};

/** What a node has from a moment on, as the witness sees it: disk, address and processes of each of these services. */
export function has(node: string, atMs: number, ...own: ServiceFacts[]): TimelineEvent[] {
  const mounts = own.map(
    ({ mountPoint, volume }, index): MountSeen => ({
      point: mountPoint,
      device: `7:${index + 1}`,
      backing: `/array/${volume}`,
      cut: false,
      readOnly: false,
    }),
  );
  const processes = own.flatMap((service, index) =>
    ['watcher', 'cshttpd'].map((name, at) => daemon(service, name, 1000 + atMs + index * 10 + at)),
  );
  return [
    told('witness', atMs, { kind: 'mounts', node, mounts }),
    told('witness', atMs + 1, { kind: 'addresses', node, addresses: own.map(({ address }) => address) }),
    told('witness', atMs + 2, { kind: 'processes', node, processes }),
  ];
}

export function daemon({ serverBase }: ServiceFacts, name: string, pid: number) {
  return { pid, command: `/usr/local/bin/node ${serverBase}/lib/${name}.ts ${serverBase}` };
}

export const lists = (node: string, atMs: number, ...processes: ReturnType<typeof daemon>[]) =>
  told('witness', atMs, { kind: 'processes', node, processes });

/** Successful operations every 20 ms, writes and reads in turns. */
export function served(
  { name }: ServiceFacts,
  node: string,
  fromMs: number,
  untilMs: number,
): TimelineEvent[] {
  const count = Math.floor((untilMs - fromMs) / 20);
  return Array.from({ length: count }, (_, index) => {
    const plannedMs = fromMs + index * 20;
    return {
      ...told(`client-${name}`, plannedMs + 4, {
        kind: 'operation',
        service: name,
        operation: index % 2 === 0 ? 'write' : 'read',
        uid: `${name}-${plannedMs}`,
        plannedAt: plannedMs,
        outcome: 'ok',
        detail: '',
        node,
        instance: '',
      }),
      plannedMs,
    };
  });
}

export function fault(name: string, target: string, atMs: number, undoneMs?: number): TimelineEvent[] {
  const stage = (of: 'planned' | 'applied' | 'complete' | 'undone', at: number) =>
    told('drill', at, { kind: 'fault', fault: name, target, stage: of });
  return [
    stage('planned', atMs - 1),
    stage('applied', atMs),
    stage('complete', atMs + 10),
    ...(undoneMs === undefined ? [] : [stage('undone', undoneMs)]),
  ];
}

export function command(node: string, line: string, atMs: number): TimelineEvent[] {
  const known = { kind: 'command', node, line, output: '' } as const;
  return [
    told('drill', atMs, { ...known, stage: 'begin', exit: null }),
    told('drill', atMs + 100, { ...known, stage: 'end', exit: 0 }),
  ];
}

export const gone = (node: string, atMs: number) =>
  told('witness', atMs, { kind: 'node-gone', node, pid: 1 });
export const looks = (atMs: number) => told('witness', atMs, { kind: 'looks', looks: 100, longestGapMs: 10 });
