/** From a topology to what each container is told: addresses, devices, capabilities. Pure, but for its arguments. */
import type { HostConfig } from 'dockerode';
import type { NodeConfig, NodeSabotage } from '../../images/node/config.ts';
import { icsConf, type Service, type Topology, vfstabOf } from '../topology.ts';
import type { ContainedOptions } from './contained.ts';
import type { Network } from './networks.ts';

export const NETWORKS = ['public', 'interconnect1', 'interconnect2', 'storage'] as const;
export type Networks = Record<(typeof NETWORKS)[number], Network>;

/** What the clients log in with. */
export const USER = { user: 'calmaster', password: 'drill' };

const [FIRST_NODE, FIRST_ARRAY, FIRST_LOGICAL] = [10, 40, 200];
const PREFIX_LENGTH = 24;
const BOOT_PATIENCE_MS = 30_000;
/** Loop devices have major number 7; loop-control is 10:237. */
const LOOPS = 'b 7:* rwm';
const LOOP_CONTROL = 'c 10:237 rwm';
/** Docker's default AppArmor profile forbids mount. */
const UNCONFINED = ['apparmor=unconfined'];

/**
 * Who comes first when CPU is short, relative to the client's 1024: the witness must not go blind, hardware must not
 * be slower than the software on it, and nodes all get the same.
 */
const CPU_SHARES = { witness: 8192, array: 4096, node: 2048 };

/**
 * A node mounts, plumbs addresses, sends ARP, makes device nodes, gives heartbeats a higher priority, and sees who uses
 * a file system that it is to unmount by force.
 */
export const NODE_CAPABILITIES = ['SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'MKNOD', 'SYS_NICE', 'SYS_PTRACE'];
/** The witness reads other containers' tables, and its levers enter their networks. */
export const WITNESS_CAPABILITIES = ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'MKNOD', 'SYS_NICE'];

/** What an array may do: make loop devices and mount its own file system. */
export const DISK_ARRAY_HOST: HostConfig = {
  CapAdd: ['SYS_ADMIN', 'MKNOD'],
  CpuShares: CPU_SHARES.array,
  DeviceCgroupRules: [LOOPS, LOOP_CONTROL],
  SecurityOpt: UNCONFINED,
  // Memory, not a disk: nothing on it has to outlive the drill, and its speed is the same from run to run.
  Tmpfs: { '/backing': '' },
};

export interface PlanOptions {
  run: string;
  /** Prefix of container names. */
  prefix: string;
  topology: Topology;
  networks: Networks;
  heartbeat: { quantumMs: number; timeoutMs: number };
  sabotage: NodeSabotage | null;
  stackedPorts: boolean;
}

type Planned = Omit<ContainedOptions, 'image' | 'labels'>;

export class Plan {
  readonly #options: PlanOptions;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  logicalAddress(service: Service): string {
    return this.#options.networks.public.address(
      FIRST_LOGICAL + this.#options.topology.services.indexOf(service),
    );
  }

  #nodeNumber(node: string): number {
    return FIRST_NODE + this.#options.topology.nodes.indexOf(node);
  }

  #arrayAddress(array: string): string {
    const { topology, networks } = this.#options;
    return networks.storage.address(FIRST_ARRAY + topology.arrays.findIndex(({ name }) => name === array));
  }

  node(node: string): Planned {
    const { prefix, networks, topology } = this.#options;
    const number = this.#nodeNumber(node);
    const wires = [networks.public, networks.interconnect1, networks.interconnect2, networks.storage];
    const host: HostConfig = {
      // A server's processes outlive the method that started them; somebody must take note when they end.
      Init: true,
      CapAdd: NODE_CAPABILITIES,
      CpuShares: CPU_SHARES.node,
      DeviceCgroupRules: [LOOPS],
      SecurityOpt: UNCONFINED,
      ExtraHosts: [
        ...topology.nodes.map((name) => `${name}:${networks.public.address(this.#nodeNumber(name))}`),
        ...topology.services.map((service) => `${service.logicalHost}:${this.logicalAddress(service)}`),
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
    const { topology, networks, heartbeat, sabotage } = this.#options;
    const number = this.#nodeNumber(node);
    const peers = topology.nodes.filter((name) => name !== node);
    return {
      name: node,
      nodes: topology.nodes,
      heartbeat,
      bootPatienceMs: BOOT_PATIENCE_MS,
      interconnects: [networks.interconnect1, networks.interconnect2].map(({ address }) => ({
        self: address(number),
        peers: Object.fromEntries(peers.map((peer) => [peer, address(this.#nodeNumber(peer))])),
      })),
      publicAddress: networks.public.address(number),
      publicPrefix: PREFIX_LENGTH,
      arrays: Object.fromEntries(topology.arrays.map(({ name }) => [name, this.#arrayAddress(name)])),
      luns: topology.arrays.flatMap(({ name, luns }) =>
        luns.map((lun) => ({ array: name, lun: lun.name, quorum: lun.holds === 'quorum' })),
      ),
      vfstab: vfstabOf(topology),
      mountPoints: topology.services.map(({ mountPoint }) => mountPoint),
      sabotage,
    };
  }

  array(array: string): Planned {
    const { run, prefix, networks, topology, stackedPorts } = this.#options;
    const { luns = [] } = topology.arrays.find(({ name }) => name === array) ?? {};
    const initiators = Object.fromEntries(
      topology.nodes.map((node) => [networks.storage.address(this.#nodeNumber(node)), node]),
    );
    const config = {
      run,
      name: array,
      luns: luns.map(({ name, sizeMiB, holds }) => ({
        name,
        sizeMiB,
        ...(holds === 'calendar' ? { content: this.#calendarVolume(array, name) } : {}),
      })),
      initiators,
      stackedPorts,
    };
    return {
      name: `${prefix}-${array}`,
      hostname: array,
      env: { HA_ARRAY: JSON.stringify(config) },
      networks: [{ id: networks.storage.id, address: this.#arrayAddress(array) }],
      host: DISK_ARRAY_HOST,
    };
  }

  /** The folders that §6.6.3 puts on the shared disk. A LUN of no service gets those of the first one. */
  #calendarVolume(array: string, lun: string) {
    const { services } = this.#options.topology;
    const service = services.find((one) => one.array === array && one.lun === lun) ?? services[0];
    if (service === undefined) throw new Error(`topology ${this.#options.topology.model} has no service`);
    return {
      directories: ['config', 'csdb', 'csdb/archive', 'csdb/hotbackup', 'store', 'logs', 'tmp'],
      files: {
        'config/ics.conf': icsConf(service, this.logicalAddress(service)),
        'config/users': `${USER.user}:${USER.password}\n`,
      },
    };
  }

  /** The witness lives in the host's process namespace: that is what lets it see without being helped. */
  witness(): Planned {
    return {
      name: `${this.#options.prefix}-witness`,
      hostname: 'witness',
      env: {},
      networks: [],
      host: {
        CapAdd: WITNESS_CAPABILITIES,
        CpuShares: CPU_SHARES.witness,
        DeviceCgroupRules: [LOOPS],
        SecurityOpt: UNCONFINED,
        PidMode: 'host',
      },
    };
  }
}
