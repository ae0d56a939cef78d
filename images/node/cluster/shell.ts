/** Performs what the core decides: datagrams, calls to arrays, methods; and feeds back what came of it. */
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { every, moment, monotonicMs } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { type Arrays, ReservationConflict } from './arrays.ts';
import { boot, step } from './core/step.ts';
import type { Answer, CoreSabotage, Effect, Input, Repository, Request, State } from './core/types.ts';
import { Interconnect } from './interconnect.ts';
import { pluginOf } from './types/index.ts';
import type { MethodContext } from './types/type.ts';

const REPOSITORY = '/etc/cluster/ccr/repository.json';
const RETRY_MS = 200;
const CORE_SABOTAGES: readonly string[] = ['mount-before-fence', 'no-takeover'];

type Run = Extract<Effect, { kind: 'run-method' }>;

export class Shell {
  readonly #config: NodeConfig;
  readonly #arrays: Arrays;
  readonly #interconnect = new Interconnect();
  readonly #answers = new Map<string, (answer: Answer) => void>();
  readonly #probes = new Map<string, () => void>();
  #state: State;
  #saving: Promise<void> = Promise.resolve();

  constructor(config: NodeConfig, arrays: Arrays) {
    this.#config = config;
    this.#arrays = arrays;
    const now = monotonicMs();
    const { name, nodes, heartbeat, bootPatienceMs, luns, sabotage } = config;
    const coreConfig = {
      self: name,
      nodes,
      heartbeatQuantumMs: heartbeat.quantumMs,
      heartbeatTimeoutMs: heartbeat.timeoutMs,
      bootPatienceMs,
      quorumDeviceVotes: luns.some(({ quorum }) => quorum) ? nodes.length - 1 : 0,
      sabotage: CORE_SABOTAGES.includes(sabotage ?? '') ? (sabotage as CoreSabotage) : null,
    };
    this.#state = boot(coreConfig, Math.round(now), now, savedRepository());
  }

  get state(): State {
    return this.#state;
  }

  /** Whether a group is online on another node, for which this one then is the backup. */
  servedElsewhere(): boolean {
    const others = (this.#state.view?.members ?? []).filter((node) => node !== this.#config.name);
    return others.some((node) =>
      Object.values(this.#state.peers[node]?.heartbeat.groups ?? {}).includes('Online'),
    );
  }

  async start(): Promise<void> {
    await this.#interconnect.open(this.#config, (heartbeat) => this.#take({ kind: 'heartbeat', heartbeat }));
    every(this.#config.heartbeat.quantumMs, () => this.#take({ kind: 'tick' }));
  }

  /** Has the cluster carry out a request; resolves when it is done or refused. */
  perform(request: Request): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answers.set(request.id, resolve);
      this.#take({ kind: 'request', request });
    });
  }

  #take(input: Input): void {
    const { state, effects } = step(this.#state, input, monotonicMs());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#interconnect.send(effect.heartbeat);
        return;
      case 'ask-quorum-device':
        void this.#askQuorumDevice(effect.generation, effect.victims);
        return;
      case 'fence':
        void this.#fence(effect.generation, effect.victims);
        return;
      case 'run-method':
        void this.#runMethod(effect);
        return;
      case 'answer':
        this.#answers.get(effect.answer.id)?.(effect.answer);
        this.#answers.delete(effect.answer.id);
        return;
      case 'save':
        // Beside the heartbeats, which must not wait for this node's local disk; one after another, so the newest stays.
        this.#saving = this.#saving.then(() => saveRepository(effect.repository)).catch(cannotSave);
        return;
      case 'panic':
        panic(effect.reason);
        return;
      case 'suspected':
        tell({ kind: 'suspected', peer: effect.peer });
        return;
      case 'view':
        tell({
          kind: 'view',
          members: effect.view.members,
          generation: effect.view.generation,
          quorum: effect.quorum,
        });
        return;
      case 'group-state':
        tell({ kind: 'group-state', group: effect.group, state: effect.state });
    }
  }

  async #askQuorumDevice(generation: number, victims: string[]): Promise<void> {
    try {
      for (const lun of this.#arrays.luns.filter(({ quorum }) => quorum)) {
        for (const victim of victims) await this.#arrays.preempt(lun, victim);
      }
      this.#take({ kind: 'quorum-result', generation, granted: true });
    } catch (error) {
      tell({ kind: 'log', text: `quorum device: ${error instanceof Error ? error.message : error}` });
      this.#take({ kind: 'quorum-result', generation, granted: false });
    }
  }

  async #fence(generation: number, victims: string[]): Promise<void> {
    // Under this sabotage the victims keep their keys until long after the takeover.
    if (this.#config.sabotage === 'mount-before-fence') await moment(20 * this.#config.heartbeat.timeoutMs);
    try {
      const disks = this.#arrays.luns.filter(({ quorum }) => !quorum);
      await Promise.all(disks.flatMap((lun) => victims.map((victim) => this.#arrays.preempt(lun, victim))));
      tell({ kind: 'fenced', victims });
      this.#take({ kind: 'fence-result', generation, ok: true, message: '' });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof ReservationConflict) panic(`failfast: ${message}`);
      tell({ kind: 'log', text: `fencing ${victims.join(', ')}: ${message}` });
      await moment(RETRY_MS);
      this.#take({ kind: 'fence-result', generation, ok: false, message });
    }
  }

  async #runMethod({ group, callId, resource, method }: Run): Promise<void> {
    const plugin = pluginOf(resource.type);
    const implementation = plugin.methods[method];
    const about = { method: implementation?.name ?? method, resource: resource.name, group };
    let [ok, message] = [true, ''];
    if (method === 'STOP') this.#stopProbe(resource.name);
    tell({ kind: 'method-begin', ...about });
    try {
      await implementation?.run(this.#contextOf(resource));
    } catch (error) {
      [ok, message] = [false, error instanceof Error ? error.message : String(error)];
      if (error instanceof ReservationConflict) panic(`failfast: ${message}`);
    }
    tell({ kind: 'method-end', ...about, ok, message });
    this.#take({ kind: 'method-result', group, callId, ok, message });
    if (ok && method === 'START') this.#startProbe(resource);
  }

  #contextOf(resource: Run['resource']): MethodContext {
    return {
      resource,
      config: this.#config,
      arrays: this.#arrays,
      log: (text) => tell({ kind: 'log', text }),
    };
  }

  #startProbe(resource: Run['resource']): void {
    const { probe } = pluginOf(resource.type);
    if (probe === undefined) return;
    let busy = false;
    const look = async () => {
      if (busy) return;
      busy = true;
      try {
        await probe.run(this.#contextOf(resource));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        tell({ kind: 'log', text: `probe of ${resource.name} failed: ${message}` });
        this.#take({ kind: 'probe-failed', resource: resource.name, message });
      }
      busy = false;
    };
    this.#probes.set(
      resource.name,
      every(probe.intervalMs, () => void look()),
    );
  }

  #stopProbe(resource: string): void {
    this.#probes.get(resource)?.();
    this.#probes.delete(resource);
  }
}

/** Failfast: the node stops at once, with all that runs on it, as process 1 of its container does when it ends. */
function panic(reason: string): never {
  tell({ kind: 'panic', reason });
  process.exit(1);
}

function savedRepository(): Repository | undefined {
  try {
    return JSON.parse(readFileSync(REPOSITORY, 'utf8')) as Repository;
  } catch {
    return undefined;
  }
}

async function saveRepository(repository: Repository): Promise<void> {
  await mkdir('/etc/cluster/ccr', { recursive: true });
  await writeFile(`${REPOSITORY}.new`, JSON.stringify(repository), { flush: true });
  await rename(`${REPOSITORY}.new`, REPOSITORY);
}

/** A node that cannot keep the configuration would come back with an old one. */
function cannotSave(error: Error): never {
  panic(`the configuration repository cannot be saved: ${error.message}`);
}
