/** Cores without groups above quorum devices with real keys, one quantum after the other: who is in the cluster, and why. */
import { ReservationConflict, Reservations } from '../../images/array/reservations.ts';
import { boot, step } from '../../images/node/cluster/core/step.ts';
import type {
  CoreConfig,
  Effect,
  Heartbeat,
  Input,
  QuorumDevice,
  Repository,
  State,
} from '../../images/node/cluster/core/types.ts';

export const QUANTUM = 100;
export const TIMEOUT = 500;
export const PATIENCE = 1200;

export const EMPTY: Repository = { version: 0, types: [], groups: [], resources: [] };

/** A device on each array, wired to the array's node and the last node, which is the spare. */
export function spareDevices(nodes: string[]): QuorumDevice[] {
  const [spare = ''] = nodes.slice(-1);
  return nodes.slice(0, -1).map((node, index) => ({ name: `a${index + 1}/q`, nodes: [node, spare] }));
}

export function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}

interface Life {
  number: number;
  state: State;
}

export class Members {
  nowMs = 0;
  readonly names: string[];
  readonly devices: QuorumDevice[];
  readonly keys = new Reservations();
  /** What is on each node's disk. */
  readonly disks = new Map<string, Repository>();
  readonly effects: { node: string; effect: Effect; atMs: number }[] = [];
  /** Nodes that do not hear one another. */
  cut: (from: string, to: string) => boolean = () => false;
  /** What becomes of a heartbeat on its way. */
  passes: (heartbeat: Heartbeat) => Heartbeat = (heartbeat) => heartbeat;
  /** Whether arrays do at once what a node's keys need, or the test tells of it. */
  joins: (node: string) => boolean = () => true;
  fences: (node: string) => boolean = () => true;
  /** Devices that do not answer. */
  silent = new Set<string>();
  /** Devices whose answers are under way until `answerAll`. */
  slow = new Set<string>();
  #late: (() => void)[] = [];
  readonly #config: Partial<CoreConfig>;
  readonly #lives = new Map<string, Life>();
  readonly #booted = new Map<string, number>();
  readonly #queue: { node: string; life: number; input: Input }[] = [];

  constructor(names: string[], devices: QuorumDevice[], config: Partial<CoreConfig> = {}) {
    this.names = names;
    this.devices = devices;
    this.#config = config;
  }

  on(...nodes: string[]): this {
    for (const node of nodes) {
      const number = (this.#booted.get(node) ?? 0) + 1;
      this.#booted.set(node, number);
      const config = {
        self: node,
        nodes: this.names,
        heartbeatQuantumMs: QUANTUM,
        heartbeatTimeoutMs: TIMEOUT,
        bootPatienceMs: PATIENCE,
        quorumDevices: this.devices,
        deviceGroups: [],
        sabotage: null,
        ...this.#config,
      };
      this.#lives.set(node, {
        number,
        state: boot(config, number, this.nowMs, this.disks.get(node) ?? EMPTY),
      });
    }
    return this;
  }

  off(...nodes: string[]): this {
    for (const node of nodes) this.#lives.delete(node);
    return this;
  }

  /** Both sides of a partition hear only their own. */
  split(...sides: string[][]): this {
    const sideOf = (node: string) => sides.findIndex((side) => side.includes(node));
    this.cut = (from, to) => sideOf(from) !== sideOf(to);
    return this;
  }

  heal(): this {
    this.cut = () => false;
    return this;
  }

  get up(): string[] {
    return [...this.#lives.keys()];
  }

  stateOf(node: string): State {
    const life = this.#lives.get(node);
    if (life === undefined) throw new Error(`${node} is off`);
    return life.state;
  }

  membersAt(node: string): string[] | null {
    return this.#lives.get(node)?.state.view?.members ?? null;
  }

  run(forMs: number): this {
    const { heartbeatQuantumMs: quantum = QUANTUM } = this.#config;
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs; ) {
      this.nowMs += quantum;
      for (const node of this.up) this.give(node, { kind: 'tick' });
    }
    return this;
  }

  /** Gives a node an input, and lets all that comes of it happen. */
  give(node: string, input: Input): void {
    this.#queue.push({ node, life: this.#booted.get(node) ?? 0, input });
    // It grows while it is gone through.
    for (const next of this.#queue) {
      const life = this.#lives.get(next.node);
      if (life?.number !== next.life) continue;
      const { state, effects } = step(life.state, next.input, this.nowMs);
      life.state = state;
      for (const effect of effects) this.#perform(next.node, effect);
    }
    this.#queue.length = 0;
  }

  #perform(node: string, effect: Effect): void {
    if (effect.kind === 'send') {
      this.#send(node, effect.heartbeat);
      return;
    }
    this.effects.push({ node, effect, atMs: this.nowMs });
    const answer = (input: Input) => this.#queue.push({ node, life: this.#booted.get(node) ?? 0, input });
    switch (effect.kind) {
      case 'ask-quorum-device':
        this.#askDevice(node, effect);
        return;
      case 'join':
      case 'refresh-keys':
        this.#putKeys(node, effect);
        if (effect.kind === 'join' && this.joins(node))
          answer({ kind: 'joined', generation: effect.generation, ok: true, message: '' });
        return;
      case 'fence':
        if (this.fences(node))
          answer({ kind: 'fence-result', generation: effect.generation, ok: true, message: '' });
        return;
      case 'save':
        this.disks.set(node, effect.repository);
        answer({ kind: 'saved', version: effect.repository.version });
        return;
      case 'panic':
        this.off(node);
    }
  }

  #send(from: string, heartbeat: Heartbeat): void {
    for (const [node, { number }] of this.#lives)
      if (node !== from && !this.cut(from, node))
        this.#queue.push({
          node,
          life: number,
          input: { kind: 'heartbeat', heartbeat: this.passes(heartbeat) },
        });
  }

  #askDevice(node: string, effect: Extract<Effect, { kind: 'ask-quorum-device' }>): void {
    const input: Input = { kind: 'quorum-result', ...this.#claim(node, effect) };
    const life = this.#booted.get(node) ?? 0;
    const answer = () => void this.#queue.push({ node, life, input });
    if (this.slow.has(effect.device)) this.#late.push(answer);
    else answer();
  }

  /** What slow devices have decided arrives with the next quantum. */
  answerAll(): this {
    for (const answer of this.#late.splice(0)) answer();
    this.slow.clear();
    return this;
  }

  #claim(
    node: string,
    { generation, device, victims }: Extract<Effect, { kind: 'ask-quorum-device' }>,
  ): { generation: number; device: string; granted: boolean; answered: boolean } {
    if (this.silent.has(device)) return { generation, device, granted: false, answered: false };
    try {
      this.keys.check(node, device);
      const found = victims.map((victim) => this.keys.preempt(node, victim, device, generation - 1));
      return { generation, device, granted: !found.includes('later'), answered: true };
    } catch (error) {
      if (!(error instanceof ReservationConflict)) throw error;
      return { generation, device, granted: false, answered: true };
    }
  }

  #putKeys(node: string, { generation, others }: Extract<Effect, { kind: 'join' | 'refresh-keys' }>): void {
    for (const { name, nodes } of this.devices) {
      if (!nodes.includes(node) || this.silent.has(name)) continue;
      this.keys.register(node, name, generation);
      for (const other of others) this.keys.preempt(node, other, name, generation - 1);
    }
  }
}

const BOTH = ['n1', 'n2'];

/** Two nodes and a quorum device that both are wired to, off. */
export function twoNodes(): Members {
  return new Members(BOTH, [{ name: 'a1/q', nodes: BOTH }]);
}

/** Both of them in one cluster. */
export function together(): Members {
  return twoNodes()
    .on(...BOTH)
    .run(5 * QUANTUM);
}

/** The last effect of this kind on a node. */
export function last<Kind extends Effect['kind']>(
  members: Members,
  node: string,
  kind: Kind,
): Extract<Effect, { kind: Kind }> | undefined {
  const found = members.effects.filter((one) => one.node === node && one.effect.kind === kind).at(-1);
  return found?.effect as Extract<Effect, { kind: Kind }> | undefined;
}

/** The president adds a group. @throws Error when that is not answered as done. */
export function configure(members: Members, group: string): void {
  const [node = ''] = members.up;
  const change = { do: 'add-group', group, nodelist: null, properties: {} } as const;
  members.give(node, { kind: 'request', request: { id: group, change } });
  members.run(2 * QUANTUM);
  const answer = last(members, node, 'answer')?.answer;
  if (answer?.id !== group || answer.exit !== 0)
    throw new Error(`adding ${group} on ${node} was not done: ${answer?.message ?? 'no answer'}`);
}
