/** Clusters of ours for benchmarks: any number of nodes, all wired to one array that holds a volume for each group. */
import { type Lun, type Topology, topology } from '../../../harness/topology-model.ts';

export interface Size {
  nodes: number;
  groups: number;
  /**
   * N+1: each group has a node and an array of its own, and one spare, wired to all arrays, that all groups have for a
   * backup. Else all nodes are wired to one array.
   */
  spare?: boolean;
}

export const ARRAY = 'penguin';
/** Among the first two nodes, which are those that a repetition moves the measured group between. */
const SPARE = 'Node2';
const FIRST_PORT = 8080;

export interface BenchGroup {
  group: string;
  host: string;
  storage: string;
  service: string;
  mountPoint: string;
  /** Of its own, since a device group is mastered as a whole by one node. */
  deviceGroup: string;
  volume: string;
  port: number;
  /** Its own in N+1. */
  array: string;
}

export function groupNamed(number: number): BenchGroup {
  const suffix = number === 1 ? '' : String(number);
  return {
    group: `BENCH${suffix}-RG`,
    host: `bench-host${suffix}`,
    storage: `BENCH${suffix}-HASP`,
    service: `BENCH${suffix}-RS`,
    mountPoint: `/bench${suffix}`,
    deviceGroup: `bench${suffix}`,
    volume: `d${399 + number}`,
    port: FIRST_PORT + number - 1,
    array: `${ARRAY}${suffix}`,
  };
}

/** The group that the client uses; the others are like it. */
export const MEASURED = groupNamed(1);

export function nodesOf({ nodes }: Size): string[] {
  return Array.from({ length: nodes }, (_, index) => `Node${index + 1}`);
}

export function groupsOf({ groups }: Size): BenchGroup[] {
  return Array.from({ length: groups }, (_, index) => groupNamed(index + 1));
}

/** N+1: the node that a group is at home on; the spare has none. */
function homeOf(size: Size, group: BenchGroup): string {
  const homes = nodesOf(size).filter((node) => node !== SPARE);
  return homes[groupsOf(size).findIndex(({ group: name }) => name === group.group)] ?? SPARE;
}

const QUORUM: Lun = { name: 'q1', sizeMiB: 1, holds: 'quorum' };
const lunOf = ({ volume }: BenchGroup): Lun => ({ name: volume, sizeMiB: 64, holds: 'empty' });

export function benchTopology(size: Size): Topology {
  const groups = groupsOf(size);
  const { nodes, groups: count, spare = false } = size;
  return topology({
    model: spare ? `bench-${count}+1` : `bench-${nodes}-${count}`,
    summary: `${nodes} nodes, ${count} groups, ${spare ? 'an array for each group and a spare' : 'one array'}`,
    nodes: nodesOf(size),
    arrays: spare
      ? groups.map((one) => ({
          name: one.array,
          luns: [lunOf(one), QUORUM],
          nodes: [homeOf(size, one), SPARE],
        }))
      : [{ name: ARRAY, luns: [...groups.map(lunOf), QUORUM] }],
    deviceGroups: groups.map(({ deviceGroup, volume, array }) => ({
      name: deviceGroup,
      volumes: [
        {
          name: volume,
          submirrors: [{ array: spare ? array : ARRAY, lun: volume }],
          holds: 'empty' as const,
        },
      ],
    })),
    fileSystems: groups.map(({ mountPoint, deviceGroup, volume }) => ({ mountPoint, deviceGroup, volume })),
    hosts: groups.map(({ host }) => host),
  });
}

/**
 * The operator's commands. The measured group starts on `first` and has `second` next in its Nodelist; the others are
 * spread over all nodes, each one's Nodelist beginning with another. A group that nobody asks runs a command that
 * does nothing.
 */
export function benchCommands(size: Size, first: string, second: string, server: string): string[] {
  const [measured, ...others] = groupsOf(size);
  const nodes = nodesOf(size);
  const rest = size.spare ? [] : nodes.filter((node) => node !== first && node !== second);
  const preferred = [first, second, ...rest];
  const types = ['SUNW.HAStoragePlus', 'SUNW.gds'].map((type) => `scrgadm -a -t ${type}`);
  return [
    ...types,
    ...(measured ? commandsFor(measured, preferred, `exec node ${server} ${measured.mountPoint} 8080`) : []),
    ...others.flatMap((one, index) => {
      if (size.spare) return commandsFor(one, [homeOf(size, one), SPARE], null);
      const turn = (index + 1) % nodes.length;
      return commandsFor(one, [...nodes.slice(turn), ...nodes.slice(0, turn)], null);
    }),
  ];
}

/** `program` null: nothing to connect to, so its life is all there is to see. */
function commandsFor(
  { group, host, storage, service, mountPoint, port }: BenchGroup,
  nodelist: string[],
  program: string | null,
): string[] {
  const seen =
    program === null ? '-x Probe_command=true' : `-y Port_list=${port}/tcp -y Thorough_probe_interval=1`;
  return [
    `scrgadm -a -g ${group} -h ${nodelist.join(',')}`,
    `scrgadm -a -L -g ${group} -l ${host}`,
    `scrgadm -a -j ${storage} -g ${group} -t SUNW.HAStoragePlus -x FilesystemMountPoints=${mountPoint}`,
    `scrgadm -a -j ${service} -g ${group} -t SUNW.gds -y Resource_dependencies=${storage} ${seen} -x Start_command="${program ?? 'exec sleep infinity'}"`,
    `scswitch -Z -g ${group}`,
  ];
}
