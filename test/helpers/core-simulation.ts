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
  State,
} from '../../images/node/cluster/core/types.ts';
import { Watch } from './core-invariants.ts';
import { Agenda, type LinkQuality, Links, SharedDisks } from './core-machines.ts';

export type Step = typeof step;

export interface WorldPlan {
  seed: number;
  nodes: number;
  quorumDevice: boolean;
  links: LinkQuality;
  startFailsPercent: number;
  stopFailsPercent: number;
}

export interface Broken {
  sabotage?: CoreSabotage;
  step?: Step;
}

type Run = Extract<Effect, { kind: 'run-method' }>;

export const TIMES = { quantum: 100, timeout: 500, bootPatience: 1200, longestMethod: 120 } as const;
/** Longer than it takes a core to learn that it was fenced, so that this last resort hides nothing. */
const FAILFAST_MS = 2500;
const FENCE_RETRY_MS = 200;
/** Datagrams that a socket keeps for a process that does not read. */
const SOCKET_HOLDS = 30;

export class SimulatedNode {
  readonly name: string;
  /** Counts boots; also what makes incarnations grow. */
  life = 0;
  isOn = false;
  hung = false;
  state: State;
  saved: Repository;
  /** Inputs and completions that wait for a hung node. */
  backlog: { heartbeat: boolean; happen: () => void }[] = [];
  /** Resource → its group, from the begin of its first start method to the end of its last stop method. */
  readonly held = new Map<string, string>();
  readonly up = new Set<string>();

  constructor(name: string, state: State, saved: Repository) {
    this.name = name;
    this.state = state;
    this.saved = saved;
  }

  holdsAnyOf(group: string): boolean {
    if (this.held.size === 0) return false;
    for (const holder of this.held.values()) if (holder === group) return true;
    return false;
  }

  isFullyUp(group: string): boolean {
    const { resources } = this.state.repository;
    return resources.every((one) => one.group !== group || !one.enabled || this.up.has(one.name));
  }
}

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
  readonly #plan: WorldPlan;
  readonly #broken: Broken;
  readonly #quorumVotes: number;
  #calm = false;

  constructor(plan: WorldPlan, repository: Repository, broken: Broken = {}) {
    this.#plan = plan;
    this.#broken = broken;
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
      quorumDeviceVotes: this.#quorumVotes,
      sabotage: this.#broken.sabotage ?? null,
    };
  }

  get nowMs(): number {
    return this.agenda.nowMs;
  }

  /** Faults are over: what fails from now on is the core's own doing. */
  calmDown(): void {
    this.#calm = true;
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

  /** Taken offline by command: every node knows, and none has any of it. */
  isSwitchedOff(group: string): boolean {
    return this.nodes.every(
      (node) => node.state.placement.targets[group] === null && !node.holdsAnyOf(group) && node.isOn,
    );
  }

  powerOn(node: SimulatedNode): void {
    if (node.isOn) return;
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
    this.#take(node, { kind: 'request', request });
  }

  probeFails(node: SimulatedNode, resource: string): void {
    if (node.isOn && !node.hung) this.#take(node, { kind: 'probe-failed', resource, message: 'simulated' });
  }

  #tickForEver(node: SimulatedNode, life: number): void {
    this.agenda.after(this.random.integer(TIMES.quantum - 10, TIMES.quantum + 10), () => {
      if (node.life !== life || !node.isOn) return;
      if (!node.hung) this.#take(node, { kind: 'tick' });
      this.#tickForEver(node, life);
    });
  }

  /** Something that reaches the node in this life only, after the delay, and after it wakes up if it hangs. */
  #reach(node: SimulatedNode, delayMs: number, happen: () => void): void {
    const { life } = node;
    this.agenda.after(delayMs, () => this.#arrive(node, life, happen, false));
  }

  #arrive(node: SimulatedNode, life: number, happen: () => void, heartbeat: boolean): void {
    const alive = () => node.life === life && node.isOn;
    if (!alive()) return;
    if (!node.hung) happen();
    else if (!heartbeat || node.backlog.filter((one) => one.heartbeat).length < SOCKET_HOLDS)
      node.backlog.push({ heartbeat, happen: () => alive() && happen() });
  }

  #take(node: SimulatedNode, input: Input): void {
    const { version } = node.state.repository;
    const { state, effects } = (this.#broken.step ?? step)(node.state, input, this.nowMs);
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
            this.#arrive(peer, peer.life, () => this.#take(peer, input), true),
          );
        }
        return;
      case 'ask-quorum-device':
        this.#askQuorumDevice(node, effect.generation, effect.victims);
        return;
      case 'fence':
        this.#fence(node, effect.generation, effect.victims);
        return;
      case 'run-method':
        this.#runMethod(node, effect);
        return;
      case 'save':
        node.saved = effect.repository;
        return;
      case 'panic':
        this.#panic(node);
    }
  }

  #panic(node: SimulatedNode): void {
    this.powerOff(node);
    this.agenda.after(this.random.integer(100, 1500), () => this.powerOn(node));
  }

  /** The request is on its way to the array even when its sender dies; the answer reaches this life only. */
  #askQuorumDevice(node: SimulatedNode, generation: number, victims: string[]): void {
    const { life, state } = node;
    const isBooting = state.view === null && !this.#anyHasView(victims);
    this.agenda.after(this.random.integer(1, 40), () => {
      let granted = !(isBooting && this.#wouldUsurp(victims));
      try {
        if (granted) this.disks.preemptQuorum(node.name, victims);
      } catch {
        granted = false;
      }
      if (granted) this.watch.granted(node.name, generation);
      this.agenda.after(this.random.integer(1, 10), () =>
        this.#arrive(
          node,
          life,
          () => this.#take(node, { kind: 'quorum-result', generation, granted }),
          false,
        ),
      );
    });
  }

  #anyHasView(butNot: string[]): boolean {
    return this.nodes.some((one) => !butNot.includes(one.name) && one.isOn && one.state.view !== null);
  }

  /**
   * A booting node that can't hear a running cluster would take its quorum device. The product prevents that together
   * with amnesia (a quorum device counts at boot only for a node of the last cluster); until the node's software does,
   * the device does it here.
   */
  #wouldUsurp(victims: string[]): boolean {
    return this.nodes.some((one) => victims.includes(one.name) && one.isOn && one.state.view !== null);
  }

  #fence(node: SimulatedNode, generation: number, victims: string[]): void {
    const { life } = node;
    const late = this.#broken.sabotage === 'mount-before-fence' ? 20 * TIMES.timeout : 0;
    this.agenda.after(late + this.random.integer(1, 60), () => {
      const fails = !this.#calm && this.random.integer(1, 100) <= 10;
      let conflict = false;
      try {
        if (!fails) this.disks.fence(node.name, victims);
      } catch {
        conflict = true;
      }
      for (const victim of this.nodes.filter(({ name }) => victims.includes(name))) this.#failfast(victim);
      this.watch.look();
      const take = () => {
        if (conflict) this.#panic(node);
        else this.#take(node, { kind: 'fence-result', generation, ok: !fails, message: '' });
      };
      this.agenda.after(fails ? FENCE_RETRY_MS : 1, () => this.#arrive(node, life, take, false));
    });
  }

  /** The disk driver's own last resort on a node whose key is gone. */
  #failfast(victim: SimulatedNode): void {
    this.#reach(victim, FAILFAST_MS, () => {
      if (this.disks.isFenced(victim.name)) this.#panic(victim);
    });
  }

  #runMethod(node: SimulatedNode, { group, callId, resource, method }: Run): void {
    const starting = method === 'START' || method === 'PRENET_START';
    if (starting) node.held.set(resource.name, group);
    this.#reach(node, this.random.integer(1, TIMES.longestMethod), () => {
      const percent = starting ? this.#plan.startFailsPercent : this.#plan.stopFailsPercent;
      const unlucky = !this.#calm && this.random.integer(1, 100) <= percent;
      const needsDisk = resource.type !== 'SUNW.LogicalHostname' && starting;
      const ok = !unlucky && !(needsDisk && this.disks.isCut(node.name, group));
      if (method === 'PRENET_START' && !ok) node.held.delete(resource.name);
      if (ok && !starting) node.held.delete(resource.name);
      if (ok && (method === 'START' || method === 'PRENET_START')) node.up.add(resource.name);
      if (!starting) node.up.delete(resource.name);
      this.#take(node, { kind: 'method-result', group, callId, ok, message: ok ? '' : 'simulated' });
    });
  }
}
