/** Arrays below the cores in the simulation: disks and quorum devices with keys, ports, and cables that can be cut. */
import { type Preempted, Reservations } from '../../images/array/reservations.ts';
import type { DeviceGroup, QuorumDevice } from '../../images/node/cluster/core/types.ts';
import type { LunPath } from '../../images/node/config.ts';

/** One array wired to all nodes, without or with a quorum device; or one for each node but the last, which is the spare. */
export type StoragePlan = 'no quorum device' | 'one array' | 'array each';

/** Volumes of no resource, which operators move from node to node. */
export const DEVICE_GROUP = 'dg';

interface SharedLun extends LunPath {
  nodes: string[];
}

const nameOf = ({ array, lun }: LunPath) => `${array}/${lun}`;

export class SharedStorage {
  readonly keys = new Reservations();
  readonly arrays: string[];
  readonly #luns: SharedLun[] = [];
  /** "node array/lun" → whether the port is cut; gone with the life that attached it. */
  readonly #ports = new Map<string, { cut: boolean }>();
  readonly #faults = new Map<string, number>();

  constructor(plan: StoragePlan, nodes: string[], groups: string[]) {
    const each = plan === 'array each' && nodes.length > 2;
    const wires = each ? nodes.slice(0, -1).map((node) => [node, ...nodes.slice(-1)]) : [nodes];
    this.arrays = wires.map((_, index) => `a${index + 1}`);
    for (const [index, wired] of wires.entries()) {
      const array = `a${index + 1}`;
      const disks = groups.filter((_, number) => number % wires.length === index);
      for (const lun of disks) this.#luns.push({ array, lun, quorum: false, nodes: wired });
      if (plan !== 'no quorum device') this.#luns.push({ array, lun: 'quorum', quorum: true, nodes: wired });
    }
    this.#luns.push({ array: 'a1', lun: DEVICE_GROUP, quorum: false, nodes: wires[0] ?? nodes });
  }

  get deviceGroups(): DeviceGroup[] {
    return this.#luns.flatMap(({ lun, nodes }) => (lun === DEVICE_GROUP ? [{ name: lun, nodes }] : []));
  }

  get quorumDevices(): QuorumDevice[] {
    return this.#luns.filter(({ quorum }) => quorum).map((lun) => ({ name: nameOf(lun), nodes: lun.nodes }));
  }

  wiredTo(node: string): LunPath[] {
    return this.#luns.filter(({ nodes }) => nodes.includes(node));
  }

  diskOf(group: string): LunPath | undefined {
    return this.#luns.find(({ lun }) => lun === group);
  }

  /** An array's service stops answering (what is attached goes on working), or a node's cable to it is pulled. */
  fault(what: string, by: 1 | -1): void {
    this.#faults.set(what, (this.#faults.get(what) ?? 0) + by);
  }

  heal(): void {
    this.#faults.clear();
  }

  answers(node: string, array: string): boolean {
    return (this.#faults.get(array) ?? 0) <= 0 && (this.#faults.get(`${node} ${array}`) ?? 0) <= 0;
  }

  attach(node: string, lun: LunPath): void {
    this.keys.check(node, nameOf(lun));
    this.#ports.set(`${node} ${nameOf(lun)}`, { cut: false });
  }

  register(node: string, lun: LunPath, generation: number): void {
    this.keys.register(node, nameOf(lun), generation);
  }

  reserve(node: string, lun: LunPath): void {
    this.keys.reserve(node, nameOf(lun));
  }

  release(node: string, lun: LunPath): void {
    this.keys.release(node, nameOf(lun));
  }

  check(node: string, lun: LunPath): { attached: boolean } {
    this.keys.check(node, nameOf(lun));
    return { attached: this.#ports.has(`${node} ${nameOf(lun)}`) };
  }

  /** Takes the victims' keys up to the generation, and cuts their ports; returns whose keys are later ones. */
  preempt(node: string, lun: LunPath | string, victims: string[], generation: number): string[] {
    const name = typeof lun === 'string' ? lun : nameOf(lun);
    this.keys.check(node, name);
    return victims.filter((victim) => {
      const found: Preempted = this.keys.preempt(node, victim, name, generation);
      const port = this.#ports.get(`${victim} ${name}`);
      if (found !== 'later' && port) port.cut = true;
      return found === 'later';
    });
  }

  /** Who has reserved the group's disk. */
  holderOf(group: string): string | undefined {
    const disk = this.diskOf(group);
    return disk && this.keys.holder(nameOf(disk));
  }

  /** A booted node has no port yet; what its life before had is of no use to it. */
  isCut(node: string, group: string): boolean {
    const disk = this.diskOf(group);
    return disk !== undefined && this.#ports.get(`${node} ${nameOf(disk)}`)?.cut !== false;
  }
}
