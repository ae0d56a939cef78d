/** Performs what the core decides: datagrams, keys, methods, device groups; and feeds back what came of it. */
import { after, every, moment, monotonicMs } from '../../common/clock.ts';
import { tell } from '../../common/tell.ts';
import type { NodeConfig } from '../config.ts';
import { ReservationConflict } from './arrays.ts';
import { boot, step } from './core/step.ts';
import type { Answer, Effect, Heartbeat, Input, Request, State } from './core/types.ts';
import { coreConfigOf } from './core-config.ts';
import { CoreMoments } from './core-moments.ts';
import { failfast } from './failfast.ts';
import { GlobalFileSystems } from './global-file-systems.ts';
import type { PathStatus } from './interconnect.ts';
import { standstillGuard } from './logical-addresses.ts';
import { Methods } from './methods.ts';
import type { ProcessMonitor } from './process-monitor.ts';
import type { RepositoryFile } from './repository-file.ts';
import type { Standstill } from './standstill.ts';
import type { Logger } from './syslog.ts';
import { telling } from './told-volumes.ts';
import { readVfstab } from './types/mounts.ts';
import type { Processes } from './types/type.ts';
import type { MirrorStatus, Volumes } from './volumes.ts';

const CMM = 'Cluster.CMM';
const RGMD = 'Cluster.RGM.rgmd';
/** Engines give a container ten seconds between asking it to end and ending it. */
const EVACUATION_MS = 8000;

/** Effects on this node's keys on the arrays. */
export type KeyEffect = Extract<Effect, { kind: 'ask-quorum-device' | 'fence' | 'join' | 'refresh-keys' }>;

/** This node's keys on the arrays: what came of an effect is reported, whenever that is. */
export interface KeysOnDisks {
  perform(effect: KeyEffect): void;
  /** Looks from time to time whether the keys are still there. */
  watch(): void;
  /** Names of quorum devices that this node is wired to and that do not answer. */
  silentQuorumDevices(): Promise<string[]>;
}

export interface KeyReports {
  take(input: Input): void;
  /** Another node has taken this one's keys: it must stop. */
  panic(reason: string): void;
}

/** What the shell performs effects with. */
export interface ShellParts {
  keys(reports: KeyReports): KeysOnDisks;
  volumes: Volumes;
  interconnect: {
    open(config: NodeConfig, onHeartbeat: (heartbeat: Heartbeat) => void): Promise<void>;
    send(heartbeat: Heartbeat): void;
    paths(): PathStatus[];
  };
  processMonitor: ProcessMonitor;
  repositoryFile: RepositoryFile;
  logger: Logger;
}

export class Shell {
  readonly processMonitor: ProcessMonitor;
  readonly #config: NodeConfig;
  readonly #parts: ShellParts;
  readonly #methods: Methods;
  readonly #volumes: Volumes;
  readonly #keys: KeysOnDisks;
  readonly #global: GlobalFileSystems;
  readonly #standstill: Standstill;
  /** Whom the last order to fence was about. */
  #victims: string[] = [];
  readonly #answers = new Map<string, (answer: Answer) => void>();
  #state: State;
  #stopTicks: () => void = () => undefined;
  readonly #moments = new CoreMoments(
    () => this.#state,
    () => this.#take({ kind: 'moment' }),
  );

  /** @throws RepositoryDamaged */
  constructor(config: NodeConfig, parts: ShellParts) {
    this.#config = config;
    this.#parts = parts;
    this.processMonitor = parts.processMonitor;
    const inMaintenance = (group: string) => this.#state.placement.devices[group]?.maintenance === true;
    this.#volumes = telling(parts.volumes, (input) => this.#take(input), inMaintenance);
    this.#methods = new Methods({
      ...{ config, panic: this.panic, tell, volumes: this.#volumes, logger: parts.logger },
      processes: supervisedBy(parts.processMonitor),
      repository: () => this.#state.repository,
      take: (input) => this.#take(input),
    });
    this.#global = new GlobalFileSystems({
      ...{ config, panic: this.panic, volumes: this.#volumes, logger: parts.logger },
      state: () => this.#state,
      vfstab: readVfstab,
    });
    this.#keys = parts.keys({ panic: this.panic, take: (input) => this.#take(input) });
    this.#standstill = standstillGuard(() => this.#state, config, this.#methods, parts.logger);
    const now = monotonicMs();
    this.#state = boot(coreConfigOf(config), Math.round(now), now, parts.repositoryFile.load());
  }

  get state(): State {
    return this.#state;
  }

  get methods(): Methods {
    return this.#methods;
  }

  /** Whether a group is online on another node, for which this one then is the backup. */
  servedElsewhere(): boolean {
    const others = (this.#state.view?.members ?? []).filter((node) => node !== this.#config.name);
    return others.some((node) =>
      Object.values(this.#state.peers[node]?.heartbeat.groups ?? {}).includes('Online'),
    );
  }

  mirrors(): Promise<MirrorStatus[]> {
    return this.#volumes.mirrors();
  }

  paths(): PathStatus[] {
    return this.#parts.interconnect.paths();
  }

  silentQuorumDevices(): Promise<string[]> {
    return this.#keys.silentQuorumDevices();
  }

  async start(): Promise<void> {
    await this.#parts.interconnect.open(this.#config, (heartbeat) =>
      this.#take({ kind: 'heartbeat', heartbeat }),
    );
    this.#keys.watch();
    this.#global.start();
    this.#stopTicks = every(this.#config.heartbeat.quantumMs, () => this.#take({ kind: 'tick' }));
  }

  /** Has the cluster carry out a request; resolves when it is done or refused. */
  perform(request: Request): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answers.set(request.id, resolve);
      this.#take({ kind: 'request', request });
    });
  }

  /** An orderly end, as a shutdown is: groups go to other nodes if they can, then all that runs here ends. */
  async end(): Promise<void> {
    const { logger } = this.#parts;
    logger.log('notice', CMM, 'Node %s is being shut down.', this.#config.name);
    const id = `${this.#config.name}-${this.#state.incarnation}-shutdown`;
    if (this.#state.view !== null) {
      const evacuated = this.perform({ id, change: { do: 'evacuate', node: this.#config.name } });
      await Promise.race([evacuated, new Promise<void>((resolve) => after(EVACUATION_MS, resolve))]);
    }
    this.#stopTicks();
    this.#moments.stop();
    await this.#methods.end();
    await this.#global.end();
  }

  /** For what goes on beside the core: conflicts found by a watch over the keys, say. */
  readonly panic = (reason: string): never => failfast(this.#config, reason);

  #take(input: Input): void {
    const nowMs = monotonicMs();
    this.#standstill.look(nowMs);
    if (input.kind === 'fence-result' && input.ok) tell({ kind: 'fenced', victims: this.#victims });
    const { state, effects } = step(this.#state, input, nowMs);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#moments.arm(nowMs);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#parts.interconnect.send(effect.heartbeat);
        return;
      case 'fence':
        void this.#fence(effect);
        return;
      case 'ask-quorum-device':
      case 'join':
      case 'refresh-keys':
        this.#keys.perform(effect);
        return;
      case 'run-method':
        void this.#methods.run(effect);
        return;
      case 'kill-method':
        this.#methods.kill(effect.callId);
        return;
      case 'master-device-group':
        void this.#switchDeviceGroup(effect.deviceGroup, true);
        return;
      case 'release-device-group':
        void this.#switchDeviceGroup(effect.deviceGroup, false);
        return;
      case 'answer':
        this.#answers.get(effect.answer.id)?.(effect.answer);
        this.#answers.delete(effect.answer.id);
        return;
      case 'save':
        void this.#save(effect.repository);
        return;
      case 'panic':
      case 'reboot':
        this.#parts.logger.log('crit', CMM, 'This node goes down: %s', effect.reason);
        // Under this sabotage it goes on with what it is doing before it obeys.
        if (this.#config.sabotage === 'late-panic') after(LATE_PANIC_MS, () => this.panic(effect.reason));
        else this.panic(effect.reason);
        return;
      default:
        this.#announce(effect);
    }
  }

  /** What is only to be known. */
  #announce(
    effect: Extract<Effect, { kind: 'suspected' | 'view' | 'group-state' | 'waiting-for-quorum' }>,
  ): void {
    const { logger } = this.#parts;
    switch (effect.kind) {
      case 'suspected':
        tell({ kind: 'suspected', peer: effect.peer });
        logger.log('warning', CMM, 'Node %s is not heard any more.', effect.peer);
        return;
      case 'view': {
        const { members, generation } = effect.view;
        tell({ kind: 'view', members, generation, quorum: effect.quorum });
        const text = 'Node reconfiguration #%d completed; cluster members: %s; %s.';
        const quorum = effect.quorum ? 'quorum is there' : 'there is no quorum';
        logger.log('notice', CMM, text, String(generation), members.join(' '), quorum);
        return;
      }
      case 'waiting-for-quorum':
        tell({ kind: 'log', text: `waiting for quorum: ${effect.reason}` });
        logger.log('notice', CMM, 'Cluster does not have quorum yet; waiting: %s.', effect.reason);
        return;
      case 'group-state':
        tell({ kind: 'group-state', group: effect.group, state: effect.state });
        logger.log('notice', RGMD, 'resource group %s state on this node: %s', effect.group, effect.state);
    }
  }

  async #fence(effect: Extract<Effect, { kind: 'fence' }>): Promise<void> {
    this.#victims = effect.victims;
    // Under this sabotage the victims keep their keys until long after the takeover.
    if (this.#config.sabotage === 'mount-before-fence' && effect.victims.length > 0)
      await moment(20 * this.#config.heartbeat.timeoutMs);
    this.#keys.perform(effect);
  }

  /** An operator's switch of a device group; what came of it is told to the core by `telling`. */
  async #switchDeviceGroup(deviceGroup: string, mastered: boolean): Promise<void> {
    try {
      if (!mastered) await this.#global.letGo(deviceGroup);
      await (mastered ? this.#volumes.master(deviceGroup) : this.#volumes.release(deviceGroup));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof ReservationConflict) this.panic(`failfast: ${message}`);
      this.#take({ kind: 'mastered', deviceGroup, mastered: !mastered, message });
    }
  }

  async #save(repository: State['repository']): Promise<void> {
    try {
      await this.#parts.repositoryFile.save(repository);
    } catch (error) {
      // A node that cannot keep the configuration would come back with an old one.
      this.panic(`the configuration repository cannot be saved: ${(error as Error).message}`);
    }
    this.#take({ kind: 'saved', version: repository.version });
  }
}

/** The process monitor as methods use it: it starts nothing again, the resource group manager does. */
function supervisedBy(monitor: ProcessMonitor): Processes {
  return {
    start: (tag, command, level) => monitor.start(tag, command, { retries: 0, periodMinutes: null, level }),
    stop: (tag, signal, waitMs) => monitor.stop(tag, signal, waitMs),
    running: (tag) => monitor.query(tag),
    lastWords: (tag) => monitor.lastWords(tag),
  };
}

const LATE_PANIC_MS = 8_000;
