/** The HA models: what there is and how it is wired, and what follows from it for an operator. Source: guide §6.1, §6.5. */
import { volumePath } from '../images/node/config.ts';
import { confText, haAdditions } from '../images/node/ics/configurator/conf-text.ts';
import { type Answers, presetAnswers } from '../images/node/ics/configurator/fields.ts';
import { authenticationAnswers } from './directory.ts';
import { DIRECTORY, type Variant } from './engine/image-tags.ts';
import { isMirrored, type Lun, type Service, type Topology, topology } from './topology-model.ts';

export { setUpCommands, setUpSteps } from './set-up.ts';
export type { DiskArray, Lun, Service, Topology } from './topology-model.ts';

const QUORUM_DEVICE: Lun = { name: 'q1', sizeMiB: 1, holds: 'quorum' };
const STORE_MIB = 64;

const asymmetric = topology({
  model: 'asymmetric',
  summary: 'two nodes and one array; the primary serves, the backup waits (guide §6.1.1)',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: STORE_MIB, holds: 'calendar' },
        // A disk of the same shape that belongs to no service: what a wrong line in /etc/vfstab would mount.
        { name: 'd401', sizeMiB: STORE_MIB, holds: 'calendar' },
        QUORUM_DEVICE,
      ],
    },
  ],
  services: [
    {
      group: 'CAL-RG',
      logicalHost: 'LOG-HOST-RS',
      storageResource: 'CAL-HASP-RS',
      serverResource: 'CAL-SVR-RS',
      mountPoint: '/cal',
      deviceGroup: 'penguin',
      volume: 'd400',
      serverBase: '/opt/SUNWics5/cal',
      primary: 'Node1',
      backup: 'Node2',
    },
  ],
});

const single = topology({
  model: 'single',
  summary: 'one node and one array, and nobody who could take over: what the guide compares with (table 6-2)',
  nodes: ['Node1'],
  arrays: [{ name: 'penguin', luns: [{ name: 'd400', sizeMiB: STORE_MIB, holds: 'calendar' }] }],
  services: asymmetric.services.map((service) => ({ ...service, backup: service.primary })),
});

const slowArray = topology({
  ...asymmetric,
  model: 'slow-array',
  summary: 'the asymmetric model, with an array that can become slow',
  arrays: asymmetric.arrays.map((array) => ({ ...array, latencyMs: 0 })),
});

/** The instance that is number `number` of several, with the names of tables 6-4 and 6-6. */
function instance(number: number, backup: string, on: { deviceGroup: string; volume: string }): Service {
  const primary = `Node${number}`;
  return {
    group: `CAL-CS${number}-RG`,
    logicalHost: `LOG-HOST-CS${number}-RS`,
    storageResource: `CAL-HASP-CS${number}-RS`,
    serverResource: `CAL-SVR-CS${number}-RS`,
    mountPoint: `/cal/${primary}`,
    ...on,
    serverBase: `/opt/${primary}/SUNWics5/cal`,
    primary,
    backup,
  };
}

/** The programs of a server with their libraries and compile cache, and what a patch keeps of them. */
const [SERVER_MIB, VAR_MIB] = [32, 16];

/** A volume with its first half on `own` and the other on `other`: d500 is made of d501 and d502. */
function mirroredVolume(name: string, own: string, other: string, holds: 'calendar' | 'empty') {
  const half = (array: string, number: number) => ({ array, lun: name.replace(/0$/, String(number)) });
  return { name, holds, submirrors: [half(own, 1), half(other, 2)] };
}

/**
 * What §6.7.1 lays out for one instance, on its own diskset: the shared folder, the installation root, and var. In the
 * guide two of CS1's three are on CS2's diskset, so that the two instances could never be on two nodes.
 */
function disksetOf(own: string, other: string, [share, root, variable]: [string, string, string]) {
  const volumes = [
    mirroredVolume(share, own, other, 'calendar'),
    mirroredVolume(root, own, other, 'empty'),
    mirroredVolume(variable, own, other, 'empty'),
  ];
  const sizes = [STORE_MIB, SERVER_MIB, VAR_MIB];
  const halvesOn = (array: string): Lun[] =>
    volumes.flatMap(({ submirrors }, index) =>
      submirrors
        .filter((half) => half.array === array)
        .map(({ lun }) => ({ name: lun, sizeMiB: sizes[index] ?? 0, holds: 'submirror' as const })),
    );
  return { group: { name: own, volumes }, halvesOn };
}

const [firstSet, secondSet] = [
  disksetOf('penguin', 'polarbear', ['d400', 'd500', 'd600']),
  disksetOf('polarbear', 'penguin', ['d300', 'd200', 'd700']),
];

/** An instance whose programs are on the shared disk as well (guide §6.7). */
function onSharedDisk(service: Service): Service {
  return { ...service, furtherMountPoints: [`/opt/${service.primary}`, `/var/opt/${service.primary}`] };
}

export const symmetric = topology({
  model: 'symmetric',
  summary:
    "two active nodes and two arrays; each instance's server and store are on one and mirrored on the other (guide §6.1.2)",
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [...firstSet.halvesOn('penguin'), ...secondSet.halvesOn('penguin'), QUORUM_DEVICE],
    },
    { name: 'polarbear', luns: [...secondSet.halvesOn('polarbear'), ...firstSet.halvesOn('polarbear')] },
  ],
  deviceGroups: [firstSet.group, secondSet.group],
  services: [
    onSharedDisk(instance(1, 'Node2', { deviceGroup: 'penguin', volume: 'd400' })),
    onSharedDisk(instance(2, 'Node1', { deviceGroup: 'polarbear', volume: 'd300' })),
  ],
  fileSystems: [
    { mountPoint: '/opt/Node1', deviceGroup: 'penguin', volume: 'd500' },
    { mountPoint: '/var/opt/Node1', deviceGroup: 'penguin', volume: 'd600' },
    { mountPoint: '/opt/Node2', deviceGroup: 'polarbear', volume: 'd200' },
    { mountPoint: '/var/opt/Node2', deviceGroup: 'polarbear', volume: 'd700' },
  ],
});

/**
 * The volumes of §6.7.1 as they stand there: none of them has a copy, and four of six are on polarbear. Among these is
 * CS1's var. The storage resource that §6.7.2 prints for CS1 leaves it out, and so does this one: with it, the failover
 * file systems of CS1 would be on both disksets, and the two groups could never be on two nodes.
 */
export const symmetricAsWritten = topology({
  model: 'symmetric-as-written',
  summary:
    'two active nodes and two arrays, with the volumes of guide §6.7.1: no mirrors, and four of six volumes on polarbear',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: STORE_MIB, holds: 'calendar' },
        { name: 'd500', sizeMiB: SERVER_MIB, holds: 'empty' },
        QUORUM_DEVICE,
      ],
    },
    {
      name: 'polarbear',
      luns: [
        { name: 'd300', sizeMiB: STORE_MIB, holds: 'calendar' },
        { name: 'd200', sizeMiB: SERVER_MIB, holds: 'empty' },
        { name: 'd600', sizeMiB: VAR_MIB, holds: 'empty' },
        { name: 'd700', sizeMiB: VAR_MIB, holds: 'empty' },
      ],
    },
  ],
  services: symmetric.services.map((service) =>
    service.primary === 'Node1' ? { ...service, furtherMountPoints: ['/opt/Node1'] } : service,
  ),
  fileSystems: symmetric.fileSystems.map((one) =>
    one.volume === 'd600' ? { ...one, deviceGroup: 'polarbear' } : one,
  ),
});

/** XFS is not made smaller than 300 MiB. */
const XFS_MIB = 320;

export const fileSystems = topology({
  model: 'file-systems',
  summary:
    'the asymmetric model with an XFS beside its store that fails over with it, and a global file system (guide §6.2.1)',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: STORE_MIB, holds: 'calendar' },
        { name: 'd402', sizeMiB: XFS_MIB, holds: 'raw' },
        QUORUM_DEVICE,
      ],
    },
    { name: 'polarbear', luns: [{ name: 'd403', sizeMiB: VAR_MIB, holds: 'empty' }] },
  ],
  services: asymmetric.services.map((service) => ({ ...service, furtherMountPoints: ['/archive'] })),
  fileSystems: [
    { mountPoint: '/archive', deviceGroup: 'penguin', volume: 'd402', type: 'xfs' },
    { mountPoint: '/shared', deviceGroup: 'polarbear', volume: 'd403', global: true },
  ],
  packages: ['xfsprogs'],
});

export function nPlusOne(active: number): Topology {
  const spare = 'Spare';
  const numbers = Array.from({ length: active }, (_, index) => index + 1);
  return topology({
    model: `${active}+1`,
    summary: `${active} active nodes with an array each, and one spare that is wired to them all (guide §6.1.3)`,
    nodes: [...numbers.map((number) => `Node${number}`), spare],
    arrays: numbers.map((number) => ({
      name: `penguin${number}`,
      luns: [{ name: 'd400', sizeMiB: STORE_MIB, holds: 'calendar' }, QUORUM_DEVICE],
      nodes: [`Node${number}`, spare],
    })),
    services: numbers.map((number) =>
      instance(number, spare, { deviceGroup: `penguin${number}`, volume: 'd400' }),
    ),
  });
}

/** N+1 with a further node, with its array, that is still switched off. */
function growing(active: number): Topology {
  const grown = nPlusOne(active + 1);
  return {
    ...grown,
    model: `${active}+1+1`,
    summary: `${active} active nodes and a spare, and a further node with its array that is still switched off`,
    later: [`Node${active + 1}`],
  };
}

export const topologies: readonly Topology[] = [
  asymmetric,
  single,
  symmetric,
  symmetricAsWritten,
  fileSystems,
  slowArray,
  nPlusOne(2),
  nPlusOne(3),
  growing(2),
];

/** The images that a topology needs beside the plain ones. */
export function variantsOf(one: Topology): Variant[] {
  return [
    { role: 'node', packages: one.packages },
    ...(isMirrored(one) ? [{ role: 'mirror' as const, packages: [] }] : []),
    ...(one.services.length > 0 ? [DIRECTORY] : []),
    ...(one.commandClients ?? []).map(({ packages }) => ({ role: 'client' as const, packages })),
  ];
}

/** Store's file, relative to the root of the service's volume. */
export const STORE_ON_VOLUME = 'csdb/ics50events.db';

/**
 * /etc/vfstab of every node, fields separated by tabs (§6.6.1): a line a file system, failover ones not mounted at boot.
 * All nodes have all lines, those that are not wired to a volume included.
 */
export function vfstabOf({ services, fileSystems }: Topology): string {
  const lines = [...services, ...fileSystems].map((one) => {
    const [deviceGroup, volume] = [one.deviceGroup, one.volume];
    return [
      volumePath(deviceGroup, volume),
      volumePath(deviceGroup, volume, true),
      one.mountPoint,
      'type' in one ? one.type : 'ufs',
      '2',
      ...(one.global === true ? ['yes', 'global,logging'] : ['no', 'logging']),
    ].join('\t');
  });
  return `## Fail Over File System/Local File System ##\n${lines.join('\n')}\n`;
}

/** What the configurator was told on the primary node: everything on the shared disk, nothing started (§6.6.3). */
export function answersOf({ mountPoint, primary }: Service): Answers {
  const presets = { hostName: primary, configFolder: `${mountPoint}/config`, varFolder: mountPoint };
  return presetAnswers(presets, {
    ...authenticationAnswers(),
    START_AFTER_CONFIGURATION: 'no',
    START_ON_BOOT: 'no',
  });
}

/** ics.conf as the configurator and §6.6.3's additions leave it. */
export function icsConf(service: Service, address: string): string {
  const { logicalHost } = service;
  const qualifiedHost = `${logicalHost}.example.com`;
  return confText(answersOf(service)) + haAdditions({ address, logicalHost, qualifiedHost });
}
