/**
 * Who was without quorum, and when: reckoned from what the witness and the arrays saw, with the most votes that a node
 * could have had, so that nobody is accused who may have had a majority. Pure.
 */
import { profiles } from './profiles.ts';
import { type DrillFacts, ofKind, type Timeline } from './timeline.ts';

export interface Loss {
  node: string;
  fromMs: number;
  /** When it had joined again, or might have had a majority again. */
  untilMs: number;
  /** How long it may take the node to notice. */
  graceMs: number;
  why: string;
}

/** Of heartbeat timeouts: who has lost a device was told so by its array; who misses the others must first miss them. */
const [TOLD, SILENT] = [1, 4];

export function lossesOfQuorum(timeline: Timeline, facts: DrillFacts): Loss[] {
  return [...preempted(timeline, facts), ...outvoted(timeline, facts)].toSorted(
    (a, b) => a.fromMs - b.fromMs,
  );
}

/** An array granted that another node takes its key off a quorum device. */
function preempted(timeline: Timeline, { quorum = [], profile }: DrillFacts): Loss[] {
  const devices = new Set(quorum.map(({ lun }) => lun));
  const graceMs = TOLD * profiles[profile].timeoutMs;
  const losses: Loss[] = [];
  for (const { atMs: fromMs, victim, node, lun, granted } of ofKind(timeline, 'preempted')) {
    if (!granted || !devices.has(lun)) continue;
    if (losses.some((loss) => loss.node === victim && loss.untilMs > fromMs)) continue;
    const joined = ofKind(timeline, 'key-registered').find(
      (event) => event.node === victim && event.atMs > fromMs,
    );
    const untilMs = joined?.atMs ?? Number.POSITIVE_INFINITY;
    losses.push({ node: victim, fromMs, untilMs, graceMs, why: `when ${node} took its key off ${lun}` });
  }
  return losses;
}

interface Machines {
  up: Set<string>;
  lost: Set<string>;
  /** Node → nodes that hear nothing of it. */
  deaf: Map<string, Set<string>>;
}

/** It and all whom it may be a cluster with are less than a majority, with every quorum device that they reach. */
function outvoted(timeline: Timeline, facts: DrillFacts): Loss[] {
  const { quorum = [], nodes, profile } = facts;
  const votesOf = (device: { nodes: string[] }) => device.nodes.length - 1;
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const majority = Math.floor((nodes.length + sum(quorum.map(votesOf))) / 2) + 1;
  const graceMs = SILENT * profiles[profile].timeoutMs;
  const losses: Loss[] = [];
  const open = new Map<string, Loss>();
  const machines: Machines = { up: new Set(), lost: new Set(), deaf: new Map() };
  const addresses = addressesByNode(timeline, nodes);
  // Nobody has joined before all have been there once.
  let begun = false;
  for (const event of timeline) {
    if (!note(machines, event, addresses)) continue;
    begun ||= nodes.every((node) => machines.up.has(node));
    if (!begun) continue;
    for (const node of nodes) {
      const circle = circleOf(node, nodes, machines);
      const devices = quorum.filter(
        ({ lun, nodes: wired }) =>
          !machines.lost.has(lun.split('/')[0] ?? '') && wired.some((one) => circle.includes(one)),
      );
      const votes = circle.length + sum(devices.map(votesOf));
      const loss = open.get(node);
      if (votes >= majority || !machines.up.has(node)) {
        if (loss !== undefined) loss.untilMs = event.atMs;
        open.delete(node);
      } else if (loss === undefined) {
        const why = `with ${votes} of ${majority} votes at most`;
        const fresh = { node, fromMs: event.atMs, untilMs: Number.POSITIVE_INFINITY, graceMs, why };
        open.set(node, fresh);
        losses.push(fresh);
      }
    }
  }
  return losses;
}

/** All addresses that each node ever had on any network. */
function addressesByNode(timeline: Timeline, nodes: readonly string[]): Map<string, Set<string>> {
  const seen = ofKind(timeline, 'addresses');
  return new Map(
    nodes.map((node) => [
      node,
      new Set(seen.flatMap((event) => (event.node === node ? event.addresses : []))),
    ]),
  );
}

/** Ways over both interconnects; over one of them heartbeats still come. */
const BOTH_WAYS = 2;

/** Takes in what changes who is there and who hears whom; false for anything else. */
function note(machines: Machines, event: Timeline[number], addresses: Map<string, Set<string>>): boolean {
  const { up, lost, deaf } = machines;
  switch (event.kind) {
    case 'node-seen':
    case 'node-gone':
      if (!addresses.has(event.node)) return false;
      if (event.kind === 'node-seen') up.add(event.node);
      else up.delete(event.node);
      deaf.delete(event.node);
      return true;
    case 'array-lost':
      lost.add(event.source);
      return true;
    case 'array-back':
      lost.delete(event.source);
      return true;
    case 'blackholes': {
      const shut = [...addresses].filter(
        ([, own]) => event.addresses.filter((address) => own.has(address)).length >= BOTH_WAYS,
      );
      deaf.set(event.node, new Set(shut.map(([node]) => node)));
      return true;
    }
    default:
      return false;
  }
}

/** A node with all that it is in touch with, directly or through others, in both directions. */
function circleOf(node: string, nodes: readonly string[], { up, deaf }: Machines): string[] {
  const hear = (one: string, other: string) => !deaf.get(one)?.has(other) && !deaf.get(other)?.has(one);
  const circle = [node];
  for (const one of circle)
    for (const other of nodes)
      if (up.has(other) && !circle.includes(other) && hear(one, other)) circle.push(other);
  return circle;
}
