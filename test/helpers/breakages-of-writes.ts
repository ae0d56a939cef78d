/** Ways in which writes go wrong, as reading them back shows. */
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { FoundWrite } from '../../images/common/protocol.ts';
import type { Verdict } from '../../reports/model.ts';
import { type Recorded, retold, without } from './timelines.ts';
import { moments } from './told.ts';

export interface Breakage {
  recorded: Recorded;
  /** The checks that leave "upheld", and for what. All others must keep it. */
  turns: Record<string, Verdict>;
}

const VICTIM = 'write-4000';

function found(kind: 'read-back' | 'volume', change: (write: FoundWrite) => FoundWrite[]) {
  return (event: TimelineEvent): TimelineEvent =>
    event.kind === kind ? { ...event, found: event.found.flatMap(change) } : event;
}

const lost = (write: FoundWrite) => (write.uid === VICTIM ? [] : [write]);
const twice = (write: FoundWrite) => [
  write.uid === VICTIM ? { ...write, sequences: [...write.sequences, 9999] } : write,
];
export const breakagesOfWrites: Record<string, Breakage> = {
  'an acknowledged write is lost': {
    recorded: retold((event) => found('volume', lost)(found('read-back', lost)(event))),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'an acknowledged write is missing through the service only': {
    recorded: retold(found('read-back', lost)),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'an acknowledged write is missing on the volume only': {
    recorded: retold(found('volume', lost)),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'a write is applied twice': {
    recorded: retold(found('volume', twice)),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'a write reported as failed is applied': {
    recorded: retold((event) =>
      event.kind === 'volume'
        ? { ...event, found: [...event.found, { uid: 'write-7200', sequences: [8888] }] }
        : event,
    ),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'a read gives back another event': {
    recorded: retold((event) =>
      event.kind === 'operation' && event.operation === 'read' && event.plannedMs === 4010
        ? { ...event, wrong: 'SUMMARY is Meeting of somebody else and not Meeting write-4000' }
        : event,
    ),
    turns: { 'true-replies': 'refuted' },
  },
  'an event read back is another': {
    recorded: retold(
      found('read-back', (write) => [write.uid === VICTIM ? { ...write, wrong: 'UID is missing' } : write]),
    ),
    turns: { 'true-replies': 'refuted' },
  },
  'the LUN of the store is unreadable': {
    recorded: retold((event) =>
      event.kind === 'volume' ? { ...event, found: [], problem: 'bad superblock' } : event,
    ),
    turns: { 'acknowledged-writes': 'refuted' },
  },
  'nobody reads the volume': {
    recorded: without(({ kind }) => kind === 'volume'),
    turns: { 'acknowledged-writes': 'inconclusive' },
  },
  'reads never return, and the service cannot be read back': {
    recorded: retold((event) => {
      if (event.kind === 'read-back') return { ...event, problem: 'no answer' };
      const isLateRead =
        event.kind === 'operation' && event.operation === 'read' && event.atMs > moments.serving;
      return isLateRead ? { ...event, outcome: 'failed' } : event;
    }),
    turns: { 'acknowledged-writes': 'inconclusive' },
  },
  'the service is back but cannot be read back': {
    recorded: retold((event) => (event.kind === 'read-back' ? { ...event, problem: 'no login' } : event)),
    turns: { 'acknowledged-writes': 'inconclusive' },
  },
};
