/** The HA models as data: what there is, and how it is wired. No behaviour. Source: guide §6.1 and §6.5's names. */

export interface Lun {
  name: string;
  sizeMiB: number;
  /** "calendar": a file system with a configured, empty store of a service; "quorum": raw, a quorum device. */
  holds: 'calendar' | 'quorum';
}

export interface DiskArray {
  name: string;
  luns: Lun[];
}

/** A calendar service with its group, in the guide's names (§6.5, tables 6-3 to 6-7). */
export interface Service {
  group: string;
  logicalHost: string;
  storageResource: string;
  serverResource: string;
  mountPoint: string;
  array: string;
  lun: string;
  /** cal-svr-base: where the server is installed. */
  serverBase: string;
  primary: string;
  backup: string;
}

export interface Topology {
  model: string;
  /** What it is, in a sentence. */
  summary: string;
  nodes: string[];
  arrays: DiskArray[];
  services: Service[];
}

const asymmetric: Topology = {
  model: 'asymmetric',
  summary: 'two nodes and one array; the primary serves, the backup waits (guide §6.1.1)',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: 64, holds: 'calendar' },
        // A disk of the same shape that belongs to no service: what a wrong line in /etc/vfstab would mount.
        { name: 'd401', sizeMiB: 64, holds: 'calendar' },
        { name: 'q1', sizeMiB: 1, holds: 'quorum' },
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
      array: 'penguin',
      lun: 'd400',
      serverBase: '/opt/SUNWics5/cal',
      primary: 'Node1',
      backup: 'Node2',
    },
  ],
};

export const topologies: readonly Topology[] = [asymmetric];

/** Store's file, relative to the root of the service's volume. */
export const STORE_ON_VOLUME = 'csdb/ics50events.db';

/** /etc/vfstab of every node: one failover line a service, not mounted at boot, fields separated by tabs (§6.6.1). */
export function vfstabOf(topology: Topology): string {
  const lines = topology.services.map(({ array, lun, mountPoint }) =>
    [
      `/dev/md/${array}/dsk/${lun}`,
      `/dev/md/${array}/rdsk/${lun}`,
      mountPoint,
      'ufs',
      '2',
      'no',
      'logging',
    ].join('\t'),
  );
  return `## Fail Over File System/Local File System ##\n${lines.join('\n')}\n`;
}

/** The operator's commands that configure and start the services, in the guide's spelling (§6.6.3, corrected). */
export function setUpCommands({ nodes, services }: Topology): string[] {
  const types = ['scrgadm -a -t SUNW.HAStoragePlus', 'scrgadm -a -t SUNW.scics'];
  return types.concat(
    services.flatMap((service) => {
      const { group, logicalHost, storageResource, serverResource, primary } = service;
      const nodelist = [primary, ...nodes.filter((node) => node !== primary)].join(',');
      return [
        `scrgadm -a -g ${group} -h ${nodelist}`,
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
    '',
  ].join('\n');
}
