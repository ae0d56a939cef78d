/** The HA models: what there is and how it is wired, and what follows from it for an operator. Source: guide §6.1, §6.5. */
import { volumePath } from '../images/node/config.ts';
import { authenticationConf } from './directory.ts';
import { DIRECTORY, type Variant } from './engine/image-tags.ts';
import { isMirrored, type Lun, type Service, type Topology, topology } from './topology-model.ts';

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

const halfOfStore = (name: string): Lun => ({ name, sizeMiB: STORE_MIB, holds: 'submirror' });

/** Not among `topologies` yet: no drill is for it. */
export const symmetric = topology({
  model: 'symmetric',
  summary:
    "two active nodes and two arrays; each instance's store is on one and mirrored on the other (guide §6.1.2)",
  nodes: ['Node1', 'Node2'],
  arrays: [
    { name: 'penguin', luns: [halfOfStore('d401'), halfOfStore('d302'), QUORUM_DEVICE] },
    { name: 'polarbear', luns: [halfOfStore('d301'), halfOfStore('d402')] },
  ],
  deviceGroups: [
    {
      name: 'penguin',
      volumes: [
        {
          name: 'd400',
          holds: 'calendar',
          submirrors: [
            { array: 'penguin', lun: 'd401' },
            { array: 'polarbear', lun: 'd402' },
          ],
        },
      ],
    },
    {
      name: 'polarbear',
      volumes: [
        {
          name: 'd300',
          holds: 'calendar',
          submirrors: [
            { array: 'polarbear', lun: 'd301' },
            { array: 'penguin', lun: 'd302' },
          ],
        },
      ],
    },
  ],
  services: [
    instance(1, 'Node2', { deviceGroup: 'penguin', volume: 'd400' }),
    instance(2, 'Node1', { deviceGroup: 'polarbear', volume: 'd300' }),
  ],
});

/** Not among `topologies` yet: no drill is for it. */
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

export const topologies: readonly Topology[] = [asymmetric];

/** The images that a topology needs beside the plain ones. */
export function variantsOf(one: Topology): Variant[] {
  return [
    { role: 'node', packages: one.packages },
    ...(isMirrored(one) ? [{ role: 'mirror' as const, packages: [] }] : []),
    ...(one.services.length > 0 ? [DIRECTORY] : []),
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
      'ufs',
      '2',
      ...(one.global === true ? ['yes', 'global,logging'] : ['no', 'logging']),
    ].join('\t');
  });
  return `## Fail Over File System/Local File System ##\n${lines.join('\n')}\n`;
}

/** The operator's commands that configure and start the services, in the guide's spelling (§6.6.3, corrected). */
export function setUpCommands({ services }: Topology): string[] {
  if (services.length === 0) return [];
  const types = ['scrgadm -a -t SUNW.HAStoragePlus', 'scrgadm -a -t SUNW.scics'];
  return types.concat(
    services.flatMap((service) => {
      const { group, logicalHost, storageResource, serverResource, primary, backup } = service;
      return [
        `scrgadm -a -g ${group} -h ${primary},${backup}`,
        `scrgadm -a -L -g ${group} -l ${logicalHost}`,
        `scrgadm -a -j ${storageResource} -g ${group} -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=${service.mountPoint}`,
        `scrgadm -a -j ${serverResource} -g ${group} -t SUNW.scics -x ICS_serverroot=${service.serverBase} -y Resource_dependencies=${storageResource},${logicalHost} -y Thorough_probe_interval=5`,
        `scswitch -Z -g ${group}`,
      ];
    }),
  );
}

/** ics.conf as the configurator and §6.6.3's additions leave it. */
export function icsConf({ logicalHost, mountPoint }: Service, address: string): string {
  return [
    '! Written for a drill; what makes it highly available stands at the end (guide, section 6.6.3)',
    `caldb.berkeleydb.homedir.path = "${mountPoint}/csdb"`,
    'service.http.port = "80"',
    'local.server.ha.enabled="yes"',
    'local.server.ha.agent="SUNWscics"',
    `service.http.listenaddr="${address}"`,
    `local.hostname="${logicalHost}"`,
    `local.servername="${logicalHost}"`,
    `service.ens.host="${logicalHost}"`,
    `service.http.calendarhostname="${logicalHost}.example.com"`,
    'local.autorestart="yes"',
    `service.listenaddr="${address}"`,
    ...authenticationConf(),
    '',
  ].join('\n');
}
