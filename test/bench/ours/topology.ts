/** Clusters of ours for benchmarks: any number of nodes, all wired to one array that holds a volume for each group. */
import { type Topology, topology } from '../../../harness/topology-model.ts';

export interface Size {
  nodes: number;
  groups: number;
}

export const ARRAY = 'penguin';
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

export function benchTopology(size: Size): Topology {
  const groups = groupsOf(size);
  return topology({
    model: `bench-${size.nodes}-${size.groups}`,
    summary: `${size.nodes} nodes, ${size.groups} groups, one array`,
    nodes: nodesOf(size),
    arrays: [
      {
        name: ARRAY,
        luns: [
          ...groups.map(({ volume }) => ({ name: volume, sizeMiB: 64, holds: 'empty' as const })),
          { name: 'q1', sizeMiB: 1, holds: 'quorum' },
        ],
      },
    ],
    deviceGroups: groups.map(({ deviceGroup, volume }) => ({
      name: deviceGroup,
      volumes: [{ name: volume, submirrors: [{ array: ARRAY, lun: volume }], holds: 'empty' as const }],
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
  const preferred = [first, second, ...nodes.filter((node) => node !== first && node !== second)];
  const types = ['SUNW.HAStoragePlus', 'SUNW.gds'].map((type) => `scrgadm -a -t ${type}`);
  return [
    ...types,
    ...(measured ? commandsFor(measured, preferred, `exec node ${server} ${measured.mountPoint} 8080`) : []),
    ...others.flatMap((one, index) => {
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
