/**
 * Why users of a service are cut off while no phase of a switchover is under way: what the witness, the arrays and the
 * faults tell, and of the nodes' cluster software only who was a member. Pure.
 */
import { faultsOf } from './faults/verification.ts';
import { occasionsOf } from './occasions.ts';
import { operationsOf } from './outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from './timeline.ts';
import { calendarProcessesSeen, daemonOf, endMs } from './witnessed.ts';

/** A time with its reason, in ms since the run began; `node` is empty where it is of no node alone. */
export interface Reason {
  name: string;
  node: string;
  fromMs: number;
  untilMs: number;
}

/** Those of which the first that covers a moment explains it. */
export function reasonsOf(timeline: Timeline, service: ServiceFacts): Reason[] {
  return [
    ...withoutMembers(timeline, service),
    ...withoutStorage(timeline, service),
    ...failedStarts(timeline, service),
    ...detections(timeline, service),
    ...switchedOff(timeline, service),
    ...processRestarts(timeline, service),
    ...faultsInForce(timeline),
    ...graces(timeline, service),
  ];
}

/** One time cut into pieces of one reason each; the rest of it is named `otherwise`. */
export function explain(reasons: readonly Reason[], { fromMs, untilMs, ...rest }: Reason): Reason[] {
  const inside = reasons.filter((reason) => reason.fromMs < untilMs && reason.untilMs > fromMs);
  const cuts = [fromMs, ...inside.flatMap((reason) => [reason.fromMs, reason.untilMs]), untilMs]
    .filter((atMs) => atMs >= fromMs && atMs <= untilMs)
    .toSorted((a, b) => a - b);
  const pieces: Reason[] = [];
  for (const [index, beginMs] of cuts.entries()) {
    const endMs = cuts[index + 1];
    if (endMs === undefined || endMs <= beginMs) continue;
    const { name, node } = inside.find((one) => one.fromMs <= beginMs && one.untilMs >= endMs) ?? rest;
    const last = pieces.at(-1);
    if (last?.name === name && last.node === node) last.untilMs = endMs;
    else pieces.push({ name, node, fromMs: beginMs, untilMs: endMs });
  }
  return pieces;
}

type Standing = 'down' | 'up' | 'member' | 'lost';

/** The service's own nodes, by all that can have it. */
const nodesOf = ({ primary, backup }: ServiceFacts) => [...new Set([primary, backup])];

/** None of the nodes that may have the service is a member of a cluster with a majority. */
function withoutMembers(timeline: Timeline, service: ServiceFacts): Reason[] {
  const standing = new Map<string, Standing>(nodesOf(service).map((node) => [node, 'member']));
  const found: Reason[] = [];
  for (const event of timeline) {
    const node = 'node' in event && event.source === 'witness' ? event.node : event.source;
    if (!standing.has(node)) continue;
    // One that is there from the beginning has formed its cluster before there was a service.
    if (event.kind === 'node-seen') standing.set(node, standing.get(node) === 'member' ? 'member' : 'up');
    else if (event.kind === 'node-gone') standing.set(node, 'down');
    else if (event.kind === 'view') standing.set(node, event.quorum ? 'member' : 'lost');
    else if (event.kind === 'panic') standing.set(node, 'lost');
    else continue;
    const name = nameOf([...standing.values()]);
    const last = found.at(-1);
    if (last?.untilMs === Number.POSITIVE_INFINITY) last.untilMs = event.atMs;
    if (name !== null) found.push({ name, node: '', fromMs: event.atMs, untilMs: Number.POSITIVE_INFINITY });
  }
  return found;
}

function nameOf(all: Standing[]): string | null {
  if (all.includes('member')) return null;
  if (all.includes('lost')) return 'no quorum';
  return all.includes('up') ? 'cluster forms' : 'nodes down';
}

/** All arrays that hold the service's store are lost. */
function withoutStorage(timeline: Timeline, { luns }: ServiceFacts): Reason[] {
  const arrays = new Set(luns.map((lun) => lun.split('/')[0] ?? ''));
  const lost = new Set<string>();
  const found: Reason[] = [];
  for (const { kind, source, atMs } of timeline) {
    if (!arrays.has(source) || (kind !== 'array-lost' && kind !== 'array-back')) continue;
    if (kind === 'array-lost') lost.add(source);
    else lost.delete(source);
    const last = found.at(-1);
    if (lost.size === arrays.size)
      found.push({ name: 'storage lost', node: '', fromMs: atMs, untilMs: Number.POSITIVE_INFINITY });
    else if (last?.untilMs === Number.POSITIVE_INFINITY) last.untilMs = atMs;
  }
  return found;
}

/** From the beginning of a node's try to its end, where clients were never served from there in between. */
function failedStarts(timeline: Timeline, service: ServiceFacts): Reason[] {
  const states = ofKind(timeline, 'group-state').filter(({ group }) => group === service.name);
  const answers = operationsOf(timeline, service, 'write', 'read').filter(({ outcome }) => outcome === 'ok');
  return states.flatMap(({ source: node, state, atMs: fromMs }) => {
    if (state !== 'Pending_online') return [];
    const given = states.find(
      (event) => event.source === node && event.atMs > fromMs && !/^(Pending|Online$)/.test(event.state),
    );
    const gone = ofKind(timeline, 'node-gone').find((event) => event.node === node && event.atMs > fromMs);
    const untilMs = Math.min(...[given, gone].map((end) => end?.atMs ?? Number.POSITIVE_INFINITY));
    const isServed = answers.some(
      (answer) => answer.node === node && answer.atMs >= fromMs && answer.atMs <= untilMs,
    );
    return isServed ? [] : [{ name: 'failed start', node, fromMs, untilMs }];
  });
}

const SERVICE_STOP = /_svc_stop$/;
const SERVICE_START = /_svc_start$/;

/** From a fault until the cluster does something about it: suspects the node, or takes the group off it. */
function detections(timeline: Timeline, service: ServiceFacts): Reason[] {
  const occasions = occasionsOf(timeline);
  return faultsOf(timeline).flatMap(({ target, appliedMs: fromMs }) => {
    if (fromMs === null) return [];
    const first = timeline.find(
      (event) =>
        event.atMs >= fromMs &&
        ((event.kind === 'suspected' && event.peer === target && nodesOf(service).includes(target)) ||
          (event.kind === 'method-begin' && event.group === service.name && !/_check$/.test(event.method))),
    );
    const isOther = occasions.some(({ atMs }) => atMs > fromMs && atMs <= (first?.atMs ?? 0));
    if (first === undefined || isOther) return [];
    if (first.kind === 'method-begin' && !/_stop$/.test(first.method)) return [];
    return [{ name: 'detection', node: first.source, fromMs, untilMs: first.atMs }];
  });
}

/** From the end of the operator's command that stopped the service to its next start. */
function switchedOff(timeline: Timeline, { name: group }: ServiceFacts): Reason[] {
  const own = timeline.filter((event) => 'group' in event && event.group === group);
  const commands = ofKind(timeline, 'command');
  const occasions = occasionsOf(timeline);
  return ofKind(own, 'method-end').flatMap(({ method, ok, source: node, atMs }) => {
    const begin = ofKind(own, 'method-begin').findLast(
      (event) => event.method === method && event.source === node && event.atMs <= atMs,
    );
    if (!ok || !SERVICE_STOP.test(method) || begin === undefined) return [];
    const cause = occasions.findLast((occasion) => occasion.atMs <= begin.atMs);
    const typed = commands.find(({ stage, atMs: typedMs }) => stage === 'begin' && typedMs === cause?.atMs);
    const done = commands.find((event) => event.stage === 'end' && event.atMs >= (typed?.atMs ?? 0));
    if (typed === undefined || done === undefined || begin.atMs > done.atMs) return [];
    const start = ofKind(own, 'method-begin').find(
      (event) => SERVICE_START.test(event.method) && event.atMs >= atMs,
    );
    const [fromMs, untilMs] = [Math.max(atMs, done.atMs), start?.atMs ?? endMs(timeline)];
    return untilMs > fromMs ? [{ name: 'switched off', node: '', fromMs, untilMs }] : [];
  });
}

/** From the death of a process to the first success after it is there again on the same node, without the cluster's doing. */
function processRestarts(timeline: Timeline, service: ServiceFacts): Reason[] {
  const spans = calendarProcessesSeen(timeline).filter(({ what }) =>
    what.command.includes(`${service.serverBase}/lib/`),
  );
  const successes = operationsOf(timeline, service, 'write').filter(({ outcome }) => outcome === 'ok');
  return spans.flatMap(({ node, what, untilMs: fromMs }) => {
    const again = spans.find(
      (span) => span.node === node && daemonOf(span.what) === daemonOf(what) && span.fromMs >= fromMs,
    );
    if (again === undefined || isDoneByOthers(timeline, service, { node, fromMs, untilMs: again.fromMs }))
      return [];
    const served = successes.find(({ atMs }) => atMs >= again.fromMs);
    return [{ name: 'process restart', node, fromMs, untilMs: served?.atMs ?? again.fromMs }];
  });
}

/** The node went, or the cluster stopped or started the service: then it is no restart of a process alone. */
function isDoneByOthers(
  timeline: Timeline,
  { name: group }: ServiceFacts,
  { node, fromMs, untilMs }: Pick<Reason, 'node' | 'fromMs' | 'untilMs'>,
): boolean {
  return timeline.some(
    (event) =>
      event.atMs >= fromMs &&
      event.atMs <= untilMs &&
      ((event.kind === 'node-gone' && event.node === node) ||
        ((event.kind === 'method-begin' || event.kind === 'method-end') &&
          event.group === group &&
          /_svc_/.test(event.method))),
  );
}

/** Faults under which a service that stays where it is cannot serve, for as long as they last. */
const CUTTING: Record<string, string> = {
  'client-network-loss': 'network cut',
  'public-network-loss': 'network cut',
  'disk-full': 'disk full',
  'slow-array': 'slow disk',
};

function faultsInForce(timeline: Timeline): Reason[] {
  return faultsOf(timeline).flatMap(({ name: fault, appliedMs: fromMs, undoneMs }) => {
    const name = CUTTING[fault];
    if (name === undefined || fromMs === null) return [];
    return [{ name, node: '', fromMs, untilMs: undoneMs ?? Number.POSITIVE_INFINITY }];
  });
}

/** From a view that somebody has left until what has an address may start on its node: they may go on answering till then. */
function graces(timeline: Timeline, { name: group }: ServiceFacts): Reason[] {
  const views = ofKind(timeline, 'view').filter(({ quorum }) => quorum);
  const starts = ofKind(timeline, 'method-begin').filter(
    (event) => event.group === group && /(?<!_prenet|_monitor)_start$/.test(event.method),
  );
  return views.flatMap(({ source: node, members, atMs: fromMs }) => {
    const before = views.findLast((view) => view.source === node && view.atMs < fromMs);
    const isLeft = before?.members.some((member) => !members.includes(member)) ?? false;
    const start = starts.find((event) => event.source === node && event.atMs >= fromMs);
    if (!isLeft || start === undefined) return [];
    return [{ name: 'grace', node, fromMs, untilMs: start.atMs }];
  });
}
