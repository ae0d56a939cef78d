/**
 * `drill(title, options, script)`: a scripted drill, registered as a mocha test. The script is the drill; what it sets
 * up, what it records and how it is judged is the same for all of them and stands here.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { ContainerCluster } from './containers/container-cluster.ts';
import { Recorder } from './containers/recorder.ts';
import { sweep } from './engine/cleanup.ts';
import { messageOf, SetupError } from './errors.ts';
import { claimsOn } from './guide/claims.ts';
import { type Job, outcomeOf } from './job.ts';
import { judge } from './judge.ts';
import { saveFacts } from './run-folder.ts';
import type { DrillFacts, ServiceFacts } from './timeline.ts';
import { topologies } from './topology.ts';
import { servicesAtFirst, servicesLater } from './topology-later.ts';
import { lunsOf } from './topology-model.ts';
import { fileSystemFacts, quorumDevicesOf } from './volumes.ts';

export interface DrillOptions {
  /** Name on the command line. */
  name: string;
  models: string[];
  /** Ids of the guide's claims that it bears on; those about one model count on that model alone. */
  claims: string[];
  /** Names of promises to be checked beside those that its claims rest on. */
  checks?: string[];
  /** Operations per second of each service's client; writes and reads take turns. */
  ratePerSecond?: number;
  /** Users per second who log in at each service beside that. */
  loginsPerSecond?: number;
  /**
   * For drills that compare latencies. While it measures, each node has as much CPU as the busiest one needed before
   * the first measurement, and this part of it more, however idle the machine is. All nodes together leave half a core
   * free, or the drill ends inconclusive.
   */
  spareCpu?: number;
  /** Nothing else runs while it does: what it measures depends on who else needs the CPU. */
  alone?: boolean;
}

export type DrillScript = (cluster: Cluster) => Promise<void>;

export interface RegisteredDrill {
  title: string;
  options: DrillOptions;
  script: DrillScript;
}

const DEFAULT_RATE = 100;
/** One second per operation (DESIGN, measuring an outage). */
const OPERATION_TIMEOUT_MS = 1000;

let job: Job | undefined;
const registered: RegisteredDrill[] = [];

/** Registers a drill; under mocha, with a job set, also as its test. */
export function drill(title: string, options: DrillOptions, script: DrillScript): void {
  const one = { title, options, script };
  registered.push(one);
  if (job === undefined || job.name !== options.name) return;
  const current = job;
  it(title, async function () {
    this.timeout(0);
    await perform(one, current).catch((error) => {
      // A full disk is not the drill's result, whatever it was writing when it noticed.
      if (error.code === 'ENOSPC') return current.giveUp(error);
      throw error;
    });
  });
}

/** What the loaded drill files have registered. */
export function registeredDrills(): readonly RegisteredDrill[] {
  return registered;
}

/** The job of this process, for a drill that comes from a document. */
export function jobOfProcess(): Job | undefined {
  return job;
}

/** The job that this process is to do; set before the drill's file is loaded. */
export function setJob(given: Job): void {
  job = given;
}

async function perform(one: RegisteredDrill, current: Job): Promise<void> {
  const folder = join(current.runFolder, current.id);
  mkdirSync(folder, { recursive: true });
  const recorder = new Recorder(folder, current.originMs);
  recorder.onEvent = (event) => {
    if (event.kind === 'step') current.progress(event.text);
    if (event.kind === 'block-output') tellLines(event.node, event.text, current.progress);
    // A procedure is long: what has been seen of it is kept should the run be cut off.
    if (event.kind === 'runbook-step' && event.stage === 'settled') keepSoFar();
  };
  const beganMs = recorder.nowMs();
  const cluster = clusterFor(one, current, recorder);
  const keepSoFar = () => {
    const problem = 'the run was cut off before the procedure was over';
    recorder.save();
    saveFacts(
      current.runFolder,
      factsOf(one, current, cluster, { beganMs, endedMs: recorder.nowMs(), problem }),
    );
  };
  let setUpError: SetupError | undefined;
  const problem = await cluster
    .start()
    .then(() => one.script(cluster))
    .then(
      () => null,
      (error) => {
        // What the machine refuses now it refuses every drill; what merely took too long may do better next time.
        if (error instanceof SetupError) setUpError = error;
        return messageOf(error).replace(/\s+/g, ' ').trim();
      },
    );
  if (problem !== null) recorder.drill({ kind: 'problem', text: problem });
  const facts = factsOf(one, current, cluster, { beganMs, endedMs: recorder.nowMs(), problem });
  recorder.save();
  saveFacts(current.runFolder, facts);
  if (setUpError !== undefined) await current.giveUp(setUpError);
  const { verdict } = judge(recorder.events, facts);
  const differs = outcomeOf(verdict) !== 'as expected';
  if (differs && current.keepOnFailure)
    current.progress(`${current.id} is kept as it is, for looking around`);
  else {
    await sweep(current.engine.docker, { run: current.run, drill: current.id });
    saveFacts(current.runFolder, { ...facts, sweptMs: recorder.nowMs() });
  }
  if (differs)
    throw new Error(
      `${one.options.name} on ${current.model}: ${verdict}${problem === null ? '' : `; ${problem}`}`,
    );
}

/** Logical hostnames that are no calendar service's, with their addresses. */
function hostsOf(cluster: ContainerCluster): Record<string, string> {
  return Object.fromEntries(cluster.topology.hosts.map((host) => [host, cluster.hostAddress(host)]));
}

function servicesByCommand({ topology, hostAddress }: ContainerCluster): ServiceFacts[] {
  const [primary = '', backup = primary] = topology.nodes;
  return (topology.commandClients ?? []).map(({ service: name, host, mountPoint }) => {
    const on = topology.fileSystems.find((one) => one.mountPoint === mountPoint);
    const luns = on === undefined ? [] : lunsOf(topology, on);
    const volume = luns.length > 1 ? `${on?.deviceGroup}/${on?.volume}` : (luns[0] ?? '');
    return { name, address: hostAddress(host), primary, backup, serverBase: '', mountPoint, volume, luns };
  });
}

function tellLines(node: string, text: string, tell: (line: string) => void): void {
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) tell(`${node}| ${line}`);
}

/** A user's word on the load goes before the drill's. */
function rateOf({ ratePerSecond }: DrillOptions, { topology, runbook }: Job): number {
  if (runbook !== undefined) return runbook.runbook.ratePerSecond;
  return topology?.ratePerSecond ?? ratePerSecond ?? DEFAULT_RATE;
}

function clusterFor({ options }: RegisteredDrill, current: Job, recorder: Recorder): ContainerCluster {
  const topology = current.topology ?? topologies.find(({ model }) => model === current.model);
  if (topology === undefined) throw new SetupError(`there is no model ${current.model}`);
  const load = {
    ratePerSecond: rateOf(options, current),
    loginsPerSecond: options.loginsPerSecond ?? 0,
    timeoutMs: OPERATION_TIMEOUT_MS,
  };
  const { engine, images, run, id, profile, seed, sabotage, timeoutMs, stackedPorts } = current;
  return new ContainerCluster({
    engine,
    images,
    run,
    drill: id,
    topology,
    profile,
    seed,
    sabotage,
    load,
    ...(options.spareCpu === undefined ? {} : { spareCpu: options.spareCpu }),
    timeoutMs,
    stackedPorts,
    recorder,
    bare: current.runbook?.runbook.start === 'bare',
    ...(topology.heartbeat === undefined ? {} : { heartbeat: topology.heartbeat }),
  });
}

function factsOf(
  { title, options }: RegisteredDrill,
  current: Job,
  cluster: ContainerCluster,
  ended: { beganMs: number; endedMs: number; problem: string | null },
): DrillFacts {
  const ratePerSecond = rateOf(options, current);
  const { id, name, model, profile, seed, repetition, sabotage } = current;
  return {
    id,
    name,
    title,
    model,
    profile,
    seed,
    repetition,
    sabotage,
    claims: claimsOn(current.topology?.like ?? model, options.claims),
    checks: options.checks ?? [],
    ...(cluster.cpuPerNode === undefined ? {} : { cpuPerNode: cluster.cpuPerNode }),
    nodes: cluster.topology.nodes,
    quorum: quorumDevicesOf(cluster.topology).map(({ array, lun, nodes }) => ({
      lun: `${array}/${lun}`,
      nodes,
    })),
    services: servicesAtFirst(cluster.topology).map((service) => cluster.serviceFacts(service)),
    servicesLater: servicesLater(cluster.topology).map((service) => cluster.serviceFacts(service)),
    fileSystems: fileSystemFacts(cluster.topology),
    ...(current.runbook === undefined ? {} : { runbook: { ...current.runbook, hosts: hostsOf(cluster) } }),
    ...(cluster.topology.commandClients === undefined
      ? {}
      : { servicesByCommand: servicesByCommand(cluster) }),
    load: {
      ratePerSecond,
      writesPerSecond: ratePerSecond / 2,
      readsPerSecond: ratePerSecond / 2,
      timeoutMs: OPERATION_TIMEOUT_MS,
    },
    ...ended,
  };
}
