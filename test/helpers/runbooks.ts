/** Procedures as documents, and what a run of them would have told. */
import type { Runbook, Variation } from '../../harness/runbook/document.ts';
import type { RunbookDrill } from '../../harness/runbook/judged/course.ts';
import { runbookIn } from '../../harness/runbook/read.ts';
import type { Timeline, TimelineEvent } from '../../harness/timeline.ts';
import type { DrillEvent } from '../../images/common/protocol.ts';
import {
  addressesOn,
  daemons,
  facts,
  mountOf,
  mountsOn,
  operation,
  processesOn,
  service,
  sorted,
  told,
} from './told.ts';

export const FRONT = ['title: a procedure', 'model: asymmetric'];

/** A document with this front matter and body. */
export function documentOf(front: readonly string[], body: string): string {
  return `---\n${front.join('\n')}\n---\n\n${body}`;
}

export function problemsIn(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return runbookIn(bytes, 'x.md').problems.map(
    ({ line, column, message }) => `${line}:${column}: ${message}`,
  );
}

export function runbookOf(text: string): Runbook {
  const { runbook, problems } = runbookIn(new TextEncoder().encode(text), 'x.md');
  if (runbook === null) throw new Error(problems.map(({ message }) => message).join('; '));
  return runbook;
}

/** Two steps: the service is moved, then Node1 is patched. */
export const MOVE_AND_PATCH = documentOf(
  [
    ...FRONT,
    'outage: 2s',
    'at-end: [CAL-RG on Node2, patch 963001-01 on Node1, no drift, "survives node-kill"]',
  ],
  [
    '```sh { name=move node=Node2 outage=1s rollback=back guide="§6.8" }',
    'scswitch -z -g CAL-RG -h Node2',
    '```',
    '```sh { name=back node=Node1 }',
    'scswitch -z -g CAL-RG -h Node1',
    '```',
    '```sh { name=patch node=Node1 outage=0s expect="applied" rollback=unpatch }',
    'patchadd 963001-01',
    '```',
    '```sh { name=unpatch node=Node1 }',
    'patchrm 963001-01',
    '```',
  ].join('\n'),
);

const drill = (atMs: number, event: DrillEvent) => told('drill', atMs, event);

export interface Ends {
  block: string;
  node: string;
  role?: 'step' | 'repair' | 'rollback';
  fromMs: number;
  untilMs: number;
  exit?: number | null;
  output?: string;
  ended?: 'exited' | 'timeout' | 'waiting' | 'node-down';
  asked?: string;
  unasked?: string[];
}

export function blockEvents(one: Ends): TimelineEvent[] {
  const { block, node, role = 'step', fromMs, untilMs } = one;
  const { exit = 0, output = '', ended = 'exited', asked = '', unasked = [] } = one;
  return [
    drill(fromMs, { kind: 'block-begin', block, node, role }),
    drill(fromMs, { kind: 'command', node, line: block, stage: 'begin', exit: null, output: '' }),
    drill(untilMs, { kind: 'block-end', block, node, role, exit, output, ended, asked, unasked }),
  ];
}

export function stepEvents(step: string, fromMs: number, untilMs: number): TimelineEvent[] {
  return [
    drill(fromMs, { kind: 'runbook-step', step, stage: 'begin' }),
    drill(untilMs, { kind: 'runbook-step', step, stage: 'settled' }),
  ];
}

export function stage(
  atMs: number,
  name: 'procedure-over' | 'struck' | 'by-itself' | 'rest-over' | 'rolled-back' | 'at-end-fault',
  detail = '',
): TimelineEvent {
  return drill(atMs, { kind: 'runbook-stage', stage: name, detail });
}

export function snapshot(
  atMs: number,
  when: 'start' | 'end' | 'rolled-back',
  files: Record<string, Record<string, string>>,
): TimelineEvent {
  const texts: Record<string, string> = {};
  const nodes = Object.entries(files).map(([node, own]) => ({
    node,
    files: Object.fromEntries(
      Object.entries(own).map(([path, text]) => {
        texts[`hash of ${text}`.replaceAll(' ', '-')] = text;
        return [path, `${`hash of ${text}`.replaceAll(' ', '-')} 644`];
      }),
    ),
  }));
  return drill(atMs, { kind: 'snapshot', when, nodes, texts, cluster: {} });
}

/** Clients from 1 s to `untilMs`, cut off within these times. */
export function load(untilMs: number, cutOff: readonly [number, number][]): TimelineEvent[] {
  return Array.from({ length: (untilMs - 1000) / 10 }, (_, index) => {
    const plannedMs = 1000 + index * 10;
    const kind = index % 2 === 0 ? 'write' : 'read';
    const isCut = cutOff.some(([from, until]) => plannedMs >= from && plannedMs < until);
    const told = operation(kind, `${kind}-${plannedMs}`, plannedMs, plannedMs + 4, isCut ? 'failed' : 'ok');
    const node = plannedMs < 4100 || plannedMs > 11_000 ? 'Node1' : 'Node2';
    return { ...told, ...(isCut ? {} : { node }) };
  });
}

export function record(node: string, atMs: number, patches: string): TimelineEvent {
  const path = '/var/sadm/pkg/SUNWics5/pkginfo';
  const content = `VERSION=6.3\nPATCHLIST=${patches}\n`;
  return told('witness', atMs, {
    kind: 'file-seen',
    node,
    path,
    is: 'file',
    real: path,
    content,
    names: [],
    digest: '',
  });
}

/** The service is on `node` from then on, and on no other. */
export function ownedBy(node: 'Node1' | 'Node2', atMs: number): TimelineEvent[] {
  const other = node === 'Node1' ? 'Node2' : 'Node1';
  return [
    mountsOn(other, atMs - 3),
    addressesOn(other, atMs - 3, '198.18.0.9'),
    processesOn(other, atMs - 3, []),
    mountsOn(node, atMs, mountOf('7:1')),
    addressesOn(node, atMs, '198.18.0.8', service.address),
    processesOn(node, atMs, daemons),
  ];
}

export function runbookFacts(runbook: Runbook, variation: Variation | null = null): RunbookDrill {
  return {
    ...facts,
    name: runbook.name,
    claims: [],
    endedMs: 20_000,
    runbook: { runbook, variation, hosts: {} },
  };
}

const BOTH = { '/etc/vfstab': 'one line\n', '/var/log/x.log': 'a' };

/** The procedure of MOVE_AND_PATCH as it should go: moved within 0.8 s, patched, and a power loss survived. */
export function wentWell(): TimelineEvent[] {
  return [
    ...load(16_000, [
      [4100, 4700],
      [10_000, 11_500],
    ]),
    ...ownedBy('Node1', 500),
    record('Node1', 3000, ''),
    record('Node2', 3000, ''),
    snapshot(3500, 'start', { Node1: BOTH, Node2: BOTH }),
    ...stepEvents('move', 4000, 5500),
    ...blockEvents({ block: 'move', node: 'Node2', fromMs: 4010, untilMs: 4800 }),
    ...ownedBy('Node2', 4500),
    ...stepEvents('patch', 6000, 7500),
    ...blockEvents({ block: 'patch', node: 'Node1', fromMs: 6010, untilMs: 6400, output: 'Patch applied\n' }),
    record('Node1', 7000, '963001-01'),
    stage(8000, 'procedure-over'),
    snapshot(8500, 'end', { Node1: BOTH, Node2: { ...BOTH, '/var/log/x.log': 'b' } }),
    stage(9500, 'at-end-fault', 'node-kill of Node2'),
    ...ownedBy('Node1', 11_000),
  ];
}

export function timelineOf(...events: TimelineEvent[][]): Timeline {
  return sorted(events.flat());
}
