/** Timelines of drills in which an operator types commands, for the checkers of procedures. */
import type { DrillFacts, TimelineEvent } from '../../harness/timeline.ts';
import type { FileSeen, OperationEvent } from '../../images/common/protocol.ts';
import type { Recorded } from './timelines.ts';
import {
  addressesOn,
  daemons,
  facts,
  mountOf,
  mountsOn,
  processesOn,
  service,
  sorted,
  told,
} from './told.ts';

/** A drill of these events, between a first and a last moment. */
export function commanded(...events: (TimelineEvent | TimelineEvent[])[]): Recorded {
  const known: DrillFacts = { ...facts, name: 'service-operations', claims: [] };
  return {
    timeline: sorted([...events.flat(), told('drill', 20_000, { kind: 'step', text: 'end' })]),
    facts: known,
  };
}

export function typed(
  node: string,
  line: string,
  beginMs: number,
  exit = 0,
  output = '',
  endMs = beginMs + 200,
): TimelineEvent[] {
  const tell = (atMs: number, stage: 'begin' | 'end', status: number | null, said: string) =>
    told('drill', atMs, { kind: 'command', node, line, stage, exit: status, output: said });
  return [tell(beginMs, 'begin', null, ''), tell(endMs, 'end', exit, output)];
}

/** Operations every 10 ms, each answered at once by whom `by` says; nobody answers where it says null. */
export function answered(
  fromMs: number,
  untilMs: number,
  by: (Partial<OperationEvent> & { node: string }) | null,
): TimelineEvent[] {
  return Array.from({ length: (untilMs - fromMs) / 10 }, (_, index) => {
    const plannedMs = fromMs + index * 10;
    const event: OperationEvent = {
      ...{ kind: 'operation', service: service.name, operation: index % 2 === 0 ? 'write' : 'read' },
      ...{ uid: `${plannedMs}`, plannedAt: plannedMs, detail: '' },
      ...(by === null
        ? { outcome: 'failed', node: '', instance: '', version: '' }
        : { outcome: 'ok', instance: 'LOG-HOST-RS', version: '6.3-0', ...by }),
    };
    return { ...told('client', plannedMs + 2, event), plannedMs };
  });
}

/** The witness sees all of the service on a node: processes with numbers of their own each time. */
export function here(node: string, atMs: number): TimelineEvent[] {
  const processes = daemons.map((name, index) => ({
    pid: atMs + index,
    command: `node /opt/SUNWics5/cal/lib/${name}.ts /opt/SUNWics5/cal`,
  }));
  return [
    mountsOn(node, atMs, mountOf('7:1')),
    addressesOn(node, atMs, service.address),
    told('witness', atMs, { kind: 'processes', node, processes }),
  ];
}

/** Nothing of it is there any more. */
export function gone(node: string, atMs: number): TimelineEvent[] {
  return [mountsOn(node, atMs), addressesOn(node, atMs), processesOn(node, atMs, [])];
}

/** The witness reads a file, or a folder with `names`, or what is not there. */
export function read(node: string, path: string, atMs: number, seen: Partial<FileSeen> = {}): TimelineEvent {
  const { content, names } = seen;
  const is = content !== undefined ? 'file' : names !== undefined ? 'folder' : 'nothing';
  const digest = content === undefined ? '' : `digest of ${content}`;
  return told('witness', atMs, {
    ...{ kind: 'file-seen', node, path, is, real: path, content: '', names: [], digest },
    ...seen,
  });
}
