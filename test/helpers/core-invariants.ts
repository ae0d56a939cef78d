/** What must hold of the cores in every simulated schedule. Judges by what happened, not by what a core believes. */
import { isDeepStrictEqual } from 'node:util';
import { majorityOf, votesOf } from '../../images/node/cluster/core/quorum.ts';
import type { Answer, Effect, Request, State, View } from '../../images/node/cluster/core/types.ts';
import { isConfigured, isPlaced } from './core-done.ts';
import { AnsweredFacts } from './core-facts.ts';
import type { SimulatedNode } from './core-node.ts';
import { differences, isSettled } from './core-rest.ts';
import type { Simulation } from './core-simulation.ts';
import { DEVICE_GROUP } from './core-storage.ts';

export type Invariant =
  | 'one owner'
  | 'one view a generation'
  | 'no quorum, no method'
  | 'fenced, no start'
  | 'answered once'
  | 'done means done'
  | 'saved means saved'
  | 'repository goes forward'
  | 'one configuration a version'
  | 'one placement a serial'
  | 'the same everywhere'
  | 'reserved while mounted'
  | 'one method a resource'
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

export interface Asked {
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
  /** When a group was last seen fully up on a node, and when with nothing of it there. */
  readonly upMs = new Map<string, number>();
  readonly offMs = new Map<string, number>();
  /** Since when a node is a member in its present life. */
  readonly #memberMs = new Map<string, { life: number; sinceMs: number }>();

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
  stepped(node: SimulatedNode, effects: Effect[], before: State): void {
    const { repository, placement } = node.state;
    const [was, is] = [before.repository.version, repository.version];
    if (is < was) this.#violated('repository goes forward', `${node.name} went from ${was} to ${is}`);
    if (is !== was) this.#configured(node);
    if (placement !== before.placement) this.#placed(node);
    const calls = new Map(node.calls);
    for (const effect of effects) {
      if (effect.kind === 'kill-method') calls.delete(effect.callId);
      if (effect.kind === 'view') this.#viewed(node, effect.view);
      if (effect.kind === 'run-method') this.#ran(node, effect, [...calls.values()]);
      if (effect.kind === 'answer') this.#answered(node, effect.answer);
    }
  }

  /** Compared with members only: a cluster that begins anew may use a number again. */
  #configured(node: SimulatedNode): void {
    const { view, repository } = node.state;
    for (const other of this.#simulation.nodes) {
      const known = other.state.repository;
      if (other === node || !other.isOn || known.version !== repository.version || known === repository)
        continue;
      if (view === null || other.state.view === null || isDeepStrictEqual(known, repository)) continue;
      this.#violated(
        'one configuration a version',
        `${repository.version} is not the same on ${node.name} and ${other.name}`,
      );
    }
  }

  /** Compared with members only, as configurations are. */
  #placed(node: SimulatedNode): void {
    const { view, placement } = node.state;
    for (const other of this.#simulation.nodes) {
      const known = other.state.placement;
      if (other === node || !other.isOn || known.serial !== placement.serial || known === placement) continue;
      if (view === null || other.state.view === null || isDeepStrictEqual(known, placement)) continue;
      this.#violated(
        'one placement a serial',
        `${placement.serial} is not the same on ${node.name} and ${other.name}`,
      );
    }
  }

  #viewed(node: SimulatedNode, view: View): void {
    if (this.#memberMs.get(node.name)?.life !== node.life)
      this.#memberMs.set(node.name, { life: node.life, sinceMs: this.#simulation.nowMs });
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

  #ran(
    node: SimulatedNode,
    { method, resource }: Extract<Effect, { kind: 'run-method' }>,
    calls: { resource: string; method: string }[],
  ): void {
    const isInquiry = (name: string) => name === 'VALIDATE' || name === 'MONITOR_CHECK';
    const other = calls.find((one) => one.resource === resource.name && !isInquiry(one.method));
    if (!isInquiry(method) && other !== undefined)
      this.#violated(
        'one method a resource',
        `${node.name} runs ${method} of ${resource.name} during ${other.method}`,
      );
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
    // A later command may have changed the same again before this answer got here.
    if (answer.exit !== 0 || node.state.placement.applied.at(-1) !== answer.id) return;
    const { change } = asked.request;
    const said = `${answer.id} ended with 0: ${JSON.stringify(change)}`;
    if (!isConfigured(node.state.repository, change) || !isPlaced(this.#simulation, asked))
      this.#violated('done means done', said);
    for (const member of this.#membersSince(node, asked.atMs))
      if (!isConfigured(member.saved, change))
        this.#violated('saved means saved', `${said}, and is not on the disk of ${member.name}`);
  }

  /** Of the asker's view, those who were in it when it asked. */
  #membersSince(asker: SimulatedNode, atMs: number): SimulatedNode[] {
    return this.#simulation.nodes.filter((node) => {
      const since = this.#memberMs.get(node.name);
      const isMember = asker.state.view?.members.includes(node.name) ?? false;
      return isMember && node.isOn && since?.life === node.life && since.sinceMs < atMs;
    });
  }

  /** Called after every step of any node. */
  look(): void {
    const on = this.#simulation.nodes.filter(({ isOn }) => isOn);
    for (const group of this.#simulation.groups) {
      for (const node of on)
        if (node.isFullyUp(group)) this.upMs.set(`${group} ${node.name}`, this.#simulation.nowMs);
      for (const node of this.#simulation.nodes)
        if (!node.holdsAnyOf(group)) this.offMs.set(`${group} ${node.name}`, this.#simulation.nowMs);
      this.#owned(group, on);
    }
    for (const node of on)
      if (node.mounted.has(DEVICE_GROUP))
        this.upMs.set(`${DEVICE_GROUP} ${node.name}`, this.#simulation.nowMs);
    this.#owned(DEVICE_GROUP, on);
  }

  #owned(group: string, on: SimulatedNode[]): void {
    const owners = on.filter(
      (node) => node.holdsAnyOf(group) && !this.#simulation.disks.isCut(node.name, group),
    );
    if (owners.length > 1)
      this.#violated('one owner', `${group} is on ${owners.map(({ name }) => name).join(' and ')}`);
    this.#reserved(group, owners);
  }

  /** Who has the group's disk mounted, and a port that is not cut, holds its reservation. */
  #reserved(group: string, owners: SimulatedNode[]): void {
    const { disks } = this.#simulation;
    for (const { name, mounted } of owners)
      if (mounted.has(group) && disks.holderOf(group) !== name)
        this.#violated('reserved while mounted', `${name} has the disk of ${group} without a reservation`);
  }

  /** After faults have stopped and the time to recover has passed. */
  concluded(): void {
    for (const node of this.#simulation.nodes)
      if (node.isOn && node.state.view !== null) this.#remembers(node);
    for (const group of this.#simulation.groups) {
      if (!isSettled(this.#simulation, group)) {
        const states = this.#simulation.nodes.map((one) => `${one.name} ${one.state.groupStates[group]}`);
        this.#violated('back online', `${group} is online nowhere: ${states.join(', ')}`);
      }
    }
    const different = differences(this.#simulation);
    if (different.length > 0)
      this.#violated('the same everywhere', `at the end there still differ: ${different.join(', ')}`);
    for (const { request, node, life, answer } of this.asked.values()) {
      if (answer === undefined && node.life === life && node.isOn)
        this.#violated(
          'answered once',
          `${request.id} was never answered: ${JSON.stringify(request.change)}`,
        );
    }
  }
}
