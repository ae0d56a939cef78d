/** From a topology to what each container is told: addresses, settings, wires. Pure, but for its arguments. */
import type { HostConfig } from 'dockerode';
import type { Content, LunConfig } from '../../images/array/disks.ts';
import type { DirectoryConfig } from '../../images/directory/config.ts';
import type { MirrorConfig, MirrorSabotage } from '../../images/mirror/config.ts';
import type { NodeConfig, NodeSabotage } from '../../images/node/config.ts';
import { DIRECTORY_CONTENT, DIRECTORY_HOST } from '../directory.ts';
import { ownDiskOf } from '../set-up.ts';
import { icsConf, type Service, type Topology, vfstabOf } from '../topology.ts';
import { deviceGroupConfigs, hasGlobal, isMirrored, type Lun } from '../topology-model.ts';
import { quorumDevicesOf } from '../volumes.ts';
import type { ContainedOptions } from './contained.ts';
import type { Network } from './networks.ts';
import {
  DIRECTORY_SERVER_HOST,
  DISK_ARRAY_HOST,
  GLOBAL_MOUNTS_HOST,
  MIRROR_HOST,
  NODE_HOST,
  SLOW_ARRAY_HOST,
  WITNESS_HOST,
} from './privileges.ts';

export const NETWORKS = ['public', 'interconnect1', 'interconnect2', 'storage'] as const;
export type Networks = Record<(typeof NETWORKS)[number], Network>;

const [DIRECTORY, FIRST_NODE, FIRST_ARRAY, FIRST_LOGICAL] = [5, 10, 40, 200];
const PREFIX_LENGTH = 24;
const BOOT_PATIENCE_MS = 30_000;

export interface PlanOptions {
  run: string;
  /** Prefix of container names. */
  prefix: string;
  topology: Topology;
  networks: Networks;
  heartbeat: { quantumMs: number; timeoutMs: number };
  sabotage: NodeSabotage | null;
  mirrorSabotage: MirrorSabotage | null;
  /** As before any set-up. */
  bare?: boolean;
  /** How long a node that boots waits for the others before it tries to form a cluster without them. */
  bootPatienceMs?: number;
  stackedPorts: boolean;
}

const LOOPBACK = '127.0.0.1';
const EMPTY: Content = { owner: 0, directories: [], files: {} };

type OwnDiskAndMounts = Pick<NodeConfig, 'vfstab' | 'mountPoints' | 'ownDisk'>;
const BARE: OwnDiskAndMounts = { vfstab: '', mountPoints: [], ownDisk: { agent: false, servers: [] } };

function setUp(topology: Topology, node: string): OwnDiskAndMounts {
  const mountPoints = [...topology.services, ...topology.fileSystems].map(({ mountPoint }) => mountPoint);
  return { vfstab: vfstabOf(topology), mountPoints, ownDisk: ownDiskOf(topology, node) };
}

type Planned = Omit<ContainedOptions, 'image' | 'labels'>;

export class Plan {
  readonly #options: PlanOptions;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  logicalAddress(service: Service): string {
    return this.hostAddress(service.logicalHost);
  }

  /** Of a logical hostname. */
  hostAddress(host: string): string {
    return this.#options.networks.public.address(FIRST_LOGICAL + this.#logicalHosts.indexOf(host));
  }

  get #logicalHosts(): string[] {
    const { services, hosts } = this.#options.topology;
    return [...services.map(({ logicalHost }) => logicalHost), ...hosts];
  }

  #nodeNumber(node: string): number {
    return FIRST_NODE + this.#options.topology.nodes.indexOf(node);
  }

  /** Of a node on both interconnects. */
  interconnectAddresses(node: string): string[] {
    const { interconnect1, interconnect2 } = this.#options.networks;
    return [interconnect1, interconnect2].map(({ address }) => address(this.#nodeNumber(node)));
  }

  publicAddress(node: string): string {
    return this.#options.networks.public.address(this.#nodeNumber(node));
  }

  /** The id of the network that clients are on. */
  get publicNetwork(): string {
    return this.#options.networks.public.id;
  }

  #arrayAddress(array: string): string {
    const { topology, networks } = this.#options;
    return networks.storage.address(FIRST_ARRAY + topology.arrays.findIndex(({ name }) => name === array));
  }

  node(node: string): Planned {
    const { prefix, networks, topology } = this.#options;
    const number = this.#nodeNumber(node);
    const wires = [networks.public, networks.interconnect1, networks.interconnect2, networks.storage];
    const { cpus, memoryMiB } = topology.limits?.[node] ?? {};
    const host: HostConfig = {
      ...NODE_HOST,
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
      ...(memoryMiB === undefined ? {} : { Memory: memoryMiB * 2 ** 20 }),
      ExtraHosts: [
        ...topology.nodes.map((name) => `${name}:${networks.public.address(this.#nodeNumber(name))}`),
        ...this.#logicalHosts.map((host) => `${host}:${this.hostAddress(host)}`),
        `${DIRECTORY_HOST}:${this.directoryAddress}`,
      ],
    };
    return {
      name: `${prefix}-${node}`,
      hostname: node,
      env: { HA_NODE: JSON.stringify(this.#nodeConfig(node)) },
      networks: wires.map(({ id, address }) => ({ id, address: address(number) })),
      host,
    };
  }

  #nodeConfig(node: string): NodeConfig {
    const { topology, networks, heartbeat, sabotage, bootPatienceMs = BOOT_PATIENCE_MS } = this.#options;
    const number = this.#nodeNumber(node);
    const peers = topology.nodes.filter((name) => name !== node);
    const wired = topology.arrays.filter(({ nodes }) => nodes.includes(node));
    return {
      name: node,
      nodes: topology.nodes,
      heartbeat,
      bootPatienceMs,
      interconnects: [networks.interconnect1, networks.interconnect2].map(({ address }) => ({
        self: address(number),
        peers: Object.fromEntries(peers.map((peer) => [peer, address(this.#nodeNumber(peer))])),
      })),
      publicAddress: networks.public.address(number),
      publicPrefix: PREFIX_LENGTH,
      arrays: Object.fromEntries(wired.map(({ name }) => [name, this.#arrayAddress(name)])),
      luns: wired.flatMap(({ name, luns }) =>
        luns.map((lun) => ({ array: name, lun: lun.name, quorum: lun.holds === 'quorum' })),
      ),
      quorumDevices: quorumDevicesOf(topology),
      deviceGroups: deviceGroupConfigs(topology),
      mirrorService: isMirrored(topology) ? LOOPBACK : null,
      globalMounts: hasGlobal(topology) ? LOOPBACK : null,
      ...(this.#options.bare === true ? BARE : setUp(topology, node)),
      sabotage,
    };
  }

  /** Beside its node, made from the node's image: what shows global file systems there. */
  globalMounts(node: string): Planned & { command: string[]; withItsProcesses: true } {
    return {
      name: `${this.#options.prefix}-${node}-global`,
      hostname: `${node}-global`,
      env: { HA_NODE: JSON.stringify(this.#nodeConfig(node)) },
      networks: [],
      host: GLOBAL_MOUNTS_HOST,
      command: ['node', '/opt/ha-drills/images/node/global-mounts/main.ts'],
      withItsProcesses: true,
    };
  }

  /** Beside its node, in the node's network: the arrays know it as the node, and its service is on the loopback. */
  mirror(node: string): Planned {
    const { run, prefix, topology, networks, mirrorSabotage } = this.#options;
    const wired = topology.arrays.filter(({ nodes }) => nodes.includes(node));
    const others = topology.nodes.filter((name) => name !== node);
    const config: MirrorConfig = {
      run,
      node,
      arrays: Object.fromEntries(wired.map(({ name }) => [name, this.#arrayAddress(name)])),
      mediators: Object.fromEntries(
        others.map((other) => [other, networks.storage.address(this.#nodeNumber(other))]),
      ),
      volumes: deviceGroupConfigs(topology).flatMap((group) =>
        group.volumes.flatMap(({ name, submirrors: [one, other] }) =>
          one && other && group.nodes.includes(node)
            ? [{ deviceGroup: group.name, name, submirrors: [one, other] as const }]
            : [],
        ),
      ),
      sabotage: mirrorSabotage,
    };
    return {
      name: `${prefix}-${node}-mirror`,
      hostname: `${node}-mirror`,
      env: { HA_MIRROR: JSON.stringify(config), UV_THREADPOOL_SIZE: '16' },
      networks: [],
      host: MIRROR_HOST,
    };
  }

  array(array: string): Planned {
    const { run, prefix, networks, topology, stackedPorts } = this.#options;
    const { luns = [], nodes = [], latencyMs } = topology.arrays.find(({ name }) => name === array) ?? {};
    const initiators = Object.fromEntries(
      nodes.map((node) => [networks.storage.address(this.#nodeNumber(node)), node]),
    );
    const config = {
      run,
      name: array,
      luns: luns.map((lun) => this.#lunConfig(array, lun)),
      initiators,
      stackedPorts,
      ...(latencyMs === undefined ? {} : { latencyMs }),
    };
    return {
      name: `${prefix}-${array}`,
      hostname: array,
      // A thread of it waits for each file that takes its time.
      env: { HA_ARRAY: JSON.stringify(config), UV_THREADPOOL_SIZE: '16' },
      networks: [{ id: networks.storage.id, address: this.#arrayAddress(array) }],
      host: latencyMs === undefined ? DISK_ARRAY_HOST : SLOW_ARRAY_HOST,
    };
  }

  /** One of the files behind an array's LUNs, as the array has it mounted. */
  fileOfArray(array: string): string {
    const [lun] = this.#options.topology.arrays.find(({ name }) => name === array)?.luns ?? [];
    return `/ha-drills/${this.#options.run}/${array}/${lun?.name}`;
  }

  /** A LUN to tell by how fast an array is; undefined of one that is as fast as can be. */
  slowLunOf(array: string): string | undefined {
    const { luns, latencyMs } = this.#options.topology.arrays.find(({ name }) => name === array) ?? {};
    return latencyMs === undefined ? undefined : luns?.[0]?.name;
  }

  #lunConfig(array: string, { name, sizeMiB, holds }: Lun): LunConfig {
    if (holds === 'quorum' || holds === 'raw') return { name, sizeMiB };
    for (const group of this.#options.topology.deviceGroups) {
      for (const volume of group.volumes) {
        const half = volume.submirrors.findIndex((one) => one.array === array && one.lun === name);
        if (half < 0) continue;
        const isEmpty = volume.holds === 'empty' || this.#options.bare === true;
        const content = isEmpty ? EMPTY : this.#calendarVolume(group.name, volume.name);
        if (volume.submirrors.length === 1) return { name, sizeMiB, content };
        // As after metainit with one half and metattach of the other: the second gets the first one's bytes.
        const known = { volume: `${group.name}/${volume.name}`, events: 1, open: false, node: array };
        if (half === 1) return { name, sizeMiB, mirror: {} };
        return { name, sizeMiB, content, mirror: { replica: { ...known, current: [true, false] } } };
      }
    }
    throw new Error(`LUN ${array}/${name} belongs to no volume`);
  }

  /** The folders that §6.6.3 puts on the shared disk. A volume of no service gets those of the first one. */
  #calendarVolume(deviceGroup: string, volume: string): Content {
    const { services } = this.#options.topology;
    const service =
      services.find((one) => one.deviceGroup === deviceGroup && one.volume === volume) ?? services[0];
    if (service === undefined) throw new Error(`topology ${this.#options.topology.model} has no service`);
    return {
      directories: ['config', 'csdb', 'csdb/archive', 'csdb/hotbackup', 'store', 'logs', 'tmp'],
      files: {
        'config/ics.conf': icsConf(service, this.logicalAddress(service)),
      },
    };
  }

  get directoryAddress(): string {
    return this.#options.networks.public.address(DIRECTORY);
  }

  /** On the public network alone, as nodes and clients see it. */
  directory(): Planned {
    const { prefix, networks } = this.#options;
    const config: DirectoryConfig = { ...DIRECTORY_CONTENT, address: this.directoryAddress, prepared: true };
    return {
      name: `${prefix}-${DIRECTORY_HOST}`,
      hostname: DIRECTORY_HOST,
      env: { HA_DIRECTORY: JSON.stringify(config) },
      networks: [{ id: networks.public.id, address: this.directoryAddress }],
      host: DIRECTORY_SERVER_HOST,
    };
  }

  witness(): Planned {
    return {
      name: `${this.#options.prefix}-witness`,
      hostname: 'witness',
      env: {},
      networks: [],
      host: WITNESS_HOST,
    };
  }
}
