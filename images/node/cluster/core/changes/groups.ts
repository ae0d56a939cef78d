/** scrgadm on resource groups, and scswitch -o and -u. */
import { anyCircle } from '../dependencies.ts';
import { without } from '../draft.ts';
import { findType, resourcesOf } from '../lookup.ts';
import { groupProperty } from '../properties.ts';
import { withGroupProperties } from '../property-values.ts';
import { Refusal } from '../refusal.ts';
import { groupStateAt, membersOf } from '../shown.ts';
import type { Group } from '../types.ts';
import {
  checkName,
  enabledIn,
  knownGroup,
  knownNode,
  list,
  type Making,
  order,
  replaceGroup,
} from './making.ts';

export function addGroup(
  making: Making,
  name: string,
  nodelist: string[] | null,
  given: Record<string, string>,
): void {
  if (making.repository.groups.some((group) => group.name === name))
    throw new Refusal(`resource group ${name} exists already`);
  checkName('resource group', name);
  const nodes = checkedNodelist(making, nodelist ?? making.state.config.nodes);
  const group = {
    name,
    nodelist: nodes,
    managed: false,
    properties: propertiesOf(making, name, null, given),
  };
  making.repository = { ...making.repository, groups: [...making.repository.groups, group] };
}

export function changeGroup(
  making: Making,
  name: string,
  nodelist: string[] | null,
  given: Record<string, string>,
): void {
  const group = knownGroup(making, name);
  const nodes = nodelist === null ? group.nodelist : checkedNodelist(making, nodelist);
  const left = group.nodelist.find((node) => !nodes.includes(node) && isOn(making, node, name));
  if (left !== undefined)
    throw new Refusal(
      `${left} cannot leave the Nodelist of ${name}: the group is online there; switch it first`,
    );
  const properties = propertiesOf(making, name, group.properties, given);
  replaceGroup(making, { ...group, nodelist: nodes, properties });
  const circle = anyCircle(making.repository, name);
  if (circle) throw new Refusal(`that makes a circle of dependencies: ${circle.join(' -> ')}`);
  // A node that comes into the Nodelist may be one on which they cannot run.
  if (nodes.some((node) => !group.nodelist.includes(node)))
    making.validate.push(...resourcesOf(making.repository, name));
}

function checkedNodelist(making: Making, nodelist: string[]): string[] {
  if (nodelist.length === 0) throw new Refusal('the Nodelist is empty: a group needs a node');
  for (const node of nodelist) knownNode(making, node);
  const twice = nodelist.find((node, at) => nodelist.indexOf(node) !== at);
  if (twice !== undefined) throw new Refusal(`${twice} is in the Nodelist twice`);
  return [...nodelist];
}

/** `before` null: the group is being created. */
function propertiesOf(
  making: Making,
  name: string,
  before: Record<string, string> | null,
  given: Record<string, string>,
): Record<string, string> {
  const properties = withGroupProperties(name, before ?? {}, given, before === null);
  const valueNow = (one: string) => groupProperty({ name, nodelist: [], managed: false, properties }, one);
  const [desired, maximum] = [Number(valueNow('Desired_primaries')), Number(valueNow('Maximum_primaries'))];
  if (desired > maximum)
    throw new Refusal(`Desired_primaries=${desired}: at most Maximum_primaries, which is ${maximum}`);
  if (desired > 1)
    making.warnings.push(`${name} runs on one node at a time, whatever Desired_primaries says`);
  if (maximum === 1) return properties;
  const { repository } = making;
  const only = resourcesOf(repository, name).find(({ type }) => findType(repository, type)?.failover);
  if (only !== undefined)
    throw new Refusal(
      `Maximum_primaries=${maximum}: ${only.name} is of type ${only.type}, which may be in failover groups only`,
    );
  if (before === null && properties['RG_mode'] === undefined) return { ...properties, RG_mode: 'Scalable' };
  if (valueNow('RG_mode') === 'Failover')
    throw new Refusal(`Maximum_primaries=${maximum}: RG_mode of ${name} is Failover, so it is 1`);
  return properties;
}

function isOn({ state, placement }: Making, node: string, group: string): boolean {
  const shown = membersOf(state).includes(node) ? groupStateAt(state, node, group) : undefined;
  const isTarget = placement.targets[group]?.node === node && membersOf(state).includes(node);
  return isTarget || !(shown === undefined || shown === 'Offline' || shown === 'Unmanaged');
}

export function removeGroup(making: Making, name: string): void {
  knownGroup(making, name);
  const resources = resourcesOf(making.repository, name).map((resource) => resource.name);
  if (resources.length > 0)
    throw new Refusal(
      `resource group ${name} is not empty: it has ${list(resources)}; scrgadm -r -j removes a resource`,
    );
  const groups = making.repository.groups.filter((group) => group.name !== name);
  making.repository = { ...making.repository, groups };
  making.placement = { ...making.placement, targets: without(making.placement.targets, name) };
}

export function setManaged(making: Making, names: string[], managed: boolean): void {
  for (const group of names.map((name) => knownGroup(making, name))) {
    if (group.managed === managed) continue;
    if (managed) order(making, group.name, null);
    else unmanage(making, group);
    replaceGroup(making, { ...group, managed });
  }
}

function unmanage(making: Making, { name }: Group): void {
  const enabled = enabledIn(making, name);
  if (enabled.length > 0)
    throw new Refusal(
      `resource group ${name} has enabled resources: ${list(enabled)}; scswitch -n -j ${enabled.join(',')} disables them`,
    );
  const stuck = membersOf(making.state).find(
    (node) => groupStateAt(making.state, node, name) === 'Error_stop_failed',
  );
  if (stuck !== undefined)
    throw new Refusal(
      `resource group ${name} is Error_stop_failed on ${stuck}; clear that first (scswitch -c)`,
    );
  making.placement = { ...making.placement, targets: without(making.placement.targets, name) };
}
