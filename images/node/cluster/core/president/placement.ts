/** Where groups go by themselves: takeovers, after failures, at the beginning of a cluster, failback. */
import { type Draft, isMember, numberAfter } from '../draft.ts';
import { groupProperty } from '../properties.ts';
import { candidatesFor, gaveUp } from '../shown.ts';
import type { Group, Placement, State, Target } from '../types.ts';
import { isGroupSettled } from './settled.ts';

export function placeGroups(draft: Draft): void {
  const { state, joined } = draft;
  // The president runs twice in a step, and what has been placed on a new member stays there.
  draft.joined = [];
  for (const group of state.repository.groups) {
    if (!group.managed) continue;
    const target = state.placement.targets[group.name];
    const next = target === undefined ? begun(state, group) : moved(state, group, target, joined);
    if (next !== undefined) setTarget(state, group.name, next);
  }
  dropDeviceOrders(state, joined);
}

/** An automatic move: the operator's last order is still that. */
export function setTarget(state: State, group: string, change: Partial<Target>): void {
  const serial = numberAfter(state.placement.serial, state.view);
  const before = state.placement.targets[group] ?? { node: null, ordered: 0 };
  const target = { quiesced: false, ...before, restart: false, ...change, serial };
  const targets = { ...state.placement.targets, [group]: target };
  state.placement = { ...state.placement, serial, targets };
}

/** A managed group without a target: a cluster begins. */
function begun(state: State, group: Group): Partial<Target> | undefined {
  const isOff =
    groupProperty(group, 'Auto_start_on_new_cluster') === 'false' ||
    groupProperty(group, 'Desired_primaries') === '0';
  if (isOff) return { node: null };
  const node = candidatesFor(state, group).find((one) => !gaveUp(state, one, group));
  return node === undefined ? undefined : { node };
}

function moved(state: State, group: Group, target: Target, joined: string[]): Partial<Target> | undefined {
  const { node } = target;
  if (node === null) return target.quiesced ? { quiesced: false } : undefined;
  if (target.quiesced) return quieted(state, group, node);
  const isNew = joined.includes(node);
  const isOutside = !group.nodelist.includes(node);
  const left = isNew || isOutside || !isMember(state, node);
  if (left && state.config.sabotage === 'no-takeover') return undefined;
  const free = candidatesFor(state, group).filter(
    (one) => one !== node && !gaveUp(state, one, group) && !isFull(state, one),
  );
  if (left || gaveUp(state, node, group)) {
    const [next] = free;
    if (next !== undefined) return { node: next };
    // The same node in a new life; what was ordered of the last one is over.
    return isNew && !isOutside ? {} : undefined;
  }
  if (groupProperty(group, 'Failback') === 'false' || state.config.sabotage === 'ignores-failback')
    return undefined;
  if (joined.length === 0) return undefined;
  const rank = (one: string) => group.nodelist.indexOf(one);
  const better = free.find((one) => joined.includes(one) && rank(one) < rank(node));
  return better === undefined ? undefined : { node: better };
}

/** Of the sabotage "one-group-a-node": a node has a group already, and takes no second one. */
function isFull(state: State, node: string): boolean {
  if (state.config.sabotage !== 'one-group-a-node') return false;
  return Object.values(state.placement.targets).some((target) => target.node === node);
}

/** Once it has come to rest, a quiesced group is free again; where it failed, it stays offline until it is ordered. */
function quieted(state: State, group: Group, node: string): Partial<Target> | undefined {
  if (!isGroupSettled(state, group) || !isEverywhereAtRest(state, group.name)) return undefined;
  return { node: gaveUp(state, node, group) ? null : node, quiesced: false };
}

function isEverywhereAtRest(state: State, group: string): boolean {
  const { serial } = state.placement.targets[group] ?? { serial: 0 };
  return (state.view?.members ?? []).every((node) => {
    if (node === state.config.self) return state.placement.serial >= serial && !state.busy.includes(group);
    const heartbeat = state.peers[node]?.heartbeat;
    return heartbeat !== undefined && heartbeat.placement.serial >= serial && !heartbeat.busy.includes(group);
  });
}

/** A node that left masters nothing any more, and must not do so again because of an old order when it comes back. */
function dropDeviceOrders(state: State, joined: string[]): void {
  const gone = ({ node }: Placement['devices'][string]) =>
    node !== null && (joined.includes(node) || !isMember(state, node));
  const kept = Object.entries(state.placement.devices).filter(([, order]) => !gone(order));
  if (kept.length === Object.keys(state.placement.devices).length) return;
  const serial = numberAfter(state.placement.serial, state.view);
  state.placement = { ...state.placement, serial, devices: Object.fromEntries(kept) };
}
