/** How an operator brings a topology's services up: what stands on the nodes before, and what is typed then. */
import type { OwnDisk } from '../images/node/config.ts';
import { rootOf } from '../images/node/ics/places.ts';
import type { Typed } from './own-parts.ts';
import { isInstalledOnSharedDisk, mountPointsOf, type Service, type Topology } from './topology-model.ts';

export type { Typed } from './own-parts.ts';

/**
 * The operator's commands that configure and start the services, in the guide's spelling (§6.6.3 and §6.7, corrected),
 * each node's in a row.
 */
export function setUpSteps(whole: Topology): Typed[] {
  const { services, nodes, further = [] } = whole;
  const [node = ''] = nodes;
  if (services.length === 0) return further;
  const types = ['scrgadm -a -t SUNW.HAStoragePlus', 'scrgadm -a -t SUNW.scics'];
  const steps = [
    ...makeFileSystems(whole),
    { node, commands: types },
    ...services.flatMap((service): Typed[] => {
      const { group, logicalHost, storageResource, primary, backup } = service;
      const storage = [
        `scrgadm -a -g ${group} -h ${[...new Set([primary, backup])].join(',')}`,
        `scrgadm -a -L -g ${group} -l ${logicalHost}`,
        `scrgadm -a -j ${storageResource} -g ${group} -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=${mountPointsOf(service).join(',')}`,
      ];
      if (!isInstalledOnSharedDisk(service))
        return [{ node, commands: [...storage, serverCommand(service), `scswitch -Z -g ${group}`] }];
      // The storage first: the server is installed on it (guide §6.7.2).
      return [
        { node, commands: [...storage, `scswitch -Z -g ${group}`] },
        { node: primary, commands: installCommands(service) },
        { node, commands: [serverCommand(service), `scswitch -e -j ${service.serverResource}`] },
      ];
    }),
    ...further,
  ];
  const joined: Typed[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (last?.node === step.node) last.commands.push(...step.commands);
    else joined.push(step);
  }
  return joined;
}

/** A device that gets its file system by the operator, and the node with a cable to it on which that is typed. */
export interface ToFormat {
  node: string;
  device: string;
  type: string;
}

/** Those whose file systems are not there yet. */
export function devicesToFormat({
  fileSystems,
  nodes: [node = ''],
}: Pick<Topology, 'fileSystems' | 'nodes'>): ToFormat[] {
  return fileSystems.flatMap(({ deviceGroup, volume, type }) =>
    type === undefined ? [] : [{ node, device: `/dev/lun/${deviceGroup}/${volume}`, type }],
  );
}

/** What a node wrote must not stay in its memory. */
function makeFileSystems(whole: Topology): Typed[] {
  return devicesToFormat(whole).map(({ node, device, type }) => ({
    node,
    commands: [`mkfs.${type} -q -f ${device}`, `blockdev --flushbufs ${device}`],
  }));
}

function serverCommand({ group, logicalHost, storageResource, serverResource, serverBase }: Service): string {
  return `scrgadm -a -j ${serverResource} -g ${group} -t SUNW.scics -x ICS_serverroot=${serverBase} -y Resource_dependencies=${storageResource},${logicalHost} -y Thorough_probe_interval=5`;
}

/** On the node that has the disk; the configuration is on it already, as of a server that is installed again. */
function installCommands({ serverBase, mountPoint }: Service): string[] {
  const root = rootOf(serverBase);
  return [
    `commsinstall --root ${root}`,
    `ln -s ${mountPoint}/config ${serverBase}/`,
    // The link is to outlive this node.
    `sync -f ${root}`,
  ];
}

/** All of `setUpSteps`, where they are for one node. */
export function setUpCommands(whole: Topology): string[] {
  return setUpSteps(whole).flatMap(({ commands }) => commands);
}

/** What is installed on a node's own disk when it boots for the first time (guide §6.6.3, "To Prepare Each Node"). */
export function ownDiskOf({ services }: Topology, node: string): OwnDisk {
  const here = services.filter(({ primary, backup }) => [primary, backup].includes(node));
  const servers = here.filter((service) => !isInstalledOnSharedDisk(service));
  return {
    agent: services.length > 0,
    servers: servers.map(({ serverBase, mountPoint }) => ({
      root: rootOf(serverBase),
      configFolder: `${mountPoint}/config`,
    })),
  };
}

/** A group beside the calendar services, as a user's topology has it. */
export interface FurtherGroup {
  group: string;
  nodes: string[];
  logicalHosts: string[];
  mountPoints: string[];
  gds: {
    resource: string;
    start: string;
    stop?: string | undefined;
    probe?: string | undefined;
    port?: number | undefined;
  }[];
}

/** What brings such groups up, after the calendar services. */
export function furtherSteps(groups: readonly FurtherGroup[], { nodes: [node = ''] }: Topology): Typed[] {
  const types = groups.some(({ gds }) => gds.length > 0) ? ['scrgadm -a -t SUNW.gds'] : [];
  return [{ node, commands: [...types, ...groups.flatMap(commandsOf)] }];
}

function commandsOf({ group, nodes, logicalHosts, mountPoints, gds }: FurtherGroup): string[] {
  const storage = mountPoints.length === 0 ? [] : [`${group}-HASP-RS`];
  const needs = [...storage, ...logicalHosts];
  return [
    `scrgadm -a -g ${group} -h ${nodes.join(',')}`,
    ...logicalHosts.map((host) => `scrgadm -a -L -g ${group} -l ${host}`),
    ...storage.map(
      (resource) =>
        `scrgadm -a -j ${resource} -g ${group} -t SUNW.HAStoragePlus -x FilesystemMountPoints=${mountPoints.join(',')}`,
    ),
    ...gds.map(({ resource, start, stop, probe, port }) =>
      [
        `scrgadm -a -j ${resource} -g ${group} -t SUNW.gds -x Start_command=${quoted(start)}`,
        ...(stop === undefined ? [] : [`-x Stop_command=${quoted(stop)}`]),
        ...(probe === undefined ? [] : [`-x Probe_command=${quoted(probe)}`]),
        ...(port === undefined ? ['-x Network_aware=FALSE'] : [`-y Port_list=${port}/tcp`]),
        ...(needs.length === 0 ? [] : [`-y Resource_dependencies=${needs.join(',')}`]),
      ].join(' '),
    ),
    `scswitch -Z -g ${group}`,
  ];
}

/** One word of a shell's. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
