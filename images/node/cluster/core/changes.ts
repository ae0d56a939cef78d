/** What a command changes in the repository and the placement, or why it is refused. */
import { numberAfter, resourcesOf } from './draft.ts';
import type { Change, Group, Placement, Repository, Resource, ResourceType, View } from './types.ts';

type Applied = { repository: Repository; placement: Placement } | { refused: string };

export function applyChange(
  repository: Repository,
  placement: Placement,
  change: Change,
  view: View | null,
): Applied {
  const members = view?.members ?? [];
  const next = structuredClone({ repository, placement });
  next.repository.version = numberAfter(repository.version, view);
  next.placement.serial = numberAfter(placement.serial, view);
  const refused =
    change.do === 'switch' || change.do === 'bring-online'
      ? place(next, change, members)
      : configure(next.repository, change, members);
  return refused === undefined ? next : { refused };
}

function configure(
  repository: Repository,
  change: Exclude<Change, { do: 'switch' } | { do: 'bring-online' }>,
  nodes: string[],
): string | undefined {
  switch (change.do) {
    case 'register-type':
      return registerType(repository, change.type);
    case 'add-group': {
      if (findGroup(repository, change.group)) return `resource group ${change.group} exists already`;
      const { group: name, nodelist, properties } = change;
      repository.groups.push({ name, nodelist: nodelist ?? nodes, managed: false, properties });
      return undefined;
    }
    case 'add-resource': {
      const { resource: name, group, given } = change;
      const properties = { ...given.standard, ...given.extension };
      // The guide registers SUNW.HAStoragePlus and uses SUNW.HAStoragePlus:4; a version suffix names the same type.
      const type = change.type.replace(/:\d+$/, '');
      if (!repository.types.some((known) => known.name === type))
        return `resource type ${type} is not registered; scrgadm -a -t ${type} registers it`;
      if (!findGroup(repository, group)) return `there is no resource group ${group}`;
      if (repository.resources.some((known) => known.name === name)) return `resource ${name} exists already`;
      // A logical hostname is created enabled, any other resource disabled.
      repository.resources.push({
        name,
        type,
        group,
        enabled: type === 'SUNW.LogicalHostname',
        monitored: true,
        properties,
      });
      return undefined;
    }
    case 'set-enabled':
      return setEnabled(repository, change.resources, change.enabled);
    default:
      return `not done yet: ${change.do}`;
  }
}

function registerType(repository: Repository, type: ResourceType): undefined {
  if (!repository.types.some(({ name }) => name === type.name)) repository.types.push(type);
  return undefined;
}

function setEnabled(repository: Repository, names: string[], enabled: boolean): string | undefined {
  for (const name of names) {
    const resource = repository.resources.find((known) => known.name === name);
    if (resource === undefined) return `there is no resource ${name}`;
    const dependent = repository.resources.find(
      (other) => other.enabled && !names.includes(other.name) && dependsOn(repository, other, resource),
    );
    if (!enabled && dependent)
      return `${name} cannot be disabled: ${dependent.name} depends on it and is enabled`;
    resource.enabled = enabled;
  }
  return undefined;
}

/** By name, or as an application does on each address of its group (Implicit_network_dependencies). */
function dependsOn({ types }: Repository, resource: Resource, needed: Resource): boolean {
  const kindOf = (one: Resource) => types.find(({ name }) => name === one.type)?.kind;
  const named = (resource.properties['Resource_dependencies'] ?? '').split(',');
  const implied =
    resource.group === needed.group && kindOf(resource) === 'application' && kindOf(needed) === 'address';
  return implied || named.includes(needed.name);
}

function place(
  next: { repository: Repository; placement: Placement },
  change: Extract<Change, { do: 'switch' } | { do: 'bring-online' }>,
  members: string[],
): string | undefined {
  const names = change.groups.length > 0 ? change.groups : next.repository.groups.map(({ name }) => name);
  for (const name of names) {
    const group = findGroup(next.repository, name);
    if (group === undefined) return `there is no resource group ${name}`;
    const node = change.do === 'switch' ? change.node : defaultPrimary(group, members);
    if (change.do === 'switch') {
      if (!group.managed) return `resource group ${name} is unmanaged; scswitch -Z -g ${name} manages it`;
      if (node !== null && !group.nodelist.includes(node))
        return `${node} is not in the Nodelist of ${name}: ${group.nodelist.join(', ')}`;
      if (node !== null && !members.includes(node))
        return `${node} is not a member of the cluster; members are ${members.join(', ')}`;
    } else {
      group.managed = true;
      for (const resource of resourcesOf(next.repository, name)) resource.enabled = true;
    }
    // A group that is online somewhere stays there when it is only asked to be online.
    const current = next.placement.targets[name]?.node;
    const stays = change.do === 'bring-online' && typeof current === 'string' && members.includes(current);
    const { serial } = next.placement;
    if (!stays) next.placement.targets[name] = { node, serial, restart: false, quiesced: false };
  }
  return undefined;
}

function defaultPrimary(group: Group, members: string[]): string | null {
  return group.nodelist.find((node) => members.includes(node)) ?? null;
}

function findGroup(repository: Repository, name: string): Group | undefined {
  return repository.groups.find((group) => group.name === name);
}
