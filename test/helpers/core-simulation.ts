/**
 * The cores of several nodes in virtual time, above simulated interconnects, disks and methods. All chance is from the
 * plan's seed, so a plan is a run. Below the cores it does what shell.ts and the array do.
 */
import { type Random, randomFrom } from '../../harness/random.ts';
import { boot, step } from '../../images/node/cluster/core/step.ts';
import type {
  CoreConfig,
  CoreSabotage,
  Effect,
  Input,
  Repository,
  Request,
} from '../../images/node/cluster/core/types.ts';
import { askQuorumDevice, fence, killMethod, runMethod } from './core-effects.ts';
import { Watch } from './core-invariants.ts';
import { Agenda, type LinkQuality, Links, SharedDisks } from './core-machines.ts';
import { SimulatedNode } from './core-node.ts';

export type Step = typeof step;

export interface WorldPlan {
  seed: number;
  nodes: number;
  quorumDevice: boolean;
  links: LinkQuality;
  startFailsPercent: number;
  stopFailsPercent: number;
  /** Methods that never end by themselves. */
  hangsPercent: number;
}

export interface Broken {
  sabotage?: CoreSabotage;
  step?: Step;
}

export const TIMES = { quantum: 100, timeout: 500, bootPatience: 1200, longestMethod: 120 } as const;
/** Datagrams that a socket keeps for a process that does not read. */
const SOCKET_HOLDS = 30;

export class Simulation {
  readonly agenda = new Agenda();
  readonly random: Random;
  readonly links: Links;
  readonly disks: SharedDisks;
  readonly nodes: SimulatedNode[];
  readonly groups: string[];
  readonly watch: Watch;
  readonly majority: number;
  readonly trace: string[] = [];
  keepTrace = false;
  steps = 0;
  readonly plan: WorldPlan;
  readonly broken: Broken;
  readonly #quorumVotes: number;
  isCalm = false;

  constructor(plan: WorldPlan, repository: Repository, broken: Broken = {}) {
    this.plan = plan;
    this.broken = broken;
    this.random = randomFrom(plan.seed, 'simulation');
    this.links = new Links(this.agenda, randomFrom(plan.seed, 'links'), plan.links);
    this.groups = repository.groups.map(({ name }) => name);
    this.disks = new SharedDisks(this.groups);
    this.#quorumVotes = plan.quorumDevice ? plan.nodes - 1 : 0;
    this.majority = Math.floor((plan.nodes + this.#quorumVotes) / 2) + 1;
    const names = Array.from({ length: plan.nodes }, (_, index) => `n${index + 1}`);
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
      quorumDevices: this.plan.quorumDevice ? [{ name: SharedDisks.quorum, nodes }] : [],
      deviceGroups: [],
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
  }

  isServed(group: string): boolean {
    return this.nodes.some(
      (node) =>
        node.isOn &&
        !node.hung &&
        node.state.groupStates[group] === 'Online' &&
        !this.disks.isCut(node.name, group),
    );
  }

  /** Online, or where a command, a failure under Failover_mode NONE or Pingpong_interval has left it. */
  isSettled(name: string): boolean {
    const left = this.nodes.filter(({ isDead }) => !isDead);
    const group = left[0]?.state.repository.groups.find((one) => one.name === name);
    const able = left.filter((node) => group?.nodelist.includes(node.name));
    const isOff = (node: SimulatedNode) =>
      node.isOn && (node.state.placement.targets[name]?.node ?? null) === null && !node.holdsAnyOf(name);
    const isGivenUp = ({ isOn, state }: SimulatedNode) => isOn && state.givenUp.includes(name);
    const isFaulted = ({ isOn, state }: SimulatedNode) =>
      isOn && state.groupStates[name] === 'Online_faulted';
    return this.isServed(name) || left.every(isOff) || able.every(isGivenUp) || able.some(isFaulted);
  }

  powerOn(node: SimulatedNode): void {
    if (node.isOn || node.isDead) return;
    node.isOn = true;
    node.life += 1;
    this.disks.attach(node.name);
    node.state = boot(node.state.config, node.life, this.nowMs, node.saved);
    this.#tickForEver(node, node.life);
  }

  /** All that the node had in memory is gone, and so is what it was about to do; requests to the array are not. */
  powerOff(node: SimulatedNode): void {
    node.isOn = false;
    node.hung = false;
    node.backlog = [];
    node.held.clear();
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
    if (node.isOn && !node.hung) this.take(node, { kind: 'probe-failed', resource, message: 'simulated' });
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
    const { version } = node.state.repository;
    const { state, effects } = (this.broken.step ?? step)(node.state, input, this.nowMs);
    this.steps += 1;
    node.state = state;
    if (this.keepTrace) this.trace.push(`${this.nowMs} ${node.name} ${JSON.stringify([input, effects])}`);
    this.watch.stepped(node, effects, version);
    for (const effect of effects) if (node.isOn) this.#perform(node, effect);
    if (effects.some(({ kind }) => kind !== 'send')) this.watch.look();
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
        askQuorumDevice(this, node, effect.generation, effect.victims);
        return;
      case 'fence':
        fence(this, node, effect.generation, effect.victims);
        return;
      case 'run-method':
        runMethod(this, node, effect);
        return;
      case 'kill-method':
        killMethod(this, node, effect.callId);
        return;
      case 'save':
        this.reach(node, this.random.integer(1, 30), () => {
          const { repository } = effect;
          if (repository.version > node.saved.version) node.saved = repository;
          this.take(node, { kind: 'saved', version: repository.version });
        });
        return;
      case 'reboot':
      case 'panic':
        this.panic(node);
    }
  }

  panic(node: SimulatedNode): void {
    this.powerOff(node);
    this.agenda.after(this.random.integer(100, 1500), () => this.powerOn(node));
  }
}
