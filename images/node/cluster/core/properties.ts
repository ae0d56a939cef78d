/** The properties of resources and groups: what there is by default, and what holds for one of them. */
import { findType } from './lookup.ts';
import type {
  Group,
  MethodName,
  PropertyDeclaration,
  Repository,
  Resource,
  ResourceType,
  Tunable,
} from './types.ts';

type Kind = Pick<PropertyDeclaration, 'type' | 'min' | 'max' | 'values'>;

const text: Kind = { type: 'string' };
const names: Kind = { type: 'stringarray' };
const flag: Kind = { type: 'boolean' };
const atLeast = (min: number): Kind => ({ type: 'int', min });
const oneOf = (...values: string[]): Kind => ({ type: 'enum', values });

function standard(
  name: string,
  kind: Kind,
  fallback: string,
  description: string,
  tunable: Tunable = 'ANYTIME',
) {
  return { name, extension: false, ...kind, default: fallback, tunable, description };
}

const METHODS: MethodName[] = [
  'VALIDATE',
  'PRENET_START',
  'START',
  'STOP',
  'POSTNET_STOP',
  'MONITOR_START',
  'MONITOR_STOP',
  'MONITOR_CHECK',
];

/** As registration files spell it: Prenet_start_timeout. */
function timeoutName(method: MethodName): string {
  return `${method.charAt(0)}${method.slice(1).toLowerCase()}_timeout`;
}

export const STANDARD_PROPERTIES: readonly PropertyDeclaration[] = [
  standard('R_description', text, '', 'What the resource is'),
  standard(
    'Failover_mode',
    oneOf('NONE', 'SOFT', 'HARD'),
    'NONE',
    'What follows a START or STOP that failed',
  ),
  standard('Retry_count', atLeast(0), '2', 'Restarts within Retry_interval before the group is given over'),
  standard('Retry_interval', atLeast(1), '600', 'Seconds within which restarts count'),
  standard('Cheap_probe_interval', atLeast(1), '60', 'Seconds between quick probes'),
  standard('Thorough_probe_interval', atLeast(1), '120', 'Seconds between thorough probes'),
  standard('Resource_dependencies', names, '', 'Resources that must be online first'),
  standard('Resource_dependencies_weak', names, '', 'Resources that are started first if they are to be'),
  standard('Network_resources_used', names, '', 'Addresses on which it serves'),
  standard('Port_list', names, '', 'Ports on which it serves, as 80/tcp'),
  ...METHODS.map((method) =>
    standard(timeoutName(method), atLeast(1), '3600', 'Seconds until the method counts as failed'),
  ),
];

export const GROUP_PROPERTIES: readonly PropertyDeclaration[] = [
  standard('RG_description', text, '', 'What the group is'),
  standard(
    'RG_mode',
    oneOf('Failover', 'Scalable'),
    'Failover',
    'Failover: on one node at a time',
    'AT_CREATION',
  ),
  standard('Auto_start_on_new_cluster', flag, 'true', 'Whether it starts when a cluster begins'),
  standard('Desired_primaries', atLeast(0), '1', '0: it stays offline until it is ordered to a node'),
  standard('Maximum_primaries', atLeast(1), '1', 'Above 1 it is no failover group'),
  standard('Failback', flag, 'false', 'Whether it moves to a more preferred node that joins'),
  standard(
    'Implicit_network_dependencies',
    flag,
    'true',
    'Whether applications need all addresses of the group',
  ),
  standard(
    'Pingpong_interval',
    atLeast(0),
    '3600',
    'Seconds for which a node is passed over where it failed',
  ),
];

const GROUP_BY_NAME = new Map(GROUP_PROPERTIES.map((one) => [one.name.toLowerCase(), one]));
const declared = new WeakMap<ResourceType, Map<string, PropertyDeclaration>>();

function declarationMap(type: ResourceType): Map<string, PropertyDeclaration> {
  let map = declared.get(type);
  if (map === undefined) {
    map = new Map([...STANDARD_PROPERTIES, ...type.properties].map((one) => [one.name.toLowerCase(), one]));
    declared.set(type, map);
  }
  return map;
}

/** All properties of a type's resources: the standard ones as the type has them, then those of its own. */
export function declarationsOf(type: ResourceType): PropertyDeclaration[] {
  return [...declarationMap(type).values()];
}

/** Names of properties compare without regard to case. */
export function declarationOf(type: ResourceType, name: string): PropertyDeclaration | undefined {
  return declarationMap(type).get(name.toLowerCase());
}

export function groupDeclaration(name: string): PropertyDeclaration | undefined {
  return GROUP_BY_NAME.get(name.toLowerCase());
}

/** Value of a property: as set, else its default; empty when there is neither. */
export function propertyOf(repository: Repository, resource: Resource, name: string): string {
  const type = findType(repository, resource.type);
  const declaration = type && declarationOf(type, name);
  return resource.properties[declaration?.name ?? name] ?? declaration?.default ?? '';
}

export function groupProperty(group: Group, name: string): string {
  const declaration = groupDeclaration(name);
  return group.properties[declaration?.name ?? name] ?? declaration?.default ?? '';
}

export function timeoutOf(repository: Repository, resource: Resource, method: MethodName): number {
  return Number(propertyOf(repository, resource, timeoutName(method))) * 1000;
}

export function listOf(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
