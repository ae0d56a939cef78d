/** scswitch -Z, -z, -F, -R, -S and -Q: where groups are to be. */
import { findGroup, resourcesOf } from '../lookup.ts';
import { groupProperty } from '../properties.ts';
import { Refusal } from '../refusal.ts';
import { candidatesFor, gaveUp, groupStateAt, membersOf } from '../shown.ts';
import type { Group } from '../types.ts';
import { evacuateDevices } from './devices.ts';
import {
  knownGroup,
  knownNode,
  list,
  type Making,
  memberNode,
  order,
  replaceGroup,
  replaceResource,
} from './making.ts';

export function bringOnline(making: Making, names: string[]): void {
  const groups = names.length > 0 ? names.map((name) => knownGroup(making, name)) : making.repository.groups;
  for (const group of groups) {
    replaceGroup(making, { ...group, managed: true });
    for (const resource of resourcesOf(making.repository, group.name))
      replaceResource(making, { ...resource, enabled: true, monitored: true });
    order(making, group.name, homeOf(making, group));
  }
}

/** A group that is online somewhere stays there when it is only asked to be online. */
function homeOf(making: Making, group: Group): string | null {
  const { state, placement, warnings } = making;
  const now = placement.targets[group.name]?.node ?? null;
  if (now !== null && membersOf(state).includes(now) && !gaveUp(state, now, group)) return now;
  if (groupProperty(group, 'Desired_primaries') === '0') {
    warnings.push(`${group.name} stays offline: its Desired_primaries is 0`);
    return null;
  }
  if (state.config.sabotage === 'all-on-backup') return candidatesFor(state, group).at(-1) ?? null;
  // With none of its nodes there, the first of them that comes gets it.
  return candidatesFor(state, group)[0] ?? group.nodelist[0] ?? null;
}

export function switchTo(making: Making, names: string[], node: string | null): void {
  for (const name of names) {
    const group = managedGroup(making, name);
    if (node !== null) {
      knownNode(making, node);
      if (!group.nodelist.includes(node))
        throw new Refusal(`${node} is not in the Nodelist of ${name}: ${list(group.nodelist)}`);
      memberNode(making, node);
    }
    order(making, name, node);
  }
}

export function takeOffline(making: Making, names: string[]): void {
  for (const name of names) order(making, managedGroup(making, name).name, null);
}

function managedGroup(making: Making, name: string): Group {
  const group = knownGroup(making, name);
  if (!group.managed)
    throw new Refusal(
      `resource group ${name} is unmanaged; scswitch -Z -g ${name} manages it and brings it online`,
    );
  return group;
}

export function restart(making: Making, names: string[], nodes: string[]): void {
  const { state } = making;
  for (const name of names) {
    const group = managedGroup(making, name);
    for (const node of nodes) {
      memberNode(making, node);
      const shown = groupStateAt(state, node, name) ?? 'Offline';
      const isPrimary = state.placement.targets[name]?.node === node && shown.startsWith('Online');
      if (!isPrimary)
        throw new Refusal(`${node} is not a current primary of ${name}: the group is ${shown} there`);
      order(making, group.name, node, { restart: true });
    }
  }
}

/** Everything leaves the node: each group for the next of its nodes, or, where there is none, offline. */
export function evacuate(making: Making, node: string): void {
  const { state, placement } = making;
  memberNode(making, node);
  for (const [name, target] of Object.entries(placement.targets)) {
    const group = findGroup(making.repository, name);
    if (target.node !== node || !group?.managed) continue;
    const others = candidatesFor(state, group).filter((one) => one !== node);
    const next = others.find((one) => !gaveUp(state, one, group)) ?? others[0] ?? null;
    if (next === null)
      making.warnings.push(`${name} is offline now: no other node of its Nodelist is a member`);
    order(making, name, next);
  }
  evacuateDevices(making, node);
}

export function quiesce(making: Making, names: string[]): void {
  const groups = names.length > 0 ? names.map((name) => knownGroup(making, name)) : making.repository.groups;
  for (const { name, managed } of groups) {
    const target = making.placement.targets[name];
    if (!managed || target === undefined || target.node === null) continue;
    const { serial, targets } = making.placement;
    const quiesced = { ...target, serial, restart: false, quiesced: true };
    making.placement = { ...making.placement, targets: { ...targets, [name]: quiesced } };
  }
}
