/** A change in the making: the repository and the placement as they will be, replaced part by part, never in place. */
import { resourcesOf } from '../lookup.ts';
import { Refusal } from '../refusal.ts';
import type { Group, Placement, Repository, Resource, State, Target } from '../types.ts';

export interface Making {
  /** As all is before the change. */
  readonly state: State;
  repository: Repository;
  /** Its serial is the new one already. */
  placement: Placement;
  /** What the operator is told even when all goes well. */
  warnings: string[];
  /** Resources that VALIDATE has to see before the change is made. */
  validate: Resource[];
}

export function list(names: readonly string[]): string {
  return names.join(', ');
}

export function knownGroup({ repository }: Making, name: string): Group {
  const found = repository.groups.find((group) => group.name === name);
  if (found === undefined)
    throw new Refusal(`there is no resource group ${name}; ${there(repository.groups)}`);
  return found;
}

export function knownResource({ repository }: Making, name: string): Resource {
  const found = repository.resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Refusal(`there is no resource ${name}; ${there(repository.resources)}`);
  return found;
}

function there(all: { name: string }[]): string {
  return all.length === 0 ? 'there is none at all' : `there are ${list(all.map(({ name }) => name))}`;
}

export function knownNode({ state }: Making, node: string): void {
  const { nodes } = state.config;
  if (!nodes.includes(node))
    throw new Refusal(`there is no node ${node} in the cluster; its nodes are ${list(nodes)}`);
}

export function memberNode(making: Making, node: string): void {
  knownNode(making, node);
  const members = making.state.view?.members ?? [];
  if (!members.includes(node))
    throw new Refusal(`${node} is not a member of the cluster; members are ${list(members)}`);
}

export function checkName(what: string, name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new Refusal(`"${name}" is no name for a ${what}: letters, digits, ".", "_" and "-" only`);
}

export function replaceGroup(making: Making, group: Group): void {
  const groups = making.repository.groups.map((one) => (one.name === group.name ? group : one));
  making.repository = { ...making.repository, groups };
}

export function replaceResource(making: Making, resource: Resource): void {
  const resources = making.repository.resources.map((one) => (one.name === resource.name ? resource : one));
  making.repository = { ...making.repository, resources };
}

/** An operator's order about a group: it clears earlier failures of the group. */
export function order(making: Making, group: string, node: string | null, more: Partial<Target> = {}): void {
  const { serial, targets } = making.placement;
  const target = { node, serial, restart: false, quiesced: false, ordered: serial, ...more };
  making.placement = { ...making.placement, targets: { ...targets, [group]: target } };
}

export function enabledIn({ repository }: Making, group: string): string[] {
  return resourcesOf(repository, group).flatMap(({ name, enabled }) => (enabled ? [name] : []));
}
