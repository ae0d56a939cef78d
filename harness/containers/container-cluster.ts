/** A cluster of real containers: networks, arrays, nodes, a client and a witness, and the drill's hands on them. */
import { moment } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { SetupError } from '../errors.ts';
import type { Fault } from '../faults/fault.ts';
import { faultsOf, verifyFault } from '../faults/verification.ts';
import { operationsOf, sustainedAgainUntilMs } from '../outage.ts';
import { profiles } from '../profiles.ts';
import { type Random, randomFrom } from '../random.ts';
import { ofKind, type ServiceFacts } from '../timeline.ts';
import { type Service, STORE_ON_VOLUME, setUpSteps, type Topology } from '../topology.ts';
import { lunsOf } from '../topology-model.ts';
import { type Assembly, type AssemblyOptions, assemble } from './assembly.ts';
import { handsOn } from './hands.ts';
import type { Recorder } from './recorder.ts';

const START_DEADLINE_MS = 60_000;
const STEADY_DEADLINE_MS = 60_000;
const READ_BACK_DEADLINE_MS = 30_000;
const FAULT_SEEN_DEADLINE_MS = 5_000;
/** Long enough for well over 50 acknowledged writes, and for a broken variant to have done its harm. */
const STEADY_MS = 2_000;
const AUDIT_COPIES_DEADLINE_MS = 30_000;
/** How long the sabotaged witness looks away, well over what its checker allows. */
const BLIND_MS = 1_500;

export interface ClusterOptions extends AssemblyOptions {
  seed: number;
  /** How long the service may take to come back before the drill gives up waiting. */
  timeoutMs: number;
}

export class ContainerCluster implements Cluster {
  readonly topology: Topology;
  readonly #options: ClusterOptions;
  readonly #recorder: Recorder;
  readonly #random: Random;
  #assembled: Assembly | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.topology = options.topology;
    this.#recorder = options.recorder;
    this.#random = randomFrom(options.seed, 'moment of the fault');
  }

  get #assembly(): Assembly {
    if (this.#assembled === undefined) throw new SetupError('the cluster has not been started');
    return this.#assembled;
  }

  /** A service as the checkers know it. */
  serviceFacts(service: Service): ServiceFacts {
    const { group: name, primary, backup, mountPoint } = service;
    const address = this.#assembled?.plan.logicalAddress(service) ?? '';
    const [lun = ''] = lunsOf(this.topology, service);
    return { name, address, primary, backup, mountPoint, lun };
  }

  step(text: string): void {
    this.#recorder.drill({ kind: 'step', text });
  }

  /** Brings everything up to a cluster that serves: networks, containers, the guide's commands. */
  async start(): Promise<void> {
    const { topology } = this;
    this.step(`Building the ${topology.model} cluster: ${topology.summary}`);
    this.#assembled = await assemble(this.#options);
    // A container that ends now will not come back by waiting.
    await Promise.race([this.#formCluster(), this.#anyEnded()]);
    await this.#configure();
  }

  async #anyEnded(): Promise<never> {
    const { nodes, arrays, mirrors, globalMounts, directory, witness } = this.#assembly;
    const all = [
      ...nodes.values(),
      ...arrays.values(),
      ...mirrors.values(),
      ...globalMounts.values(),
      ...(directory === undefined ? [] : [directory]),
      witness,
    ];
    const { name } = await Promise.race(all.map(({ channel }) => channel.ended.then(() => channel)));
    const said = ofKind(this.#recorder.events, 'log').filter(({ source }) => source === name);
    const words = said
      .map(({ text }) => text.trim())
      .filter((text) => text !== '')
      .slice(0, 6)
      .join(' ');
    throw new SetupError(
      `${name} ended while the cluster was being built: ${words || 'it said nothing'}; "drill doctor" says what this machine lacks`,
    );
  }

  /** All nodes in one view, each saying so. */
  async #formCluster(): Promise<void> {
    const { nodes } = this.topology;
    const joined = () => {
      const views = ofKind(this.#recorder.events, 'view').filter(
        ({ members }) => members.length === nodes.length,
      );
      return new Set(views.map(({ source }) => source));
    };
    await this.#recorder.until(
      'all nodes in the cluster',
      START_DEADLINE_MS,
      () => (joined().size === nodes.length ? true : undefined),
      () => `only ${[...joined()].join(', ') || 'none'} of ${nodes.join(', ')} joined; see the nodes' logs`,
    );
    this.step(`${nodes.join(' and ')} are members of one cluster`);
  }

  async #configure(): Promise<void> {
    const steps = setUpSteps(this.topology);
    const count = steps.reduce((sum, { commands }) => sum + commands.length, 0);
    if (count === 0) return;
    const names = [...new Set(steps.map(({ node }) => node))].join(' and ');
    this.step(`On ${names}: ${count} commands of the guide's procedure configure and start the service`);
    for (const { node, commands } of steps) {
      const path = 'PATH=/usr/cluster/bin:/usr/sbin:/usr/bin:/bin:/usr/local/bin';
      const ran = await this.#assembly.nodes
        .get(node)
        ?.run(['env', path, 'sh', '-ex', '-c', commands.join('\n')]);
      if (ran?.exit !== 0)
        throw new SetupError(`configuring the cluster on ${node} failed: ${ran?.output.trim().slice(-800)}`);
    }
  }

  async steadyState(service: Service): Promise<void> {
    const started = await this.#recorder.until(
      `clients of ${service.group} are served`,
      STEADY_DEADLINE_MS,
      () =>
        ofKind(this.#recorder.events, 'client-started').find(
          ({ source }) => source === `client-${service.group}`,
        ),
      () => `no client could log in at ${this.serviceFacts(service).address}`,
    );
    if (this.#options.sabotage === 'blind-witness')
      await this.#assembly.witness.channel.order('look-away', { forMs: BLIND_MS });
    await this.#recorder.until(
      `${STEADY_MS} ms of steady load on ${service.group}`,
      STEADY_DEADLINE_MS,
      () =>
        this.#operations(service).find(
          ({ plannedMs = 0, outcome }) => plannedMs > started.atMs + STEADY_MS && outcome === 'ok',
        ),
      () => 'no operation succeeded after that time',
    );
  }

  async strike(fault: Fault): Promise<void> {
    const { name, target } = fault;
    const hands = handsOn(this.#assembly);
    await hands.prepare(target);
    // Anywhere within a heartbeat timeout, so that runs do not all hit the same instant of its period.
    await moment(this.#random.integer(0, profiles[this.#options.profile].timeoutMs));
    const told = (stage: 'planned' | 'applied' | 'complete', at?: number) =>
      this.#recorder.drill({ kind: 'fault', fault: name, target, stage }, at);
    this.step(`${name} on ${target}`);
    told('planned');
    if (this.#options.sabotage === 'fault-does-nothing') {
      told('applied');
    } else {
      await fault.apply(hands, (at) => told('applied', at));
    }
    told('complete');
    await this.#seen(fault);
  }

  /** A fault whose effect nobody else saw ends the drill: whatever came after it would prove nothing. */
  async #seen({ name, target }: Fault): Promise<void> {
    const look = () => {
      const told = faultsOf(this.#recorder.events).find(
        (known) => known.name === name && known.target === target,
      );
      return told
        ? verifyFault(this.#recorder.events, told)
        : { verified: false, detail: 'it was not announced' };
    };
    await this.#recorder.until(
      `the effect of ${name} on ${target}`,
      FAULT_SEEN_DEADLINE_MS,
      () => (look().verified ? true : undefined),
      () => look().detail,
    );
  }

  async servedAgain(service: Service): Promise<void> {
    const { events } = this.#recorder;
    const faultMs = Math.max(...faultsOf(events).map(({ appliedMs }) => appliedMs ?? 0));
    const facts = this.serviceFacts(service);
    const started = ofKind(events, 'client-started').find(
      ({ source }) => source === `client-${service.group}`,
    );
    // Writes and reads take turns, so each kind comes at half of the client's rate.
    const periodMs = 2000 / (started?.ratePerSecond ?? 1);
    const again = () => {
      // Only a success can complete a row of them; looking anew at every event would cost what is being measured.
      const last = events.at(-1);
      if (last?.kind !== 'operation' || last.outcome !== 'ok') return undefined;
      const kinds = (['write', 'read'] as const).map((kind) => operationsOf(events, facts, kind));
      return sustainedAgainUntilMs(kinds, faultMs, periodMs) ?? undefined;
    };
    await this.#recorder.until(`${service.group} is served again`, this.#options.timeoutMs, again).then(
      (untilMs) => {
        this.#recorder.drill({ kind: 'observed', service: service.group, untilMs });
        this.step(`${service.group} is served again`);
      },
      // Not an error of the drill but its result: the checkers say how long the clients were without service.
      () => this.step(`${service.group} was not served again within ${this.#options.timeoutMs} ms`),
    );
  }

  async readBack(): Promise<void> {
    this.step('The load ends; every write is read back through the service');
    await Promise.all([...this.#assembly.clients.values()].map((client) => client.endAndReadBack()));
    await this.#recorder.until(
      'every write read back through the service',
      READ_BACK_DEADLINE_MS,
      () =>
        ofKind(this.#recorder.events, 'read-back').length === this.#assembly.clients.size ? true : undefined,
      () => 'a client did not finish reading back',
    );
    this.step('All nodes are switched off; the volumes are read by the witness, from copies');
    await Promise.all(
      [...this.#assembly.nodes.values(), ...this.#assembly.mirrors.values()].map(({ container }) =>
        container.kill().catch(() => undefined),
      ),
    );
    for (const { name, luns } of this.topology.arrays) {
      for (const lun of luns.filter(({ holds }) => holds === 'calendar')) await this.#audit(name, lun.name);
    }
  }

  async #audit(array: string, lun: string): Promise<void> {
    const copy = await this.#assembly.arrays.get(array)?.channel.order('copy', { lun });
    const name = `${array}/${lun}`;
    await this.#assembly.witness.channel.order('audit', {
      lun: name,
      minor: copy?.value,
      store: STORE_ON_VOLUME,
    });
    await this.#recorder.until(`the bytes of ${name}`, AUDIT_COPIES_DEADLINE_MS, () =>
      ofKind(this.#recorder.events, 'volume').find((event) => event.lun === name),
    );
  }

  #operations(service: Service) {
    return ofKind(this.#recorder.events, 'operation').filter((event) => event.service === service.group);
  }
}
