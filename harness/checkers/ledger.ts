/** The ledger of writes: what the client was told, against what was found afterwards in two ways. */
import type { FoundWrite } from '../../images/common/protocol.ts';
import { operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';

/** The store's own sequence numbers of each write that was found; more than one means applied more than once. */
export type Found = ReadonlyMap<string, readonly number[]>;

/** One way of reading back. `problem` is empty when everything could be read. */
export interface Source {
  found: Found;
  problem: string;
}

/** Unique ids of one service's writes. */
export interface Ledger {
  acknowledged: string[];
  indeterminate: string[];
  /** Indeterminate writes that were found: they may be there or not. */
  indeterminateFound: string[];
  /** Found in both ways (in one, if only one could be read) with exactly one sequence. */
  stable: string[];
  missingInService: string[];
  missingOnVolume: string[];
  /** Missing in either way. */
  lost: string[];
  duplicated: string[];
  /** Reported as failed, yet found. */
  failedButApplied: string[];
  /** Through the service; null when nobody tried. */
  readBack: Source | null;
  /** The union over all LUNs, with the problem of the store's own; null when that one was not read. */
  volume: Source | null;
}

/** Reckons up the writes of one service. A way of reading back that had a problem proves nothing missing. */
export function ledgerOf(timeline: Timeline, service: ServiceFacts): Ledger {
  const writes = operationsOf(timeline, service, 'write');
  const uids = (outcome: string) => writes.filter((write) => write.outcome === outcome).map(({ uid }) => uid);
  const acknowledged = uids('ok');
  const indeterminate = uids('indeterminate');
  const readBack = readBackOf(timeline, service);
  const volume = volumeOf(timeline, service);

  const sources = [readBack, volume].filter((source) => source !== null);
  const isFound = (uid: string) => sources.some(({ found }) => found.has(uid));
  const isDuplicated = (uid: string) => sources.some(({ found }) => (found.get(uid)?.length ?? 0) > 1);
  const missingInService = missingFrom(acknowledged, readBack);
  const missingOnVolume = missingFrom(acknowledged, volume);
  const lost = new Set([...missingInService, ...missingOnVolume]);
  const whole = sources.filter(({ problem }) => problem === '');
  return {
    acknowledged,
    indeterminate,
    indeterminateFound: indeterminate.filter(isFound),
    stable: acknowledged.filter(
      (uid) => whole.length > 0 && whole.every(({ found }) => found.get(uid)?.length === 1),
    ),
    missingInService,
    missingOnVolume,
    lost: acknowledged.filter((uid) => lost.has(uid)),
    duplicated: [...new Set(writes.map(({ uid }) => uid))].filter(isDuplicated),
    failedButApplied: uids('failed').filter(isFound),
    readBack,
    volume,
  };
}

function missingFrom(acknowledged: readonly string[], source: Source | null): string[] {
  if (source === null || source.problem !== '') return [];
  return acknowledged.filter((uid) => !source.found.has(uid));
}

function readBackOf(timeline: Timeline, service: ServiceFacts): Source | null {
  const event = ofKind(timeline, 'read-back').findLast(({ service: name }) => name === service.name);
  return event ? { found: foundIn(event.found), problem: event.problem } : null;
}

function volumeOf(timeline: Timeline, service: ServiceFacts): Source | null {
  const events = ofKind(timeline, 'volume');
  const own = events.filter(({ lun }) => service.luns.includes(lun));
  if (own.length === 0) return null;
  // Of a mirror one half is enough: the other may have been away.
  const whole = own.find(({ problem }) => problem === '');
  return {
    found: union(events.map(({ found }) => foundIn(found))),
    problem: (whole ?? own[0])?.problem ?? '',
  };
}

function foundIn(writes: readonly FoundWrite[]): Found {
  const found = new Map<string, number[]>();
  for (const { uid, sequences } of writes)
    if (sequences.length > 0) found.set(uid, [...(found.get(uid) ?? []), ...sequences]);
  return found;
}

/** A mirror holds the same write under the same sequence, which is no second application. */
function union(sources: readonly Found[]): Found {
  const all = new Map<string, readonly number[]>();
  for (const source of sources)
    for (const [uid, sequences] of source) {
      const known = all.get(uid) ?? [];
      all.set(uid, [...known, ...sequences.filter((sequence) => !known.includes(sequence))]);
    }
  return all;
}
