/**
 * The cores of several nodes in virtual time, above simulated interconnects, disks and methods. All chance is from the
 * plan's seed, so a plan is a run. Below the cores it does what shell.ts and the array do.
 */
import { type Random, randomFrom } from '../../harness/random.ts';
import { nextMomentMs } from '../../images/node/cluster/core/silence.ts';
import { boot, step } from '../../images/node/cluster/core/step.ts';
import type {
  CoreConfig,
  CoreSabotage,
  Effect,
  Input,
  Repository,
  Request,
} from '../../images/node/cluster/core/types.ts';
import { killMethod, masterDeviceGroup, releaseDeviceGroup, runMethod, save } from './core-effects.ts';
import { Watch } from './core-invariants.ts';
import { askQuorumDevice, deskFor, orderKeys, watchKeys } from './core-keys.ts';
import { Agenda, type LinkQuality, Links } from './core-machines.ts';
import { SimulatedNode } from './core-node.ts';
import { SharedStorage, type StoragePlan } from './core-storage.ts';

export type Step = typeof step;

export interface WorldPlan {
  seed: number;
  nodes: number;
  storage: StoragePlan;
  links: LinkQuality;
  startFailsPercent: number;
  stopFailsPercent: number;
  /** Methods that never end by themselves. */
  hangsPercent: number;
}

export interface Broken {
  sabotage?: CoreSabotage;
  step?: Step;
  /** Disks that any node with a port may have at any time. */
  openDisks?: boolean;
}

export const TIMES = { quantum: 100, timeout: 500, bootPatience: 1200, longestMethod: 120 } as const;
/** Datagrams that a socket keeps for a process that does not read. */
const SOCKET_HOLDS = 30;

export class Simulation {
  readonly agenda = new Agenda();
  readonly random: Random;
  readonly links: Links;
  readonly disks: SharedStorage;
  readonly nodes: SimulatedNode[];
  readonly groups: string[];
  readonly watch: Watch;
  /** Groups of which something has failed, so that nodes may pass them over. */
  readonly failed = new Set<string>();
  readonly trace: string[] = [];
  keepTrace = false;
  steps = 0;
  readonly plan: WorldPlan;
  readonly broken: Broken;
  isCalm = false;

  constructor(plan: WorldPlan, repository: Repository, broken: Broken = {}) {
    this.plan = plan;
    this.broken = broken;
    this.random = randomFrom(plan.seed, 'simulation');
    this.links = new Links(this.agenda, randomFrom(plan.seed, 'links'), plan.links);
    this.groups = repository.groups.map(({ name }) => name);
    const names = Array.from({ length: plan.nodes }, (_, index) => `n${index + 1}`);
    this.disks = new SharedStorage(plan.storage, names, this.groups);
    this.nodes = names.map((name) => {
      const config = this.#configOf(name, names);
      return new SimulatedNode(name, boot(config, 0, 0, repository), repository);
    });
    this.watch = new Watch(this);
  }

  #configOf(self: string, nodes: string[]): CoreConfig {
    return {
      self,
      nodes,
      heartbeatQuantumMs: TIMES.quantum,
      heartbeatTimeoutMs: TIMES.timeout,
      bootPatienceMs: TIMES.bootPatience,
      quorumDevices: this.disks.quorumDevices,
      deviceGroups: this.disks.deviceGroups,
      sabotage: this.broken.sabotage ?? null,
    };
  }

  get nowMs(): number {
    return this.agenda.nowMs;
  }

  /** Faults are over: what fails from now on is the core's own doing. */
  calmDown(): void {
    this.isCalm = true;
    this.links.heal();
    this.disks.heal();
  }

  powerOn(node: SimulatedNode): void {
    if (node.isOn || node.isDead) return;
    node.isOn = true;
    node.life += 1;
    node.armedMs = Number.POSITIVE_INFINITY;
    node.savedAtMs = 0;
    node.retrying = false;
    node.desk = deskFor(this, node);
    node.state = boot(node.state.config, node.life, this.nowMs, node.saved);
    this.#tickForEver(node, node.life);
    watchKeys(this, node);
  }

  /** All that the node had in memory is gone, and so is what it was about to do; requests to the array are not. */
  powerOff(node: SimulatedNode): void {
    node.isOn = false;
    node.hung = false;
    node.backlog = [];
    node.held.clear();
    node.mounted.clear();
    node.up.clear();
    node.calls.clear();
  }

  /** Off for good. */
  kill(node: SimulatedNode): void {
    node.isDead = true;
    this.powerOff(node);
  }

  hang(node: SimulatedNode): void {
    if (node.isOn) node.hung = true;
  }

  wake(node: SimulatedNode): void {
    if (!node.hung) return;
    node.hung = false;
    for (const { happen } of node.backlog.splice(0)) happen();
  }

  request(node: SimulatedNode, request: Request): void {
    if (!node.isOn || node.hung) return;
    this.watch.ask(node, request);
    this.take(node, { kind: 'request', request });
  }

  probeFails(node: SimulatedNode, resource: string): void {
    if (!node.isOn || node.hung) return;
    this.failed.add(resource.replace(/-.*/, ''));
    this.take(node, { kind: 'probe-failed', resource, message: 'simulated' });
  }

  #tickForEver(node: SimulatedNode, life: number): void {
    this.agenda.after(this.random.integer(TIMES.quantum - 10, TIMES.quantum + 10), () => {
      if (node.life !== life || !node.isOn) return;
      if (!node.hung) this.take(node, { kind: 'tick' });
      this.#tickForEver(node, life);
    });
  }

  /** Something that reaches the node in this life only, after the delay, and after it wakes up if it hangs. */
  reach(node: SimulatedNode, delayMs: number, happen: () => void): void {
    const { life } = node;
    this.agenda.after(delayMs, () => this.arrive(node, life, happen, false));
  }

  arrive(node: SimulatedNode, life: number, happen: () => void, heartbeat: boolean): void {
    const alive = () => node.life === life && node.isOn;
    if (!alive()) return;
    if (!node.hung) happen();
    else if (!heartbeat || node.backlog.filter((one) => one.heartbeat).length < SOCKET_HOLDS)
      node.backlog.push({ heartbeat, happen: () => alive() && happen() });
  }

  take(node: SimulatedNode, input: Input): void {
    const before = node.state;
    const { state, effects } = (this.broken.step ?? step)(before, input, this.nowMs);
    this.steps += 1;
    // By far the most inputs are signs of life that come twice.
    if (state === before && effects.length === 0) return;
    node.state = state;
    if (this.keepTrace) this.trace.push(`${this.nowMs} ${node.name} ${JSON.stringify([input, effects])}`);
    this.watch.stepped(node, effects, before);
    for (const effect of effects) if (node.isOn) this.#perform(node, effect);
    if (effects.some(({ kind }) => kind !== 'send')) this.watch.look();
    this.#arm(node);
  }

  /** As the shell does it between two ticks; one that hangs misses its moment, and the next input makes up for it. */
  #arm(node: SimulatedNode, nowMs = this.nowMs): void {
    const nextMs = nextMomentMs(node.state, nowMs);
    if (!node.isOn || nextMs === null || node.armedMs <= nextMs) return;
    node.armedMs = nextMs;
    const { life } = node;
    this.agenda.after(nextMs - this.nowMs, () => {
      if (node.life !== life || !node.isOn || node.armedMs !== nextMs) return;
      node.armedMs = Number.POSITIVE_INFINITY;
      const dueMs = nextMomentMs(node.state, nextMs - 1);
      if (dueMs !== null && dueMs > nextMs) this.#arm(node, nextMs - 1);
      else if (dueMs !== null && !node.hung) this.take(node, { kind: 'moment' });
    });
  }

  #perform(node: SimulatedNode, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        for (const peer of this.nodes) {
          if (peer === node) continue;
          const input = { kind: 'heartbeat', heartbeat: effect.heartbeat } as const;
          this.links.send(node.name, peer.name, () =>
            this.arrive(peer, peer.life, () => this.take(peer, input), true),
          );
        }
        return;
      case 'ask-quorum-device':
        askQuorumDevice(this, node, effect);
        return;
      case 'fence':
      case 'join':
      case 'refresh-keys':
        orderKeys(this, node, effect);
        return;
      case 'run-method':
        runMethod(this, node, effect);
        return;
      case 'kill-method':
        killMethod(this, node, effect.callId);
        return;
      case 'master-device-group':
        masterDeviceGroup(this, node, effect.deviceGroup);
        return;
      case 'release-device-group':
        releaseDeviceGroup(this, node, effect.deviceGroup);
        return;
      case 'save':
        save(this, node, effect.repository);
        return;
      case 'panic':
      case 'reboot':
        this.panic(node);
    }
  }

  panic(node: SimulatedNode): void {
    this.powerOff(node);
    this.agenda.after(this.random.integer(100, 1500), () => this.powerOn(node));
  }
}
