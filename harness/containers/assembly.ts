/** Brings up the containers of a cluster, wired and watched, from a topology; what they do then is the cluster's matter. */
import type { MirrorSabotage } from '../../images/mirror/config.ts';
import { DIRECTORY_HOST, USER } from '../directory.ts';
import { isLocal } from '../engine/docker-at.ts';
import type { Engine } from '../engine/engine.ts';
import { DIRECTORY } from '../engine/image-tags.ts';
import { type ImageTags, type Role, tagOf } from '../engine/images.ts';
import { labelsOf } from '../engine/labels.ts';
import { messageOf, SetupError } from '../errors.ts';
import { LoadClient } from '../load/client.ts';
import type { CommandClient } from '../own-parts.ts';
import { type ProfileName, profiles } from '../profiles.ts';
import { mirrorSabotage, nodeSabotage, type Sabotage } from '../sabotages.ts';
import type { Service, Topology } from '../topology.ts';
import { servicesAtFirst } from '../topology-later.ts';
import { hasGlobal, isMirrored } from '../topology-model.ts';
import { clockOffset } from './clock-offset.ts';
import { plannedClient } from './command-client.ts';
import { type Channel, Contained, type ContainedOptions } from './contained.ts';
import { createNetwork } from './networks.ts';
import { NETWORKS, type Networks, Plan } from './plan.ts';
import type { Recorder } from './recorder.ts';

const HTTP_PORT = 80;
/** A procedure that sets a service up may take as long as this before the first user is served. */
const SET_UP_BY_HAND_MS = 3_600_000;
const LEVERS = ['node', '/opt/ha-drills/images/witness/levers.ts'];

export interface AssemblyOptions {
  engine: Engine;
  images: ImageTags;
  run: string;
  drill: string;
  topology: Topology;
  profile: ProfileName;
  sabotage: Sabotage | null;
  /** Operations per second of each client, and how long each operation may take. */
  load: { ratePerSecond: number; timeoutMs: number; loginsPerSecond?: number };
  stackedPorts: boolean;
  recorder: Recorder;
  /** What runs on the nodes instead of the cluster software: for trying what is below it. */
  nodeCommand?: string[];
  mirrorSabotage?: MirrorSabotage;
  /** Heartbeats, if not those of the profile. */
  heartbeat?: { quantumMs: number; timeoutMs: number };
  /** Nodes and arrays as before any set-up: nothing installed, nothing on the volumes, an empty vfstab. */
  bare?: boolean;
  /** How long a node that boots waits for the others, if not as long as nodes do. */
  bootPatienceMs?: number;
}

export interface Assembly {
  plan: Plan;
  nodes: Map<string, Contained>;
  arrays: Map<string, Contained>;
  /** By node; of topologies with mirrored volumes only. Part of its node: dies with it, and is never paused. */
  mirrors: Map<string, Contained>;
  /** By node; of topologies with global file systems only. As mirrors are, a part of its node. */
  globalMounts: Map<string, Contained>;
  /** Of topologies with calendar services. No part of the cluster; it answers when the assembly is there. */
  directory: Contained | undefined;
  /** By the service's group. */
  clients: Map<string, Client>;
  witness: Contained;
  levers: Channel;
  /** Starts a node again, with its mirror; one that still runs is killed before. It finds its local disk as it was. */
  reboot(node: string): Promise<void>;
}

/** Waits for all before it fails with the first failure, so that nothing is still being created when that is swept. */
async function allDone(work: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { topology, run, drill, profile, sabotage, stackedPorts } = options;
  options.recorder.stage('networks');
  const networks = await createNetworks(options);
  options.recorder.stage('containers');
  const heartbeat = options.heartbeat ?? profiles[profile];
  const prefix = `ha-${run}-${drill}`;
  const plan = new Plan({
    run,
    prefix,
    topology,
    networks,
    heartbeat,
    stackedPorts,
    sabotage: nodeSabotage(sabotage),
    mirrorSabotage: options.mirrorSabotage ?? mirrorSabotage(sabotage),
    bare: options.bare === true,
    ...(options.bootPatienceMs === undefined ? {} : { bootPatienceMs: options.bootPatienceMs }),
  });
  const nodes = new Map<string, Contained>();
  const arrays = new Map<string, Contained>();
  const mirrors = new Map<string, Contained>();
  const globalMounts = new Map<string, Contained>();
  const clients = new Map<string, Client>();
  const outside = startWitness(options, plan);
  const beside = startDirectory(options, plan);
  // An engine elsewhere has a clock of its own, which must be known before the first event comes in.
  if (!isLocal(options.engine.host)) {
    const { witness } = await outside;
    options.recorder.clockOffsetMs = (await clockOffset(witness.channel)).offsetMs;
  }
  await allDone([
    outside,
    beside,
    ...topology.arrays.map(async ({ name }) => {
      arrays.set(name, await contain(options, 'array', name, plan.array(name)));
    }),
    ...topology.nodes.map(async (name) => {
      const command = options.nodeCommand === undefined ? {} : { command: options.nodeCommand };
      const node = await contain(options, 'node', name, { ...plan.node(name), ...command });
      nodes.set(name, node);
      const { witness } = await outside;
      await witness.channel.order('watch', { node: name, pid: node.pid });
      if (hasGlobal(topology)) {
        const beside = { ...plan.globalMounts(name), within: node };
        globalMounts.set(name, await contain(options, 'node', `${name}-global`, beside));
      }
      if (!isMirrored(topology)) return;
      const beside = { ...plan.mirror(name), within: node };
      mirrors.set(name, await contain(options, 'mirror', `${name}-mirror`, beside));
    }),
    ...servicesAtFirst(topology).map(async (service) => {
      clients.set(service.group, await startClient(options, service, plan, networks));
    }),
    ...(topology.commandClients ?? []).map(async (one) => {
      clients.set(one.service, await startCommandClient(options, one, plan));
    }),
  ]);
  const { witness, levers } = await outside;
  const directory = await beside;
  const reboot = (node: string) => bootAgain(node, { nodes, mirrors, globalMounts, witness });
  return { plan, nodes, arrays, mirrors, globalMounts, directory, clients, witness, levers, reboot };
}

async function bootAgain(
  name: string,
  parts: Pick<Assembly, 'nodes' | 'mirrors' | 'globalMounts' | 'witness'>,
): Promise<void> {
  const [node, ...beside] = [parts.nodes, parts.mirrors, parts.globalMounts].map((all) => all.get(name));
  if (node === undefined) throw new SetupError(`there is no node ${name} to reboot`);
  // Most often all have ended by now; what has not goes down first.
  for (const part of [node, ...beside]) await part?.container.kill().catch(() => undefined);
  await node.startAgain();
  await parts.witness.channel.order('watch', { node: name, pid: node.pid });
  for (const part of beside) await part?.startAgain();
}

async function createNetworks({ engine, run, drill }: AssemblyOptions): Promise<Networks> {
  const labels = labelsOf(run, drill);
  const made = NETWORKS.map(
    async (name) => [name, await createNetwork(engine.docker, `ha-${run}-${drill}-${name}`, labels)] as const,
  );
  await allDone(made);
  return Object.fromEntries(await Promise.all(made)) as Networks;
}

async function startWitness(
  options: AssemblyOptions,
  plan: Plan,
): Promise<Pick<Assembly, 'witness' | 'levers'>> {
  const witness = await contain(options, 'witness', 'witness', plan.witness());
  return { witness, levers: await witness.open(LEVERS, options.recorder.listener('levers')) };
}

/** Beside the others, so that it is up before the first server asks it. */
async function startDirectory(options: AssemblyOptions, plan: Plan): Promise<Contained | undefined> {
  if (options.topology.services.length === 0) return undefined;
  const directory = await contain(options, 'directory', DIRECTORY_HOST, plan.directory());
  await directory.channel.order('ready').catch((error) => {
    throw new SetupError(`${messageOf(error)}; its log says why`);
  });
  return directory;
}

/** A client on its own, whatever it uses. */
type Client = Pick<LoadClient, 'pid' | 'endAndReadBack'>;

async function startCommandClient(
  options: AssemblyOptions,
  client: CommandClient,
  plan: Plan,
): Promise<Client> {
  const { service, packages } = client;
  const { run, drill } = options;
  const planned = plannedClient(plan, client, { prefix: `ha-${run}-${drill}`, drill });
  const started = await contain(options, 'client', `client-${service}`, planned, packages);
  return {
    pid: async () => started.pid,
    endAndReadBack: () => started.container.kill({ signal: 'SIGUSR2' }).then(() => undefined),
  };
}

async function startClient(
  options: AssemblyOptions,
  service: Service,
  plan: Plan,
  networks: Networks,
): Promise<LoadClient> {
  const { engine, images, run, drill, load, sabotage, recorder } = options;
  const { group } = service;
  const place = {
    name: `ha-${run}-${drill}-client-${group}`,
    image: images.client,
    network: networks.public.name,
    labels: labelsOf(run, drill),
  };
  const loadOptions = {
    service: group,
    address: plan.logicalAddress(service),
    port: HTTP_PORT,
    ratePerSecond: sabotage === 'thin-load' ? load.ratePerSecond / 10 : load.ratePerSecond,
    timeoutMs: load.timeoutMs,
    loginsPerSecond: load.loginsPerSecond ?? 0,
    ...USER,
    keepAlive: false,
    forgiving: sabotage === 'forgiving-client',
    ...(options.bare === true ? { firstLoginMs: SET_UP_BY_HAND_MS } : {}),
    idPrefix: `${group}-${drill}`,
  };
  return await LoadClient.start(engine.docker, place, loadOptions, recorder.listener(`client-${group}`));
}

async function contain(
  { engine, images, run, drill, recorder, topology }: AssemblyOptions,
  role: Role,
  source: string,
  planned: Omit<ContainedOptions, 'image' | 'labels'>,
  further: readonly string[] = [],
): Promise<Contained> {
  const byRole: Partial<Record<Role, readonly string[]>> = {
    node: topology.packages,
    directory: DIRECTORY.packages,
  };
  const packages = byRole[role] ?? further;
  const options = { ...planned, image: tagOf(images, role, packages), labels: labelsOf(run, drill) };
  return await Contained.start(engine.docker, options, recorder.listener(source));
}
