/** What the witness and clients saw of a cluster at a moment of a procedure: owners, versions, whether users are served. */
import { operationsOf, outagesOf, SUSTAINED } from '../../outage.ts';
import { hadAt, ownersSeen, processesOf } from '../../served.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../../timeline.ts';
import { addressesSeen, isDownAt } from '../../witnessed.ts';
import type { Window } from './course.ts';
import type { Users } from './users.ts';

/** The nodes that had each part of a service; several where there should be one. */
export interface Owned {
  disk: string[];
  address: string[];
  server: string[] | null;
}

export function ownedAt(timeline: Timeline, service: ServiceFacts, atMs: number): Owned {
  const up = (node: string) => !isDownAt(timeline, node, atMs);
  const nodes = (seen: { node: string; fromMs: number; untilMs: number }[]) =>
    [...new Set(seen.filter(hadAt(atMs)).map(({ node }) => node))].filter(up);
  return {
    disk: nodes(ownersSeen(timeline, service)),
    address: nodes(addressesSeen(timeline).filter(({ what }) => what === service.address)),
    // Whose processes are whose is known of calendar services alone.
    server: service.serverBase === '' ? null : nodes(processesOf(timeline, service)),
  };
}

export function addressAt(timeline: Timeline, address: string, atMs: number): string[] {
  const seen = addressesSeen(timeline).filter((one) => one.what === address && hadAt(atMs)(one));
  return [...new Set(seen.map(({ node }) => node))].filter((node) => !isDownAt(timeline, node, atMs));
}

/** As "Node1", or what of it is where. */
export function ownedInWords({ disk, address, server }: Owned): string {
  const named = (nodes: string[]) => nodes.join(' and ') || 'nobody';
  const all = [disk, address, ...(server === null ? [] : [server])].map(named);
  if (new Set(all).size === 1) return all[0] ?? '';
  if (all[0] === all[1] && server?.length === 0) return `${all[0]}, no server`;
  return `disk ${all[0]}, address ${all[1]}${server === null ? '' : `, server ${all[2]}`}`;
}

/** Milliseconds of write outages of a service within a time; `open`: still cut off at its end. */
export function cutOffWithin(
  timeline: Timeline,
  { service, facts }: Users,
  { fromMs, untilMs }: Window,
): { ms: number; open: boolean } {
  const parts = outagesOf(timeline, service, facts)
    .filter(({ kind }) => kind === 'write')
    .map((outage) => ({
      ms: Math.min(outage.untilMs, untilMs) - Math.max(outage.fromMs, fromMs),
      open: outage.untilMs > untilMs || outage.censored,
    }))
    .filter(({ ms }) => ms > 0);
  return { ms: parts.reduce((sum, { ms }) => sum + ms, 0), open: parts.some(({ open }) => open) };
}

/** The last writes that ended by then all succeeded, and that was not long ago. */
export function isServedAt(timeline: Timeline, { service, facts }: Users, atMs: number): boolean {
  const periodMs = 1000 / facts.load.writesPerSecond;
  const writes = operationsOf(timeline, service, 'write').filter((one) => one.atMs <= atMs);
  const last = writes.slice(-SUSTAINED);
  if (last.length < SUSTAINED || !last.every(({ outcome }) => outcome === 'ok')) return false;
  return atMs - (last.at(-1)?.atMs ?? 0) <= facts.load.timeoutMs + 2 * periodMs;
}

export interface Version {
  /** Of the server: what its share/version says, or else its package record; empty where none is installed. */
  version: string;
  patches: string[];
}

/** What is installed on a node by then, as the witness read it last. */
export function versionAt(timeline: Timeline, node: string, atMs: number): Version {
  const last = (end: string) =>
    ofKind(timeline, 'file-seen')
      .filter((event) => event.node === node && event.atMs <= atMs && event.path.endsWith(end))
      .reduce(
        (byPath, event) => byPath.set(event.path, event.is === 'file' ? event.content : ''),
        new Map<string, string>(),
      );
  const records = [...last('/SUNWics5/pkginfo').values()].filter((text) => text !== '');
  const versions = [...last('/share/version').values()]
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const field = (text: string, name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  return {
    version: [
      ...new Set(versions.length > 0 ? versions : records.map((text) => field(text, 'VERSION'))),
    ].join(' and '),
    patches: [...new Set(records.flatMap((text) => field(text, 'PATCHLIST').split(' ')))].filter(
      (one) => one !== '',
    ),
  };
}

export function versionInWords({ version, patches }: Version): string {
  if (version === '') return 'none';
  return patches.length === 0 ? version : `${version} (${patches.join(', ')})`;
}
