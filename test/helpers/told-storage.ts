/** A drill in which arrays are lost, as those who see it tell of it: what each test changes is what it is about. */
import type { DrillFacts, ServiceFacts, TimelineEvent } from '../../harness/timeline.ts';
import type { AnyEvent, Outcome } from '../../images/common/protocol.ts';
import { facts, sorted, told } from './told.ts';

/** Two services that are mirrored on each other's arrays, and one that has an array to itself. */
export const onOne: ServiceFacts = {
  name: 'ONE-RG',
  address: '198.18.0.101',
  primary: 'Node1',
  backup: 'Node2',
  mountPoint: '/one',
  serverBase: '/opt/SUNWics5/cal',
  volume: 'penguin/d400',
  luns: ['penguin/d400'],
};
export const onOther: ServiceFacts = {
  ...onOne,
  name: 'OTHER-RG',
  primary: 'Node2',
  backup: 'Node1',
  mountPoint: '/other',
  volume: 'polarbear/d300',
  luns: ['polarbear/d300'],
};
export const mirrored: ServiceFacts = {
  ...onOne,
  name: 'MIRROR-RG',
  luns: ['penguin/d401', 'polarbear/d402'],
};

export const LOAD_ENDS = 9000;

export interface Answer {
  outcome: Outcome;
  node?: string;
  detail?: string;
}

/** 50 writes and 50 reads a second from 1 s to 9 s; `answer` says what becomes of what is planned when. */
export function loadOf(
  service: ServiceFacts,
  answer: (plannedMs: number, kind: 'write' | 'read') => Answer = () => ({ outcome: 'ok' }),
): TimelineEvent[] {
  return Array.from({ length: (LOAD_ENDS - 1000) / 10 }, (_, index) => {
    const plannedMs = 1000 + index * 10;
    const kind = index % 2 === 0 ? 'write' : 'read';
    const {
      outcome,
      node = service.primary,
      detail = outcome === 'ok' ? '' : 'no answer',
    } = answer(plannedMs, kind);
    const event: AnyEvent = {
      kind: 'operation',
      service: service.name,
      operation: kind,
      uid: `${service.name}-${plannedMs}`,
      plannedAt: plannedMs,
      outcome,
      detail,
      node: outcome === 'ok' ? node : '',
      instance: '',
    };
    return { ...told(`client-${service.name}`, plannedMs + 4, event), plannedMs };
  });
}

export const lost = (array: string, atMs: number) => told(array, atMs, { kind: 'array-lost' });
export const back = (array: string, atMs: number) => told(array, atMs, { kind: 'array-back' });
export const observed = (service: ServiceFacts, untilMs: number) =>
  told('drill', untilMs, { kind: 'observed', service: service.name, untilMs });
export const faultOf = (
  fault: string,
  target: string,
  stages: Partial<Record<'planned' | 'applied' | 'complete' | 'undone', number>>,
): TimelineEvent[] =>
  Object.entries(stages).map(([stage, atMs]) =>
    told('drill', atMs, { kind: 'fault', fault, target, stage: stage as 'applied' }),
  );

export function recordedOf(services: ServiceFacts[], ...events: (TimelineEvent | TimelineEvent[])[]) {
  const all: DrillFacts = { ...facts, services, claims: [], checks: [] };
  return { timeline: sorted(events.flat()), facts: all };
}
