/** A configuration for cores in tests: registered types, and groups with an address, a disk and a server each. */
import { LOGICAL_HOSTNAME } from '../../images/node/cluster/core/logical-hostname.ts';
import type {
  MethodName,
  PropertyDeclaration,
  Repository,
  Resource,
  ResourceType,
} from '../../images/node/cluster/core/types.ts';
import type { StoragePlan } from './core-storage.ts';

export const GROUPS = ['g1', 'g2'];

export function property(name: string, value: string | null, more: Partial<PropertyDeclaration> = {}) {
  const plain = { name, extension: true, type: 'string' as const, tunable: 'ANYTIME' as const };
  return { ...plain, default: value, description: '', ...more };
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

/** A second for each method, and SOFT as published agents have it. */
const defaults: PropertyDeclaration[] = [
  ...METHODS.map((method) =>
    property(`${method.charAt(0)}${method.slice(1).toLowerCase()}_timeout`, '1', {
      extension: false,
      type: 'int',
      min: 1,
    }),
  ),
  property('Failover_mode', 'SOFT', { extension: false, type: 'enum', values: ['NONE', 'SOFT', 'HARD'] }),
];

function typeOf(
  name: string,
  kind: ResourceType['kind'],
  methods: MethodName[],
  properties: PropertyDeclaration[] = [],
): ResourceType {
  return {
    name,
    version: '1',
    description: '',
    kind,
    baseDirectory: '/opt',
    methods: Object.fromEntries(methods.map((method) => [method, `${kind}_${method.toLowerCase()}`])),
    failover: kind !== 'application',
    properties: [...defaults, ...properties],
  };
}

export const TYPES: ResourceType[] = [
  { ...LOGICAL_HOSTNAME, properties: [...LOGICAL_HOSTNAME.properties, ...defaults] },
  typeOf(
    'SUNW.HAStoragePlus',
    'storage',
    ['VALIDATE', 'PRENET_START', 'START', 'STOP', 'POSTNET_STOP', 'MONITOR_CHECK'],
    [property('FilesystemMountPoints', '', { type: 'stringarray', tunable: 'WHEN_DISABLED' })],
  ),
  typeOf('SUNW.scics', 'application', [
    'VALIDATE',
    'START',
    'STOP',
    'MONITOR_START',
    'MONITOR_STOP',
    'MONITOR_CHECK',
  ]),
];

export function resource(name: string, type: string, group: string, more: Partial<Resource> = {}): Resource {
  return { name, type, group, enabled: true, monitored: true, properties: {}, ...more };
}

export function repositoryFor(
  nodes: number,
  storage: StoragePlan = 'one array',
  groupProperties: Record<string, string> = {},
  resourceProperties: Record<string, string> = {},
): Repository {
  const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
  // With an array each, a group can run on the node that is wired to its array and on the spare.
  const wired = (index: number) => [names[index], names.at(-1)].flatMap((one) => one ?? []);
  const all = (index: number) => (index === 0 ? names : [...names].reverse());
  const nodelist = storage === 'array each' && nodes > 2 ? wired : all;
  return {
    version: 1,
    types: TYPES,
    groups: GROUPS.map((name, index) => ({
      name,
      nodelist: nodelist(index),
      managed: true,
      properties: groupProperties,
    })),
    resources: GROUPS.flatMap((group) => [
      resource(`${group}-host`, 'SUNW.LogicalHostname', group, {
        properties: { HostnameList: group, ...resourceProperties },
      }),
      resource(`${group}-disk`, 'SUNW.HAStoragePlus', group, { properties: resourceProperties }),
      resource(`${group}-cal`, 'SUNW.scics', group, {
        properties: { Resource_dependencies: `${group}-disk`, ...resourceProperties },
      }),
    ]),
  };
}
