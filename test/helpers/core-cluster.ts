/** Cores of a few nodes that hear one another at once, with methods that end as a test says. For step-by-step tests. */
import { boot, step } from '../../images/node/cluster/core/step.ts';
import type {
  Answer,
  Change,
  CoreConfig,
  Effect,
  GroupState,
  Input,
  MethodName,
  MethodResult,
  Repository,
  State,
} from '../../images/node/cluster/core/types.ts';
import { repositoryFor } from './core-repository.ts';

export interface Call {
  node: string;
  callId: number;
  method: MethodName;
  resource: string;
  timeoutMs: number;
}

/** How a method ends: at once, or not until the test ends it. */
export type Ending = Partial<Pick<MethodResult, 'ok' | 'message' | 'agree'>> | 'later';

export const QUANTUM = 100;
export const TIMEOUT = 500;

export class CoreCluster {
  now = 0;
  readonly states = new Map<string, State>();
  readonly log: string[] = [];
  readonly effects: { node: string; effect: Effect }[] = [];
  readonly answers = new Map<string, Answer>();
  /** Calls that wait for the test. */
  open: Call[] = [];
  ending: (call: Call) => Ending = () => ({});
  /** Whether a node's disk takes what is saved. */
  saves: (node: string) => boolean = () => true;
  /** Whom a node does not hear. */
  cut: (from: string, to: string) => boolean = () => false;
  readonly #names: string[];
  readonly #config: Partial<CoreConfig>;
  readonly #repository: Repository;
  readonly #queue: { node: string; life: number; input: Input }[] = [];
  readonly #lives = new Map<string, number>();
  #requests = 0;

  constructor(nodes: number, repository = repositoryFor(nodes), config: Partial<CoreConfig> = {}) {
    this.#names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
    this.#config = config;
    this.#repository = repository;
  }

  /** All nodes up, in one view, at rest. */
  static running(nodes: number, repository?: Repository, config?: Partial<CoreConfig>): CoreCluster {
    const cluster = new CoreCluster(nodes, repository, config);
    for (const name of cluster.#names) cluster.boot(name);
    cluster.run(10 * QUANTUM);
    cluster.log.length = 0;
    cluster.effects.length = 0;
    return cluster;
  }

  boot(node: string, repository: Repository = this.#repository): void {
    const life = (this.#lives.get(node) ?? 0) + 1;
    this.#lives.set(node, life);
    const config: CoreConfig = {
      self: node,
      nodes: this.#names,
      heartbeatQuantumMs: QUANTUM,
      heartbeatTimeoutMs: TIMEOUT,
      bootPatienceMs: 1200,
      quorumDevices: [{ name: 'quorum', nodes: this.#names }],
      deviceGroups: [],
      sabotage: null,
      ...this.#config,
    };
    this.states.set(node, boot(config, life, this.now, repository));
  }

  kill(node: string): void {
    this.states.delete(node);
    this.open = this.open.filter((call) => call.node !== node);
  }

  state(node: string): State {
    const state = this.states.get(node);
    if (state === undefined) throw new Error(`${node} is off`);
    return state;
  }

  /** Lets time pass, with a tick on each node every quantum. */
  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += QUANTUM;
      for (const node of [...this.states.keys()]) this.take(node, { kind: 'tick' });
    }
  }

  /** A command given on a node; its answer so far. */
  request(node: string, change: Change, id = `r${++this.#requests}`): () => Answer | undefined {
    this.take(node, { kind: 'request', request: { id, change } });
    return () => this.answers.get(id);
  }

  /** A command that is to end without time passing, but for what retries need. */
  do(change: Change, node = 'n1'): Answer {
    const answer = this.request(node, change);
    if (answer() === undefined) this.run(20 * QUANTUM);
    const given = answer();
    if (given === undefined) throw new Error(`no answer to ${JSON.stringify(change)}`);
    return given;
  }

  /** Ends a call that was to end later. */
  end(what: string, ending: Exclude<Ending, 'later'> = {}): void {
    const call = this.open.find((one) => `${one.node} ${one.method} ${one.resource}` === what);
    if (call === undefined) throw new Error(`${what} does not run; ${this.running() || 'nothing'} does`);
    this.open = this.open.filter((one) => one !== call);
    this.#finish(call, ending);
    this.#pump();
  }

  running(): string {
    return this.open.map(({ node, method, resource }) => `${node} ${method} ${resource}`).join(', ');
  }

  take(node: string, input: Input): void {
    this.#queue.push({ node, life: this.#lives.get(node) ?? 0, input });
    this.#pump();
  }

  groupStates(group: string): (GroupState | undefined)[] {
    return this.#names.map((node) => this.states.get(node)?.groupStates[group]);
  }

  resource(node: string, name: string): string {
    return this.state(node).local[name]?.state ?? 'Offline';
  }

  /** What ran since the last time it was asked. */
  ran(): string[] {
    return this.log.splice(0);
  }

  #pump(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { node, life, input } = next;
      const before = this.states.get(node);
      if (before === undefined || life !== this.#lives.get(node)) continue;
      const { state, effects } = step(before, input, this.now);
      this.states.set(node, state);
      for (const effect of effects) this.#perform(node, effect);
    }
  }

  #perform(node: string, effect: Effect): void {
    const reply = (input: Input) => this.#queue.push({ node, life: this.#lives.get(node) ?? 0, input });
    if (effect.kind !== 'send' && effect.kind !== 'save') this.effects.push({ node, effect });
    switch (effect.kind) {
      case 'send':
        for (const peer of this.states.keys()) {
          if (peer === node || this.cut(node, peer)) continue;
          const input = { kind: 'heartbeat', heartbeat: effect.heartbeat } as const;
          this.#queue.push({ node: peer, life: this.#lives.get(peer) ?? 0, input });
        }
        return;
      case 'save':
        if (this.saves(node)) reply({ kind: 'saved', version: effect.repository.version });
        return;
      case 'join':
        reply({ kind: 'joined', generation: effect.generation, ok: true, message: '' });
        return;
      case 'fence':
        reply({ kind: 'fence-result', generation: effect.generation, ok: true, message: '' });
        return;
      case 'ask-quorum-device': {
        const { generation, device } = effect;
        reply({ kind: 'quorum-result', generation, device, granted: true, answered: true });
        return;
      }
      case 'run-method':
        this.#runMethod({ ...effect, node, resource: effect.resource.name });
        return;
      case 'kill-method':
        this.log.push(`${node} kills ${effect.callId}`);
        this.open = this.open.filter((one) => one.node !== node || one.callId !== effect.callId);
        return;
      case 'answer':
        this.answers.set(effect.answer.id, effect.answer);
        return;
      case 'reboot':
        this.kill(node);
    }
  }

  #runMethod({ node, callId, method, resource, timeoutMs }: Call): void {
    const call = { node, callId, method, resource, timeoutMs };
    this.log.push(`${node} ${method} ${resource}`);
    const ending = this.ending(call);
    if (ending === 'later') this.open.push(call);
    else this.#finish(call, ending);
  }

  #finish({ node, callId }: Call, ending: Exclude<Ending, 'later'>): void {
    const input = { kind: 'method-result', callId, ok: true, message: '', ...ending } as const;
    this.#queue.push({ node, life: this.#lives.get(node) ?? 0, input });
  }
}
