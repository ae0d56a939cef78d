/** A cluster of real containers: networks, arrays, nodes, a client and a witness, and the drill's hands on them. */
import { moment } from '../clock.ts';
import type { Cluster, Ended } from '../cluster.ts';
import { SetupError } from '../errors.ts';
import type { Fault } from '../faults/fault.ts';
import { faultsOf, type Verification, verifyFault } from '../faults/verification.ts';
import { profiles } from '../profiles.ts';
import { type Random, randomFrom } from '../random.ts';
import type { Rehearsal } from '../runbook/rehearsal.ts';
import { nodeSabotage } from '../sabotages.ts';
import type { ServiceFacts } from '../timeline.ts';
import type { Service, Topology } from '../topology.ts';
import { servicesAtFirst } from '../topology-later.ts';
import { lunsOf } from '../topology-model.ts';
import { arraysOf } from '../volumes.ts';
import { endMs, isDownAt } from '../witnessed.ts';
import { type Assembly, assemble } from './assembly.ts';
import { type Hands, handsOn } from './hands.ts';
import { lookAt } from './looking.ts';
import { Measuring, type MeasuringOptions } from './measuring.ts';
import { compareHalves, mirrorWhole } from './mirrors.ts';
import { Observing } from './observing.ts';
import { readThroughService, readVolumes } from './reading-back.ts';
import type { Recorder } from './recorder.ts';
import { Rehearsing } from './rehearsing.ts';
import { anyEnded, configure, formed, OPERATOR_PATH, switchOffLater } from './setting-up.ts';
import { sharingPower } from './storage-hands.ts';

const FAULT_SEEN_DEADLINE_MS = 10_000;
const COMMAND_DEADLINE_MS = 120_000;
/** How long the sabotaged witness looks away, well over what its checker allows. */
const BLIND_MS = 1_500;

export interface ClusterOptions extends MeasuringOptions {
  seed: number;
  /** How long the service may take to come back before the drill gives up waiting. */
  timeoutMs: number;
}

export class ContainerCluster implements Cluster {
  readonly topology: Topology;
  readonly #options: ClusterOptions;
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #observing: Observing;
  readonly #measuring: Measuring;
  #assembled: Assembly | undefined;

  constructor(options: ClusterOptions) {
    const { topology, recorder, seed, timeoutMs, load } = options;
    this.#options = options;
    this.topology = topology;
    this.#recorder = recorder;
    this.#random = randomFrom(seed, 'moment of the fault');
    this.#observing = new Observing(recorder, {
      timeoutMs,
      operationTimeoutMs: load.timeoutMs,
      writesPerSecond: load.ratePerSecond / 2,
    });
    this.#measuring = new Measuring(options, this.#observing);
  }

  get #assembly(): Assembly {
    if (this.#assembled === undefined) throw new SetupError('the cluster has not been started');
    return this.#assembled;
  }

  get services(): readonly [Service, ...Service[]] {
    const [first, ...others] = servicesAtFirst(this.topology);
    if (first === undefined) throw new SetupError(`model ${this.topology.model} has no service to drill`);
    return [first, ...others];
  }

  arraysOf(service: Service): string[] {
    return arraysOf(this.topology, service);
  }

  /** A service as the checkers know it. */
  serviceFacts(service: Service): ServiceFacts {
    const { group: name, primary, backup, mountPoint, serverBase } = service;
    const address = this.hostAddress(service.logicalHost);
    const luns = lunsOf(this.topology, service);
    // A mirror is mounted by its own name, what is not mirrored by that of its LUN.
    const volume = luns.length > 1 ? `${service.deviceGroup}/${service.volume}` : (luns[0] ?? '');
    return { name, address, primary, backup, serverBase, mountPoint, volume, luns };
  }

  hostAddress = (host: string): string => this.#assembled?.plan.hostAddress(host) ?? '';

  step(text: string): void {
    this.#recorder.drill({ kind: 'step', text });
  }

  /** Brings everything up to a cluster that serves: networks, containers, the guide's commands. */
  async start(): Promise<void> {
    const { topology } = this;
    const { nodes } = topology;
    this.step(`Building the ${topology.model} cluster: ${topology.summary}`);
    this.#assembled = await assemble(this.#options);
    this.#recorder.stage('forming');
    // A container that ends now will not come back by waiting.
    await Promise.race([formed(nodes, this.#recorder), anyEnded(this.#assembly, this.#recorder)]);
    this.step(
      nodes.length === 1
        ? `${nodes[0]} has formed its cluster`
        : `${nodes.join(' and ')} are members of one cluster`,
    );
    await switchOffLater(topology, this.#assembly, this.#recorder);
    if (topology.later.length > 0) this.step(`${topology.later.join(' and ')} is switched off`);
    if (this.#options.bare === true) return;
    this.#recorder.stage('configuring');
    await configure(topology, this.#assembly, (text) => this.step(text));
  }

  async steadyState(service: Service): Promise<void> {
    this.#recorder.stage('steady state');
    const facts = this.serviceFacts(service);
    const startedMs = await this.#observing.clientStarted(facts);
    if (this.#options.sabotage === 'blind-witness')
      await this.#assembly.witness.channel.order('look-away', { forMs: BLIND_MS });
    await this.#observing.steady(facts, startedMs);
  }

  async strike(...faults: [Fault, ...Fault[]]): Promise<void> {
    this.#recorder.stage('drill');
    const hands = this.#hands();
    for (const { target } of faults) await hands.prepare(target);
    // Anywhere within a heartbeat timeout, so that runs do not all hit the same instant of its period.
    await moment(this.#random.integer(0, profiles[this.#options.profile].timeoutMs));
    await this.#apply(faults, hands);
  }

  async strikeDuringTakeover(service: Service, node: string, fault: Fault): Promise<void> {
    const hands = this.#hands();
    await hands.prepare(fault.target);
    await this.#observing.takingOver(this.serviceFacts(service), node);
    this.step(`${node} is taking ${service.group} over`);
    await this.#apply([fault], hands);
  }

  #hands(): Hands {
    const boot = async (node: string) => {
      const { began } = await this.#assembly.levers.order('clock');
      await this.boot(node);
      return began;
    };
    const shared = this.#options.sabotage === 'arrays-share-power' ? sharingPower(this.#assembly) : {};
    return { ...handsOn(this.#assembly), boot, ...shared };
  }

  async #apply(faults: readonly Fault[], hands: Hands): Promise<void> {
    const told = ({ name, target }: Fault, stage: 'planned' | 'applied' | 'complete', at?: number) =>
      this.#recorder.drill({ kind: 'fault', fault: name, target, stage }, at);
    for (const fault of faults) {
      this.step(`${fault.name} on ${fault.target}`);
      told(fault, 'planned');
    }
    const idle = this.#options.sabotage === 'fault-does-nothing';
    await Promise.all(
      faults.map(async (fault) => {
        if (idle) told(fault, 'applied');
        else await fault.apply(hands, (at) => told(fault, 'applied', at));
        told(fault, 'complete');
      }),
    );
    for (const fault of faults) await this.#seen(fault, 'the effect');
  }

  async undo(fault: Fault): Promise<void> {
    const { name, target } = fault;
    if (fault.undo === undefined) throw new Error(`${name} of ${target} cannot be undone`);
    this.step(`${name} on ${target} is over`);
    await fault.undo(this.#hands(), (at) =>
      this.#recorder.drill({ kind: 'fault', fault: name, target, stage: 'undone' }, at),
    );
    await this.#seen(fault, 'the end');
  }

  /** A fault whose effect nobody else saw ends the drill: whatever came after it would prove nothing. */
  async #seen({ name, target }: Fault, what: string): Promise<void> {
    const look = (): Verification => {
      const told = faultsOf(this.#recorder.events).findLast(
        (known) => known.name === name && known.target === target,
      );
      return told
        ? verifyFault(this.#recorder.events, told)
        : { verified: false, detail: 'it was not announced' };
    };
    await this.#recorder.until(
      `${what} of ${name} on ${target}`,
      FAULT_SEEN_DEADLINE_MS,
      () => (look().verified ? true : undefined),
      () => look().detail,
    );
  }

  async command(node: string, line: string): Promise<Ended> {
    const found = this.#assembly.nodes.get(node);
    if (found === undefined) throw new SetupError(`there is no node ${node}`);
    this.#recorder.stage('drill');
    const told = (stage: 'begin' | 'end', exit: number | null, output: string) =>
      this.#recorder.drill({ kind: 'command', node, line, stage, exit, output });
    // Programs that an operator starts are of the same variant as those of the node itself.
    const sabotage = nodeSabotage(this.#options.sabotage);
    const brokenToo = sabotage === null ? [] : [`HA_SABOTAGE=${sabotage}`];
    this.step(`On ${node}: ${line}`);
    told('begin', null, '');
    const ended = await found.run(
      ['env', OPERATOR_PATH, ...brokenToo, 'sh', '-c', line],
      COMMAND_DEADLINE_MS,
    );
    told('end', ended.exit, ended.output);
    // Before anything else is typed, so that what this one did is not judged by what was seen while it did it.
    await this.#assembly.witness.channel.order('look');
    return ended;
  }

  look(node: string, path: string, pattern?: RegExp): Promise<string> {
    return lookAt(this.#assembly.witness, node, path, pattern);
  }

  async boot(...nodes: [string, ...string[]]): Promise<void> {
    this.step(`${nodes.join(' and ')} boot${nodes.length === 1 ? 's' : ''}`);
    const sinceMs = this.#recorder.nowMs();
    this.#recorder.drill({ kind: 'boot', nodes });
    await Promise.all(nodes.map((node) => this.#assembly.reboot(node)));
    const { events } = this.#recorder;
    const up = this.topology.nodes.filter((name) => !isDownAt(events, name, endMs(events)));
    await formed(up, this.#recorder, sinceMs);
  }

  async goesDown(node: string): Promise<void> {
    const isDown = await this.#observing.goesDown(node);
    this.step(
      isDown ? `${node} has gone down` : `${node} did not go down within ${this.#options.timeoutMs} ms`,
    );
  }

  async servedAgain(service: Service): Promise<void> {
    const untilMs = await this.#observing.servedAgain(this.serviceFacts(service));
    // Not an error of the drill but its result: the checkers say how long the clients were without service.
    this.step(
      untilMs === null
        ? `${service.group} was not served again within ${this.#options.timeoutMs} ms`
        : `${service.group} is served again`,
    );
  }

  async observe(service: Service, forMs?: number): Promise<void> {
    await this.#observing.observe(this.serviceFacts(service), forMs);
  }

  async oneGoesDown(nodes: readonly string[]): Promise<string> {
    const node = await this.#observing.oneGoesDown(nodes);
    this.step(`${node} goes down`);
    return node;
  }

  async measure(): Promise<void> {
    await this.#measuring.measure(this.#assembly);
  }

  /** Cores of each node while it is measured, where the drill fixes them; known from the first measurement on. */
  get cpuPerNode(): number | undefined {
    return this.#measuring.cpuPerNode;
  }

  async servedOn(service: Service, node: string): Promise<void> {
    await this.#observing.servedOn(this.serviceFacts(service), node);
    this.step(`${service.group} is on ${node}`);
  }

  async mirrorWhole(service: Service): Promise<void> {
    await mirrorWhole(this.topology, this.#assembly, service);
    this.step(`Both halves of the mirror of ${service.group} are in order`);
  }

  async readBack({ compareMirrors = false } = {}): Promise<void> {
    this.#recorder.stage('reading back through the service');
    this.step('The load ends; every write is read back through the service');
    await readThroughService(this.#assembly, this.#recorder);
    if (compareMirrors) {
      this.step('The two halves of each mirror are compared, byte by byte');
      await compareHalves(this.topology, this.#assembly, this.#recorder);
    }
    this.#recorder.stage('reading the volumes');
    this.step('All nodes are switched off; the volumes are read by the witness, from copies');
    await readVolumes(this.topology, this.#assembly, this.#recorder);
  }

  rehearsal = (env: Record<string, string>): Rehearsal =>
    new Rehearsing({ ...this.#options, assembly: this.#assembly, env });
}
