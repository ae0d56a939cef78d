/** scrgadm on resources. */
import { circleThrough, namedNeeds, needs, weakNeeds } from '../dependencies.ts';
import { LOGICAL_HOSTNAME } from '../logical-hostname.ts';
import { findResource, findType } from '../lookup.ts';
import { groupProperty, listOf, propertyOf } from '../properties.ts';
import { withGiven } from '../property-values.ts';
import { Refusal } from '../refusal.ts';
import { membersOf, resourcesAt } from '../shown.ts';
import type { Given, Repository, Resource } from '../types.ts';
import { checkName, knownGroup, knownResource, list, type Making, replaceResource } from './making.ts';
import { withoutVersion } from './resource-types.ts';

export function addResource(
  making: Making,
  words: { resource: string; type: string; group: string; given: Given },
): void {
  const { resource: name, group: groupName, given } = words;
  const typeName = withoutVersion(words.type);
  const type = findType(making.repository, typeName);
  if (type === undefined)
    throw new Refusal(`resource type ${typeName} is not registered; scrgadm -a -t ${typeName} registers it`);
  const group = knownGroup(making, groupName);
  if (making.repository.resources.some((one) => one.name === name))
    throw new Refusal(`resource ${name} exists already`);
  checkName('resource', name);
  const maximum = groupProperty(group, 'Maximum_primaries');
  if (type.failover && Number(maximum) > 1)
    throw new Refusal(
      `${typeName} may be in failover groups only, and Maximum_primaries of ${groupName} is ${maximum}`,
    );
  // A logical hostname is created enabled, any other resource disabled.
  const enabled = typeName === LOGICAL_HOSTNAME.name;
  const properties = withGiven(type, name, {}, given, { creating: true, enabled });
  const resource = { name, type: typeName, group: groupName, enabled, monitored: true, properties };
  checkHosts(making.repository, resource);
  making.repository = { ...making.repository, resources: [...making.repository.resources, resource] };
  checkDependencies(making, resource);
  making.validate.push(resource);
}

export function changeResource(making: Making, name: string, given: Given): void {
  const before = knownResource(making, name);
  const type = findType(making.repository, before.type);
  if (type === undefined) throw new Refusal(`resource type ${before.type} is not registered`);
  const { enabled } = before;
  const properties = withGiven(type, name, before.properties, given, { creating: false, enabled });
  const resource = { ...before, properties };
  replaceResource(making, resource);
  checkDependencies(making, resource);
  making.validate.push(resource);
}

/** Of two resources with one address, the one that stops would take it from the other. */
function checkHosts(repository: Repository, resource: Resource): void {
  const hostsOf = (one: Resource) =>
    findType(repository, one.type)?.kind === 'address'
      ? listOf(propertyOf(repository, one, 'HostnameList'))
      : [];
  const hosts = hostsOf(resource).map((host) => host.toLowerCase());
  for (const other of repository.resources) {
    const taken = hostsOf(other).find((host) => hosts.includes(host.toLowerCase()));
    if (taken !== undefined)
      throw new Refusal(
        `logical host ${taken} is taken: it is an address of ${other.name}, in ${other.group}`,
      );
  }
}

function checkDependencies({ repository }: Making, resource: Resource): void {
  const { name } = resource;
  for (const needed of [...namedNeeds(repository, resource), ...weakNeeds(repository, resource)]) {
    if (findResource(repository, needed) === undefined)
      throw new Refusal(`${name} cannot depend on ${needed}: there is no resource ${needed}`);
  }
  for (const used of listOf(propertyOf(repository, resource, 'Network_resources_used'))) {
    const type = findResource(repository, used)?.type ?? '';
    if (findType(repository, type)?.kind !== 'address')
      throw new Refusal(`Network_resources_used of ${name} names ${used}, which is no address but ${type}`);
  }
  const circle = circleThrough(repository, name);
  if (circle) throw new Refusal(`that makes a circle of dependencies: ${circle.join(' -> ')}`);
  checkNeedsEnabled(repository, resource);
}

/** An enabled resource above a disabled one would never start. */
export function checkNeedsEnabled(repository: Repository, resource: Resource): void {
  if (!resource.enabled) return;
  const { name } = resource;
  const off = needs(repository, resource).filter((one) => findResource(repository, one)?.enabled === false);
  if (off.length > 0)
    throw new Refusal(
      `${name} cannot be enabled: it depends on ${list(off)}, disabled; scswitch -e -j ${[...off, name].join(',')} enables all`,
    );
}

export function removeResource(making: Making, name: string): void {
  const { repository, state } = making;
  const resource = knownResource(making, name);
  if (resource.enabled) throw new Refusal(`resource ${name} is enabled; scswitch -n -j ${name} disables it`);
  const users = repository.resources.filter((one) =>
    [...namedNeeds(repository, one), ...weakNeeds(repository, one)].includes(name),
  );
  if (users.length > 0)
    throw new Refusal(
      `${list(users.map((one) => one.name))} depends on ${name}; change its dependencies or remove it first`,
    );
  for (const node of membersOf(state)) {
    const shown = resourcesAt(state, node)[name]?.state ?? 'Offline';
    if (shown === 'Stop_failed')
      throw new Refusal(
        `${name} is Stop_failed on ${node}; scswitch -c -h ${node} -j ${name} -f STOP_FAILED clears it`,
      );
    if (shown !== 'Offline') throw new Refusal(`${name} is still ${shown} on ${node}; try again later`);
  }
  making.repository = { ...repository, resources: repository.resources.filter((one) => one.name !== name) };
}
