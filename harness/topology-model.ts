/** What an HA model is made of, as data: how it is written down, and what is filled in and checked before anything starts. */
import type { DeviceGroupConfig } from '../images/node/config.ts';
import { SetupError } from './errors.ts';
import type { OwnParts } from './own-parts.ts';

export interface Lun {
  name: string;
  sizeMiB: number;
  /**
   * "calendar": a file system with a configured, empty store of a service; "empty": a file system with nothing in it;
   * "raw": none yet; "quorum": raw, a quorum device; "submirror": half of a mirrored volume, which says itself what it
   * holds.
   */
  holds: 'calendar' | 'empty' | 'raw' | 'quorum' | 'submirror';
}

export interface DiskArray {
  name: string;
  luns: Lun[];
  /** The nodes that have a cable to it. */
  nodes: string[];
  /** Every access to its disks takes so long; 0 for one that can become slow. Not there: it is fast, and stays so. */
  latencyMs?: number;
}

/** One LUN, or two of two arrays that are kept the same. */
export interface TopologyVolume {
  name: string;
  submirrors: { array: string; lun: string }[];
  holds: 'calendar' | 'empty' | 'raw';
}

export interface TopologyDeviceGroup {
  name: string;
  volumes: TopologyVolume[];
}

/** A calendar service with its group, in the guide's names (§6.5, tables 6-3 to 6-7). */
export interface Service {
  group: string;
  logicalHost: string;
  storageResource: string;
  serverResource: string;
  mountPoint: string;
  deviceGroup: string;
  volume: string;
  /** cal-svr-base: where the server is installed. */
  serverBase: string;
  primary: string;
  backup: string;
  /**
   * Further file systems of its storage resource, by mount point: those of a server that is installed on the shared
   * disk (guide §6.7.1).
   */
  furtherMountPoints?: string[];
  /** Its file system is a cluster file system: mounted on all nodes, while only one runs the service. */
  global?: boolean;
}

/** A file system that no calendar service is on, with its line in /etc/vfstab. */
export interface FileSystem {
  mountPoint: string;
  deviceGroup: string;
  volume: string;
  /** A cluster file system: mounted on all nodes. Else a failover file system. */
  global?: boolean;
  /** As /etc/vfstab and the kernel call it, if not "ufs", for which ext4 stands here: then the operator makes it. */
  type?: 'xfs';
}

export interface Topology extends OwnParts {
  model: string;
  /** What it is, in a sentence. */
  summary: string;
  nodes: string[];
  arrays: DiskArray[];
  deviceGroups: TopologyDeviceGroup[];
  /** Calendar services, each with a client that uses it. */
  services: Service[];
  fileSystems: FileSystem[];
  /** Logical hostnames of other services: they get addresses, and no client. */
  hosts: string[];
  /** Debian packages that the nodes have on top of what all images have. */
  packages: string[];
  /** Nodes that are installed and wired, and switched off until a drill boots them; services of theirs come then. */
  later: string[];
}

/** The two ends of a global file system. */
const GLOBAL_PACKAGES = ['sshfs', 'openssh-sftp-server'];

/** A topology as it is written down. */
export interface Wanted extends Pick<Topology, 'model' | 'summary' | 'nodes'> {
  /** Without `nodes`, all have a cable to it. */
  arrays: (Omit<DiskArray, 'nodes'> & { nodes?: string[] })[];
  /** Volumes that are not simply a LUN each. Every other LUN is a volume of its name, in a group named as its array. */
  deviceGroups?: TopologyDeviceGroup[];
  services?: Service[];
  fileSystems?: FileSystem[];
  hosts?: string[];
  packages?: string[];
  later?: string[];
}

/** Fills in what goes without saying. @throws SetupError naming what does not fit together. */
export function topology(wanted: Wanted): Topology {
  const { services = [], fileSystems = [], hosts = [], packages = [], later = [] } = wanted;
  const arrays = wanted.arrays.map((array) => ({ ...array, nodes: array.nodes ?? wanted.nodes }));
  const deviceGroups = allDeviceGroups(wanted);
  const made = { ...wanted, arrays, services, fileSystems, hosts, deviceGroups, later };
  const whole = { ...made, packages: hasGlobal(made) ? [...packages, ...GLOBAL_PACKAGES] : packages };
  const wrong = [...wrongWithDisks(whole), ...wrongWithServices(whole), ...wrongWithFileSystems(whole)];
  if (wrong.length > 0) throw new SetupError(`topology ${wanted.model}: ${wrong.join('; ')}`);
  return whole;
}

function allDeviceGroups({ arrays, deviceGroups = [] }: Wanted): TopologyDeviceGroup[] {
  const groups = deviceGroups.map(({ name, volumes }) => ({ name, volumes: [...volumes] }));
  for (const { name: array, luns } of arrays) {
    const plain = luns.flatMap(({ name, holds }) => {
      if (holds === 'quorum' || holds === 'submirror') return [];
      const taken = deviceGroups.some((group) => group.volumes.some((volume) => uses(volume, array, name)));
      return taken ? [] : [{ name, submirrors: [{ array, lun: name }], holds }];
    });
    const group = groups.find(({ name }) => name === array);
    if (group !== undefined) group.volumes.push(...plain);
    else if (plain.length > 0) groups.push({ name: array, volumes: plain });
  }
  return groups;
}

function uses(volume: TopologyVolume, array: string, lun: string): boolean {
  return volume.submirrors.some((half) => half.array === array && half.lun === lun);
}

function* wrongWithDisks({ nodes, arrays, deviceGroups, later }: Topology): Generator<string> {
  for (const node of later.filter((name) => !nodes.includes(name)))
    yield `${node} is to come later, and is no node of ${nodes.join(', ')}`;
  yield* twice('node', nodes);
  yield* twice(
    'array',
    arrays.map(({ name }) => name),
  );
  for (const array of arrays) {
    yield* twice(
      `LUN of array ${array.name}`,
      array.luns.map(({ name }) => name),
    );
    for (const node of array.nodes.filter((name) => !nodes.includes(name)))
      yield `array ${array.name} is wired to ${node}, which is no node of ${nodes.join(', ')}`;
  }
  const used = new Set<string>();
  for (const group of deviceGroups) {
    yield* twice(
      `volume of device group ${group.name}`,
      group.volumes.map(({ name }) => name),
    );
    for (const volume of group.volumes) yield* wrongWithVolume(group.name, volume, arrays, used);
    if (sharedBy(group, arrays, nodes).length === 0)
      yield `device group ${group.name} has no node that is wired to all of its arrays`;
  }
  for (const { name, luns } of arrays) {
    for (const lun of luns.filter(({ holds }) => holds === 'submirror'))
      if (!used.has(`${name}/${lun.name}`)) yield `submirror ${name}/${lun.name} belongs to no volume`;
  }
}

function* wrongWithVolume(
  group: string,
  { name, submirrors }: TopologyVolume,
  arrays: readonly DiskArray[],
  used: Set<string>,
): Generator<string> {
  const volume = `volume ${group}/${name}`;
  const sizes = new Set<number>();
  if (submirrors.length < 1 || submirrors.length > 2)
    yield `${volume} has ${submirrors.length} submirrors; it can be one LUN, or two that are kept the same`;
  if (submirrors.length === 2 && submirrors[0]?.array === submirrors[1]?.array)
    yield `both halves of ${volume} are on array ${submirrors[0]?.array}, whose loss would take both`;
  for (const half of submirrors) {
    const array = arrays.find((one) => one.name === half.array);
    const lun = array?.luns.find((one) => one.name === half.lun);
    const path = `${half.array}/${half.lun}`;
    if (array === undefined) yield `${volume} is on array ${half.array}, which is not there`;
    else if (lun === undefined)
      yield `${volume} is on ${path}, and array ${half.array} has no LUN ${half.lun}`;
    else {
      if (used.has(path)) yield `${path} is in two volumes, one of them ${group}/${name}`;
      if (lun.holds === 'quorum') yield `${path} of ${volume} is a quorum device`;
      if (submirrors.length === 2 && lun.holds !== 'submirror')
        yield `${path} of ${volume} holds "${lun.holds}"; half of a mirror holds "submirror"`;
      used.add(path);
      sizes.add(lun.sizeMiB);
    }
  }
  if (sizes.size > 1) yield `the halves of ${volume} differ in size: ${[...sizes].join(' and ')} MiB`;
}

function* wrongWithServices(whole: Topology): Generator<string> {
  const { nodes, arrays, deviceGroups, services, hosts } = whole;
  yield* twice('logical hostname', [...services.map(({ logicalHost }) => logicalHost), ...hosts]);
  yield* twice(
    'group',
    services.map(({ group }) => group),
  );
  for (const service of services) {
    const about = `service ${service.group}`;
    const group = deviceGroups.find(({ name }) => name === service.deviceGroup);
    const volume = group?.volumes.find(({ name }) => name === service.volume);
    if (volume === undefined)
      yield `${about} is on ${service.deviceGroup}/${service.volume}, which is no volume`;
    else if (volume.holds !== 'calendar') yield `${about} is on an empty volume, ${service.volume}`;
    for (const point of service.furtherMountPoints ?? []) {
      const one = whole.fileSystems.find(({ mountPoint }) => mountPoint === point);
      if (one === undefined) yield `${about} has a file system at ${point}, which is not there`;
      else if (one.deviceGroup !== service.deviceGroup)
        yield `${about} has file systems on ${service.deviceGroup} and ${one.deviceGroup}, which may be on two nodes`;
    }
    for (const node of [service.primary, service.backup]) {
      if (!nodes.includes(node)) yield `${about} is for ${node}, which is no node of ${nodes.join(', ')}`;
      else if (group && !sharedBy(group, arrays, nodes).includes(node))
        yield `${about} is for ${node}, which has no cable to all arrays of ${service.deviceGroup}`;
    }
  }
}

function* wrongWithFileSystems({ deviceGroups, services, fileSystems }: Topology): Generator<string> {
  yield* twice(
    'mount point',
    [...services, ...fileSystems].map(({ mountPoint }) => mountPoint),
  );
  for (const { mountPoint, deviceGroup, volume } of fileSystems) {
    const group = deviceGroups.find(({ name }) => name === deviceGroup);
    if (!group?.volumes.some(({ name }) => name === volume))
      yield `${mountPoint} is on ${deviceGroup}/${volume}, which is no volume`;
  }
}

function* twice(what: string, names: readonly string[]): Generator<string> {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) yield `there are two of ${what} ${name}`;
    seen.add(name);
  }
}

/** The nodes that are wired to all arrays of a group. */
function sharedBy(
  group: TopologyDeviceGroup,
  arrays: readonly DiskArray[],
  nodes: readonly string[],
): string[] {
  const needed = group.volumes.flatMap(({ submirrors }) => submirrors.map(({ array }) => array));
  return nodes.filter((node) =>
    needed.every((name) => arrays.find((array) => array.name === name)?.nodes.includes(node)),
  );
}

/** The device groups as nodes are told of them. */
export function deviceGroupConfigs({ deviceGroups, arrays, nodes }: Topology): DeviceGroupConfig[] {
  return deviceGroups.map((group) => ({
    name: group.name,
    nodes: sharedBy(group, arrays, nodes),
    volumes: group.volumes.map(({ name, submirrors }) => ({ name, submirrors })),
  }));
}

export function isMirrored({ deviceGroups }: Topology): boolean {
  return deviceGroups.some(({ volumes }) => volumes.some(({ submirrors }) => submirrors.length > 1));
}

/** Whether there are file systems that all nodes have mounted. */
export function hasGlobal({ services, fileSystems }: Pick<Topology, 'services' | 'fileSystems'>): boolean {
  return [...services, ...fileSystems].some(({ global }) => global === true);
}

/** The LUNs that hold a service's store, as array/LUN: one, or the two halves of its mirror. */
export function lunsOf(
  { deviceGroups }: Topology,
  { deviceGroup, volume }: Pick<Service, 'deviceGroup' | 'volume'>,
): string[] {
  const group = deviceGroups.find(({ name }) => name === deviceGroup);
  const submirrors = group?.volumes.find(({ name }) => name === volume)?.submirrors ?? [];
  return submirrors.map(({ array, lun }) => `${array}/${lun}`);
}

/** Whether the server itself is on the shared disk, and goes where its store goes (guide §6.1.2). */
export function isInstalledOnSharedDisk({ serverBase, furtherMountPoints = [] }: Service): boolean {
  return furtherMountPoints.some((point) => serverBase.startsWith(`${point}/`));
}

/** All file systems of a service's storage resource. */
export function mountPointsOf({ mountPoint, furtherMountPoints = [] }: Service): string[] {
  return [mountPoint, ...furtherMountPoints];
}
