/** What must hold when a procedure is over: each line of `at-end`, by what was seen. Pure. */
import type { Verdict } from '../../../reports/model.ts';
import { operationsOf, SUSTAINED } from '../../outage.ts';
import { ofKind, type Timeline } from '../../timeline.ts';
import { addressesSeen } from '../../witnessed.ts';
import { ms } from '../../wording.ts';
import { ALL, type AtEnd, matches } from '../document.ts';
import { overMs, type RunbookDrill, stageOf } from './course.ts';
import { betweenNodes, type Drift, sinceStart, snapshotAt } from './drift.ts';
import {
  addressAt,
  cutOffWithin,
  isServedAt,
  ownedAt,
  ownedInWords,
  versionAt,
  versionInWords,
} from './seen.ts';
import { type Users, usersOf } from './users.ts';

export interface Held {
  text: string;
  verdict: Verdict;
  evidence: string[];
}

type Found = Pick<Held, 'verdict' | 'evidence'>;

const found = (holds: boolean, ...evidence: string[]): Found => ({
  verdict: holds ? 'upheld' : 'refuted',
  evidence,
});
const unknown = (...evidence: string[]): Found => ({ verdict: 'inconclusive', evidence });

export function heldAtEnd(timeline: Timeline, facts: RunbookDrill): Held[] {
  const { atEnd } = facts.runbook.runbook;
  const atMs = overMs(timeline);
  const stopped = stageOf(timeline, 'procedure-over')?.detail ?? '';
  return atEnd.map((one) => {
    const { text } = one;
    if (atMs === null || stopped !== '')
      return { text, verdict: 'not exercised', evidence: ['The procedure did not come to its end.'] };
    return { text, ...judged(timeline, facts, one, atMs) };
  });
}

function judged(timeline: Timeline, facts: RunbookDrill, one: AtEnd, atMs: number): Found {
  switch (one.kind) {
    case 'on':
      return isOn(timeline, facts, one, atMs);
    case 'serves':
      return serves(timeline, facts, one.group, atMs);
    case 'nowhere':
      return nowhere(timeline, facts, one.group, atMs);
    case 'version':
      return onNodes(timeline, facts, one.node, atMs, ({ version }) => version === one.version);
    case 'patch':
      return onNodes(
        timeline,
        facts,
        one.node,
        atMs,
        ({ patches }) => patches.includes(one.patch) !== one.absent,
      );
    case 'survives':
      return survives(timeline, facts, one.group);
    case 'contains':
      return contains(timeline, facts, one, atMs);
    case 'no-drift':
    case 'as-at-start':
      return drifted(driftOf(timeline, facts, one.kind));
  }
}

function usersNamed(facts: RunbookDrill, group: string): Users | undefined {
  return usersOf(facts).find(({ service }) => service.name === group);
}

function isOn(
  timeline: Timeline,
  facts: RunbookDrill,
  { group, node }: { group: string; node: string },
  atMs: number,
): Found {
  const users = usersNamed(facts, group);
  if (users === undefined) {
    const nodes = addressAt(timeline, addressOf(facts, group), atMs);
    return found(nodes.join() === node, `${group}: address on ${nodes.join(' and ') || 'no node'}.`);
  }
  const owned = ownedAt(timeline, users.service, atMs);
  const isThere = Object.values(owned).every((nodes) => nodes === null || nodes.join() === node);
  const isServed = isServedAt(timeline, users, atMs);
  return found(
    isThere && isServed,
    `${group}: ${ownedInWords(owned)}; users ${isServed ? 'are' : 'are not'} served.`,
  );
}

/** Of a logical hostname, whether or not a calendar service's. */
function addressOf({ runbook: { hosts } }: RunbookDrill, host: string): string {
  return hosts[host] ?? '';
}

function serves(timeline: Timeline, facts: RunbookDrill, group: string, atMs: number): Found {
  const users = usersNamed(facts, group);
  if (users === undefined) {
    const nodes = addressAt(timeline, addressOf(facts, group), atMs);
    return found(nodes.length === 1, `${group}: address on ${nodes.join(' and ') || 'no node'}.`);
  }
  const isServed = isServedAt(timeline, users, atMs);
  return found(isServed, `${group}: users ${isServed ? 'are' : 'are not'} served.`);
}

function nowhere(timeline: Timeline, facts: RunbookDrill, group: string, atMs: number): Found {
  const users = usersNamed(facts, group);
  const owned = users === undefined ? null : ownedAt(timeline, users.service, atMs);
  const nodes =
    owned === null
      ? addressAt(timeline, addressOf(facts, group), atMs)
      : Object.values(owned).flatMap((one) => one ?? []);
  return found(
    nodes.length === 0,
    `${group}: ${owned === null ? `address on ${nodes.join() || 'no node'}` : ownedInWords(owned)}.`,
  );
}

function onNodes(
  timeline: Timeline,
  { nodes }: RunbookDrill,
  node: string,
  atMs: number,
  holds: (version: ReturnType<typeof versionAt>) => boolean,
): Found {
  const asked = node === ALL ? nodes : [node];
  const versions = asked.map((name) => ({ name, version: versionAt(timeline, name, atMs) }));
  return found(
    versions.every(({ version }) => holds(version)),
    ...versions.map(({ name, version }) => `${name}: ${versionInWords(version)}.`),
  );
}

function survives(timeline: Timeline, facts: RunbookDrill, group: string): Found {
  const struck = stageOf(timeline, 'at-end-fault');
  if (struck === null) return unknown('The fault was never struck.');
  if (struck.detail === '') return found(false, `No node had ${group}, so that none could be struck.`);
  const victim = struck.detail.split(' ').at(-1);
  const users = usersNamed(facts, group);
  if (users === undefined) {
    const next = addressesSeen(timeline).find(
      ({ what, node, fromMs }) =>
        what === addressOf(facts, group) && fromMs >= struck.atMs && node !== victim,
    );
    return found(
      next !== undefined,
      `${struck.detail}: ${next === undefined ? 'no other node took it over' : `${next.node} took it over after ${ms(next.fromMs - struck.atMs)}`}.`,
    );
  }
  const { ms: cutOff, open } = cutOffWithin(timeline, users, {
    fromMs: struck.atMs,
    untilMs: Number.POSITIVE_INFINITY,
  });
  const after = operationsOf(timeline, users.service, 'write').filter(
    ({ outcome, atMs, node }) => outcome === 'ok' && atMs >= struck.atMs && node !== victim,
  );
  const names = [...new Set(after.map(({ node }) => node))].join(' and ');
  const by = after.length === 0 ? 'by nobody' : names === '' ? 'by another node' : `by ${names}`;
  return found(
    !open && after.length >= SUSTAINED,
    `${struck.detail}: users were cut off for ${open ? 'at least ' : ''}${ms(cutOff)}; served afterwards ${by}.`,
  );
}

function contains(
  timeline: Timeline,
  { nodes }: RunbookDrill,
  one: Extract<AtEnd, { kind: 'contains' }>,
  atMs: number,
): Found {
  const asked = one.node === ALL ? nodes : [one.node];
  const looked = asked.map((node) => {
    const read = ofKind(timeline, 'file-seen').find(
      (event) => event.node === node && event.path === one.path && event.atMs >= atMs,
    );
    return { node, read, holds: read !== undefined && matches(one.pattern, read.content) !== one.absent };
  });
  if (looked.some(({ read }) => read === undefined))
    return unknown(`${one.path} was not read on every node.`);
  return found(
    looked.every(({ holds }) => holds),
    ...looked.map(
      ({ node, read, holds }) =>
        `${node}: ${read?.is === 'nothing' ? 'no such file' : holds === one.absent ? 'found' : 'not found'}.`,
    ),
  );
}

/** Null where it cannot be told. */
function driftOf(
  timeline: Timeline,
  { nodes }: RunbookDrill,
  kind: 'no-drift' | 'as-at-start',
): Drift[] | null {
  const [start, end] = [snapshotAt(timeline, 'start'), snapshotAt(timeline, 'end')];
  if (end === undefined || nodes.some((node) => !end.nodes.some((one) => one.node === node))) return null;
  if (kind === 'no-drift') return betweenNodes(end, nodes);
  return start === undefined ? null : sinceStart(start, end);
}

export function drifted(drift: readonly Drift[] | null): Found {
  if (drift === null) return unknown('Not every node could be looked at.');
  if (drift.length === 0) return found(true, 'No difference.');
  return found(false, ...drift.map(({ what, path }) => `${what}: ${path}`));
}
