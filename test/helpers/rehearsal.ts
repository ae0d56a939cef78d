/**
 * A cluster of cores for tests of commands: two or more nodes, a perfect network, methods that succeed unless told
 * otherwise. `type` takes an operator's words as they stand in the guide and waits for the cluster's answer.
 */
import { boot, step } from '../../images/node/cluster/core/step.ts';
import type { Change, Effect, Input, MethodName, State } from '../../images/node/cluster/core/types.ts';

const QUANTUM_MS = 100;
const LONGEST = 600;

export interface Outcome {
  exit: number;
  message: string;
}

/** What an operator can see of the cluster, flattened: what → its value. */
export type Picture = Record<string, string>;

/** Why a method fails on a node; undefined when it succeeds. */
export type Failing = (node: string, method: MethodName, resource: string) => string | undefined;

export class Rehearsal {
  readonly nodes: string[];
  failing: Failing = () => undefined;
  /** Methods run so far, as "Node1 START CAL-SVR-RS". */
  readonly ran: string[] = [];
  readonly #states = new Map<string, State>();
  readonly #answers = new Map<string, Outcome>();
  #waiting: { node: string; input: Input }[] = [];
  #nowMs = 0;
  #count = 0;

  constructor(nodes: string[] = ['Node1', 'Node2']) {
    this.nodes = nodes;
    for (const self of nodes) {
      const config = {
        self,
        nodes,
        heartbeatQuantumMs: QUANTUM_MS,
        heartbeatTimeoutMs: 10 * QUANTUM_MS,
        bootPatienceMs: 300 * QUANTUM_MS,
        quorumDevices: [{ name: 'penguin/q1', nodes }],
        deviceGroups: [{ name: 'penguin', nodes }],
        sabotage: null,
      };
      this.#states.set(self, boot(config, 1, 0));
    }
    this.pass(10);
  }

  state(node: string): State {
    const state = this.#states.get(node);
    if (state === undefined) throw new Error(`no node ${node}`);
    return state;
  }

  /** Asks for a change on `node` and lets quanta pass until it is answered. @throws when it never is. */
  ask(change: Change, node = this.nodes[0] ?? ''): Outcome {
    const id = this.begin(change, node);
    for (let passed = 0; passed < LONGEST && !this.#answers.has(id); passed++) this.pass(1);
    const answer = this.#answers.get(id);
    if (answer === undefined) throw new Error(`never answered: ${JSON.stringify(change)}`);
    this.pass(3);
    return answer;
  }

  /** Asks without waiting; returns the request's id for `answerTo`. */
  begin(change: Change, node: string): string {
    this.#count += 1;
    const id = `${node}-${this.#count}`;
    this.#take(node, { kind: 'request', request: { id, change } });
    return id;
  }

  answerTo(id: string): Outcome | undefined {
    return this.#answers.get(id);
  }

  /** Something happens on a node from outside: a failed probe, say. */
  tell(node: string, input: Input): void {
    this.#take(node, input);
    this.pass(5);
  }

  pass(quanta: number): void {
    for (let i = 0; i < quanta; i++) {
      this.#nowMs += QUANTUM_MS;
      for (const node of this.nodes) this.#take(node, { kind: 'tick' });
      this.#settle();
    }
  }

  #settle(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      this.#step(next.node, next.input);
  }

  #take(node: string, input: Input): void {
    this.#waiting.push({ node, input });
    this.#settle();
  }

  #step(node: string, input: Input): void {
    const { state, effects } = step(this.state(node), input, this.#nowMs);
    this.#states.set(node, state);
    for (const effect of effects) this.#perform(node, effect);
  }

  #perform(node: string, effect: Effect): void {
    const back = (input: Input) => this.#waiting.push({ node, input });
    switch (effect.kind) {
      case 'send':
        for (const peer of this.nodes)
          if (peer !== node)
            this.#waiting.push({ node: peer, input: { kind: 'heartbeat', heartbeat: effect.heartbeat } });
        return;
      case 'join':
        back({ kind: 'joined', generation: effect.generation, ok: true, message: '' });
        return;
      case 'save':
        back({ kind: 'saved', version: effect.repository.version });
        return;
      case 'fence':
        back({ kind: 'fence-result', generation: effect.generation, ok: true, message: '' });
        return;
      case 'master-device-group':
        back({ kind: 'mastered', deviceGroup: effect.deviceGroup, mastered: true, message: '' });
        return;
      case 'release-device-group':
        back({ kind: 'mastered', deviceGroup: effect.deviceGroup, mastered: false, message: '' });
        return;
      case 'run-method': {
        const trouble = this.failing(node, effect.method, effect.resource.name);
        this.ran.push(`${node} ${effect.method} ${effect.resource.name}`);
        back({
          kind: 'method-result',
          callId: effect.callId,
          ok: trouble === undefined,
          message: trouble ?? '',
        });
        return;
      }
      case 'answer':
        this.#answers.set(effect.answer.id, { exit: effect.answer.exit, message: effect.answer.message });
    }
  }

  /** The cluster as the first node knows it. */
  picture(): Picture {
    const first = this.state(this.nodes[0] ?? '');
    const { types, groups, resources } = first.repository;
    const shown: Picture = {};
    for (const { name } of types) shown[`type ${name}`] = 'registered';
    for (const { name, nodelist, managed, properties } of groups) {
      shown[`group ${name}`] = [
        managed ? 'managed' : 'unmanaged',
        nodelist.join(','),
        ...words(properties),
      ].join(' ');
      for (const node of nodelist) shown[`${name} on ${node}`] = this.state(node).groupStates[name] ?? '';
    }
    for (const { name, group, type, enabled, monitored, properties } of resources) {
      const flags = [type, group, enabled ? 'enabled' : 'disabled', ...(monitored ? [] : ['unmonitored'])];
      shown[`resource ${name}`] = [...flags, ...words(properties)].join(' ');
      const { nodelist = [] } = groups.find((one) => one.name === group) ?? {};
      for (const node of nodelist)
        shown[`${name} on ${node}`] = this.state(node).local[name]?.state ?? 'Offline';
    }
    this.#showDeviceGroups(shown);
    return shown;
  }

  /** As far as they are mastered or in maintenance. */
  #showDeviceGroups(shown: Picture): void {
    for (const node of this.nodes)
      for (const [name, { mastered }] of Object.entries(this.state(node).devices))
        if (mastered) shown[`device group ${name} on ${node}`] = 'mastered';
    for (const [name, { maintenance }] of Object.entries(this.state(this.nodes[0] ?? '').placement.devices))
      if (maintenance) shown[`device group ${name}`] = 'maintenance';
  }
}

function words(properties: Record<string, string>): string[] {
  return Object.entries(properties).map(([name, value]) => `${name}=${value}`);
}

/** What is different in `after`: what → its new value, null where it is gone. */
export function difference(before: Picture, after: Picture): Record<string, string | null> {
  const changed = Object.entries(after).filter(([what, value]) => before[what] !== value);
  const gone = Object.keys(before).filter((what) => !(what in after));
  return Object.fromEntries([...changed, ...gone.map((what) => [what, null] as const)]);
}
