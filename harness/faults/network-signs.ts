/** How losses of networks show to the witness. Pure. */
import { ofKind, type Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Cut, partitionFrom } from './partitions.ts';
import { missing, type Signs, seen, type Verification } from './told-fault.ts';

/** The first three numbers: each network of a cluster is one of 256 addresses. */
const networkOf = (address: string) => address.replace(/\.\d+(\/\d+)?$/, '');

function addressesOf(timeline: Timeline, node: string, fromMs: number, untilMs: number) {
  return ofKind(timeline, 'addresses').filter(
    (event) => event.node === node && event.atMs >= fromMs && event.atMs <= untilMs,
  );
}

function addressesBefore(timeline: Timeline, node: string, atMs: number): string[] {
  return addressesOf(timeline, node, 0, atMs).at(-1)?.addresses ?? [];
}

/** All addresses on one network gone, and none on another. */
function linkDown(timeline: Timeline, node: string, appliedMs: number): Verification {
  const before = addressesBefore(timeline, node, appliedMs);
  if (before.length === 0) return missing(`the witness had seen no address of ${node}`);
  const whole = new Set(before.map(networkOf));
  for (const { atMs, addresses } of addressesOf(timeline, node, appliedMs, Number.POSITIVE_INFINITY)) {
    const left = new Set(addresses.map(networkOf));
    const lost = [...whole].filter((network) => !left.has(network));
    if (lost.length === 0) continue;
    if (lost.length > 1) return missing(`${node} lost ${lost.length} networks and not one`);
    const gone = before.filter((address) => lost.includes(networkOf(address)));
    return seen(`${gone.join(' and ')} of ${node} gone at ${ms(atMs)}, others still there`);
  }
  return missing(`the witness did not see a network of ${node} go`);
}

/** As many networks as before it was struck. */
function linkUp(timeline: Timeline, node: string, appliedMs: number, undoneMs: number): Verification {
  const wanted = new Set(addressesBefore(timeline, node, appliedMs).map(networkOf)).size;
  const back = addressesOf(timeline, node, undoneMs, Number.POSITIVE_INFINITY).find(
    ({ addresses }) => new Set(addresses.map(networkOf)).size >= wanted,
  );
  if (back === undefined) return missing(`the witness did not see the network of ${node} come back`);
  return seen(`back at ${ms(back.atMs)}`);
}

/** Of one node; the client's machine has one network only, which may be all that it has. */
const linkLoss: Signs = {
  applied: (timeline, { target, appliedMs }) => linkDown(timeline, target, appliedMs),
  undone: (timeline, { target, appliedMs, undoneMs }) => linkUp(timeline, target, appliedMs, undoneMs),
};

/** Moment from which on the sender sends nothing to the receiver any more, by its own routing table; null if never. */
function shutMs(timeline: Timeline, { from, to, over }: Cut, sinceMs: number): number | null {
  const receivers = addressesBefore(timeline, to, sinceMs);
  const shut = ofKind(timeline, 'blackholes').find(
    ({ node, atMs, addresses }) =>
      node === from &&
      atMs >= sinceMs &&
      addresses.filter((address) => receivers.includes(address)).length >= over.length,
  );
  return shut?.atMs ?? null;
}

/** Whether a node, as it was last seen, is there and can still not send to others. */
function isShut(timeline: Timeline, node: string): boolean {
  const about = timeline.filter((event) => 'node' in event && event.node === node);
  const life = about.slice(about.findLastIndex(({ kind }) => kind === 'node-seen' || kind === 'node-gone'));
  return (ofKind(life, 'blackholes').at(-1)?.addresses.length ?? 0) > 0;
}

/** Each sender's way shut towards each receiver. */
const partitionSigns: Signs = {
  applied: (timeline, { target, appliedMs }) => {
    const moments: number[] = [];
    for (const cut of partitionFrom(target)) {
      const atMs = shutMs(timeline, cut, appliedMs);
      if (atMs === null) return missing(`the witness did not see ${cut.from}'s ways to ${cut.to} shut`);
      moments.push(atMs);
    }
    return seen(`every way of "${target}" shut by ${ms(Math.max(...moments))}`);
  },
  undone: (timeline, { target }) => {
    const left = partitionFrom(target).find(({ from }) => isShut(timeline, from));
    if (left !== undefined) return missing(`the witness still sees ways of ${left.from} shut`);
    return seen('all ways open again');
  },
};

/** By the fault's name. */
export const signsOfNetworks: Record<string, Signs> = {
  'split-brain': partitionSigns,
  'one-way-cut': partitionSigns,
  'partial-cut': partitionSigns,
  'interconnect-loss': linkLoss,
  'public-network-loss': linkLoss,
  'client-network-loss': linkLoss,
};
