/** What must hold of the cores in every simulated schedule. Judges by what happened, not by what a core believes. */
import { isDeepStrictEqual } from 'node:util';
import { majorityOf, votesOf } from '../../images/node/cluster/core/quorum.ts';
import type { Answer, Change, Effect, Request, View } from '../../images/node/cluster/core/types.ts';
import { AnsweredFacts } from './core-facts.ts';
import type { SimulatedNode } from './core-node.ts';
import type { Simulation } from './core-simulation.ts';

export type Invariant =
  | 'one owner'
  | 'one view a generation'
  | 'no quorum, no method'
  | 'fenced, no start'
  | 'answered once'
  | 'done means done'
  | 'repository goes forward'
  | 'no amnesia'
  | 'back online';

export class Violation extends Error {
  readonly invariant: Invariant;
  readonly atMs: number;
  constructor(invariant: Invariant, atMs: number, what: string) {
    super(`${invariant}, at ${atMs} ms: ${what}`);
    this.name = 'Violation';
    this.invariant = invariant;
    this.atMs = atMs;
  }
}

interface Asked {
  request: Request;
  node: SimulatedNode;
  life: number;
  atMs: number;
  answer?: Answer;
}

export class Watch {
  readonly #simulation: Simulation;
  readonly asked = new Map<string, Asked>();
  readonly #facts = new AnsweredFacts();
  /** "node generation" → quorum devices that it was granted. */
  readonly #granted = new Map<string, string[]>();
  /** When a group was last seen fully up on a node. */
  readonly #upMs = new Map<string, number>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  #violated(invariant: Invariant, what: string): never {
    throw new Violation(invariant, this.#simulation.nowMs, what);
  }

  granted(node: string, generation: number, device: string): void {
    const claim = `${node} ${generation}`;
    this.#granted.set(claim, [...(this.#granted.get(claim) ?? []), device]);
  }

  /** Called before the effects of a step are performed. */
  stepped(node: SimulatedNode, effects: Effect[], versionBefore: number): void {
    const { version } = node.state.repository;
    if (version < versionBefore)
      this.#violated('repository goes forward', `${node.name} went from ${versionBefore} to ${version}`);
    for (const effect of effects) {
      if (effect.kind === 'view') this.#viewed(node, effect.view);
      if (effect.kind === 'run-method') this.#ran(node, effect);
      if (effect.kind === 'answer') this.#answered(node, effect.answer);
    }
  }

  #viewed(node: SimulatedNode, view: View): void {
    if (view.members[0] === node.name) this.#remembers(node);
    // Compared with nodes that are in it now: a cluster that begins anew may use a number again.
    for (const other of this.#simulation.nodes) {
      const known = other.state.view;
      if (!other.isOn || known?.generation !== view.generation) continue;
      if (!isDeepStrictEqual(known.members, view.members))
        this.#violated(
          'one view a generation',
          `${view.generation} is ${known.members} on ${other.name} and ${view.members} on ${node.name}`,
        );
    }
  }

  /** Whoever decides from now on must know all that was answered before. */
  #remembers(node: SimulatedNode): void {
    const missing = this.#facts.missingIn(node.state.repository);
    if (missing.length > 0)
      this.#violated('no amnesia', `${node.name} does not know of what was done: ${missing.join(', ')}`);
  }

  #votesOf({ generation, members }: View): number {
    const granted = members.flatMap((node) => this.#granted.get(`${node} ${generation}`) ?? []);
    const devices = this.#simulation.disks.quorumDevices.filter(({ name }) => granted.includes(name));
    return devices.reduce((votes, device) => votes + votesOf(device), members.length);
  }

  #ran(node: SimulatedNode, { method, resource }: Extract<Effect, { kind: 'run-method' }>): void {
    const { view } = node.state;
    const { nodes, disks } = this.#simulation;
    const majority = majorityOf({ nodes: nodes.map(({ name }) => name), quorumDevices: disks.quorumDevices });
    if (view === null || this.#votesOf(view) < majority)
      this.#violated('no quorum, no method', `${node.name} runs ${method} of ${resource.name}`);
    // PRENET_START reserves the disk, which the array refuses to a fenced node. And when those who fenced it are gone
    // themselves, it can't learn of it from them: that is left to the failfast of its disk driver.
    const isExpelled = this.#simulation.nodes.some(
      (one) => one.isOn && (one.state.view?.generation ?? 0) > view.generation,
    );
    if (method === 'START' && isExpelled && this.#simulation.disks.isCut(node.name, resource.group))
      this.#violated('fenced, no start', `${node.name} runs ${method} of ${resource.name}`);
  }

  ask(node: SimulatedNode, request: Request): void {
    this.#facts.asked(request);
    this.asked.set(request.id, { request, node, life: node.life, atMs: this.#simulation.nowMs });
  }

  #answered(node: SimulatedNode, answer: Answer): void {
    const asked = this.asked.get(answer.id);
    if (asked === undefined || asked.node !== node || asked.life !== node.life)
      this.#violated('answered once', `${node.name} answers ${answer.id}, which it was not asked`);
    if (asked.answer)
      this.#violated('answered once', `${node.name} answers ${answer.id} a second time: ${answer.message}`);
    asked.answer = answer;
    this.#facts.answered(answer.id, answer.exit);
    if (answer.exit === 0 && !this.#isDone(node, asked.request.change, asked.atMs))
      this.#violated('done means done', `${answer.id} ended with 0: ${JSON.stringify(asked.request.change)}`);
  }

  #isDone(node: SimulatedNode, change: Change, sinceMs: number): boolean {
    const { groups, resources, types } = node.state.repository;
    const { nodes } = this.#simulation;
    switch (change.do) {
      case 'register-type':
        return types.some(({ name }) => name === change.type.name);
      case 'add-group':
        return groups.some(({ name }) => name === change.group);
      case 'add-resource':
        return resources.some(({ name }) => name === change.resource);
      case 'set-enabled':
        return change.resources.every((name) =>
          resources.some((one) => one.name === name && one.enabled === change.enabled),
        );
      case 'switch':
        return change.groups.every((group) =>
          change.node === null
            ? nodes.every(
                (one) => !one.isOn || !one.holdsAnyOf(group) || this.#simulation.disks.isCut(one.name, group),
              )
            : this.#isUp(group, change.node, sinceMs),
        );
      case 'bring-online': {
        const asked = change.groups.length > 0 ? change.groups : groups.map(({ name }) => name);
        return asked.every((group) => nodes.some(({ name }) => this.#isUp(group, name, sinceMs)));
      }
      default:
        return true;
    }
  }

  /** Up now, or once since then: it may have failed again, which no answer can foresee. */
  #isUp(group: string, name: string, sinceMs: number): boolean {
    const node = this.#simulation.nodes.find((one) => one.name === name);
    return node?.isFullyUp(group) || (this.#upMs.get(`${group} ${name}`) ?? -1) >= sinceMs;
  }

  /** Called after every step of any node. */
  look(): void {
    const on = this.#simulation.nodes.filter(({ isOn }) => isOn);
    for (const group of this.#simulation.groups) {
      for (const node of on)
        if (node.isFullyUp(group)) this.#upMs.set(`${group} ${node.name}`, this.#simulation.nowMs);
      const owners = on.filter(
        (node) => node.holdsAnyOf(group) && !this.#simulation.disks.isCut(node.name, group),
      );
      if (owners.length > 1)
        this.#violated('one owner', `${group} is on ${owners.map(({ name }) => name).join(' and ')}`);
    }
  }

  /** After faults have stopped and the time to recover has passed. */
  concluded(): void {
    for (const node of this.#simulation.nodes)
      if (node.isOn && node.state.view !== null) this.#remembers(node);
    for (const group of this.#simulation.groups) {
      if (!this.#simulation.isSettled(group)) {
        const states = this.#simulation.nodes.map((one) => `${one.name} ${one.state.groupStates[group]}`);
        this.#violated('back online', `${group} is online nowhere: ${states.join(', ')}`);
      }
    }
    for (const { request, node, life, answer } of this.asked.values()) {
      if (answer === undefined && node.life === life && node.isOn)
        this.#violated(
          'answered once',
          `${request.id} was never answered: ${JSON.stringify(request.change)}`,
        );
    }
  }
}
