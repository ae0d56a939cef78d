/** A whole cluster in containers, for a test: commands are typed in its nodes, and others than it say what came of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs, until } from '../../harness/clock.ts';
import { type Assembly, type AssemblyOptions, assemble } from '../../harness/containers/assembly.ts';
import { Contained } from '../../harness/containers/contained.ts';
import { type Hands, handsOn } from '../../harness/containers/hands.ts';
import { Recorder } from '../../harness/containers/recorder.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { DIRECTORY } from '../../harness/engine/image-tags.ts';
import { ensureImages, tagOf } from '../../harness/engine/images.ts';
import { labelsOf } from '../../harness/engine/labels.ts';
import { loopsOfOurs } from '../../harness/engine/leftovers.ts';
import type { Fault } from '../../harness/faults/fault.ts';
import { uniqueName } from '../../harness/random.ts';
import { type KindOf, ofKind } from '../../harness/timeline.ts';
import type { Topology } from '../../harness/topology.ts';
import { setUpSteps, variantsOf } from '../../harness/topology.ts';
import type { AnyEvent, MountSeen } from '../../images/common/protocol.ts';
import type { DirectoryConfig } from '../../images/directory/config.ts';

/** Whatever is waited for comes within this time or never, on a machine that is busy with other things too. */
const WITHIN_MS = 60_000;
/** More patient than drills are: a test is not to fail because the machine is busy with others. */
const HEARTBEAT = { quantumMs: 100, timeoutMs: 2500 };
const writer = readFileSync(join(import.meta.dirname, 'disk-writer.ts'), 'utf8');
const PATH = 'PATH=/usr/cluster/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type LiveOptions = { topology: Topology } & Partial<
  Pick<AssemblyOptions, 'sabotage' | 'load' | 'bootPatienceMs' | 'mirrorSabotage'>
>;

/** What the witness sees of a node. */
export interface Witnessed {
  up: boolean;
  mounts: MountSeen[];
  addresses: string[];
  commands: string[];
}

export class LiveCluster {
  readonly topology: Topology;
  readonly recorder: Recorder;
  readonly assembly: Assembly;
  readonly hands: Hands;
  readonly run: string;
  readonly #options: AssemblyOptions;
  readonly #takeDown: () => Promise<void>;

  private constructor(options: AssemblyOptions, assembly: Assembly, takeDown: () => Promise<void>) {
    this.topology = options.topology;
    this.recorder = options.recorder;
    this.run = options.run;
    this.assembly = assembly;
    this.hands = handsOn(assembly);
    this.#options = options;
    this.#takeDown = takeDown;
  }

  /** All nodes are in one view when it resolves. */
  static async start(wanted: LiveOptions): Promise<LiveCluster> {
    const { topology } = wanted;
    const engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined, variantsOf(topology));
    const run = `test-${uniqueName()}`;
    const folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    const recorder = new Recorder(folder, monotonicMs());
    const host = process.env['DOCKER_HOST'];
    const takeDown = async () => {
      await sweep(engine.docker, { run });
      if (host === undefined) delete process.env['DOCKER_HOST'];
      rmSync(folder, { recursive: true, force: true });
      await until('every loop device gone', WITHIN_MS, () => loopsOf(run).length === 0 || undefined, {
        missing: () => `still there: ${loopsOf(run).join(', ')}`,
      });
    };
    try {
      // testcontainers finds its engine by the environment; see drill-process.ts.
      process.env['DOCKER_HOST'] = engine.host;
      process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
      process.env['TESTCONTAINERS_HOST_OVERRIDE'] = 'localhost';
      const options: AssemblyOptions = {
        ...{ engine, images, run, recorder, drill: 'live', profile: 'fast', stackedPorts: false },
        heartbeat: HEARTBEAT,
        ...{ sabotage: null, load: { ratePerSecond: 20, timeoutMs: 1000 }, ...wanted },
      };
      const cluster = new LiveCluster(options, await assemble(options), takeDown);
      await cluster.formed();
      return cluster;
    } catch (error) {
      await takeDown();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#takeDown();
  }

  node(name: string): Contained {
    const found = this.assembly.nodes.get(name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  }

  /** All nodes that are there in one view, each saying so after `sinceMs` on the run's clock. */
  async formed(sinceMs = 0, nodes: string[] = this.topology.nodes): Promise<void> {
    const saying = () =>
      nodes.filter((node) =>
        this.events('view', sinceMs).some(
          ({ source, members }) => source === node && members.length === nodes.length,
        ),
      );
    await this.until(
      `${nodes.join(' and ')} in one view`,
      () => saying().length === nodes.length,
      () => `only ${saying().join(' ') || 'nobody'} says so; ${this.lastWords()}`,
    );
  }

  async on(node: string, command: string): Promise<{ exit: number; output: string }> {
    return await this.node(node).run(['env', PATH, 'sh', '-c', command]);
  }

  /** Types a command that must succeed; returns what it printed. */
  async ok(node: string, ...commands: string[]): Promise<string> {
    let printed = '';
    for (const command of commands) {
      const { exit, output } = await this.on(node, command);
      if (exit !== 0) throw new Error(`${command}: status ${exit}, ${output}; ${this.lastWords()}`);
      printed = output;
    }
    return printed;
  }

  /** Brings the services of the topology up, as drills do. */
  async setUp(): Promise<void> {
    for (const { node, commands } of setUpSteps(this.topology)) await this.ok(node, ...commands);
  }

  /** Types a command again and again until it prints what is wanted. */
  async printed(node: string, command: string, wanted: RegExp): Promise<string> {
    let last = '';
    return await until(
      `${command} on ${node} printing ${wanted}`,
      WITHIN_MS,
      async () => {
        const { output } = await this.on(node, command);
        last = output;
        return wanted.test(output) ? output : undefined;
      },
      { missing: () => `it prints ${last}` },
    );
  }

  events<K extends AnyEvent['kind']>(kind: K, sinceMs = 0): KindOf<K>[] {
    return ofKind(this.recorder.events, kind).filter(({ atMs }) => atMs >= sinceMs);
  }

  async until(what: string, holds: () => boolean, missing = () => this.lastWords()): Promise<void> {
    await this.recorder.until(what, WITHIN_MS, () => (holds() ? true : undefined), missing);
  }

  /** The newest that the witness told of a node. */
  witnessed(node: string): Witnessed {
    const about = this.recorder.events.filter((event) => 'node' in event && event.node === node);
    const gone = about.findLastIndex(({ kind }) => kind === 'node-gone');
    const life = about.slice(gone + 1);
    return {
      up: ofKind(life, 'node-seen').length > 0,
      mounts: ofKind(life, 'mounts').at(-1)?.mounts ?? [],
      addresses: ofKind(life, 'addresses').at(-1)?.addresses ?? [],
      commands:
        ofKind(life, 'processes')
          .at(-1)
          ?.processes.map(({ command }) => command) ?? [],
    };
  }

  async seen(node: string, what: string, holds: (now: Witnessed) => boolean): Promise<void> {
    await this.until(
      `the witness sees ${node} ${what}`,
      () => holds(this.witnessed(node)),
      () => `it sees ${JSON.stringify(this.witnessed(node))}; ${this.lastWords()}`,
    );
  }

  /** Strikes with a fault that the timeline then tells of. */
  async strike({ name, target, apply }: Fault): Promise<void> {
    const tell = (stage: 'planned' | 'applied' | 'complete', at?: number) =>
      this.recorder.drill({ kind: 'fault', fault: name, target, stage }, at);
    await this.hands.prepare(target);
    tell('planned');
    await apply(this.hands, (at) => tell('applied', at));
    tell('complete');
  }

  /** Starts a node that has ended; it is in one view with all others when this resolves. */
  async reboot(node: string): Promise<void> {
    const sinceMs = this.recorder.nowMs();
    await this.assembly.reboot(node);
    await this.formed(sinceMs);
  }

  /** A container on the public network beside the cluster, with what the nodes have. */
  async beside(name: string, command: string[]): Promise<Contained> {
    const { engine, images, run, drill, recorder } = this.#options;
    const planned = {
      ...{ name: `ha-${run}-${drill}-${name}`, hostname: name, env: {}, labels: labelsOf(run, drill) },
      ...{ networks: [{ id: this.assembly.plan.publicNetwork }], host: {}, command },
      image: tagOf(images, 'node', this.topology.packages),
    };
    return await Contained.start(engine.docker, planned, recorder.listener(name));
  }

  /** A directory as it is before comm_dssetup.pl, beside the cluster's own, with what that one has. */
  async bareDirectory(address: string): Promise<Contained> {
    const { engine, images, run, drill, recorder } = this.#options;
    const { env, networks, ...like } = this.assembly.plan.directory();
    const config = {
      ...(JSON.parse(env['HA_DIRECTORY'] ?? '') as DirectoryConfig),
      address,
      prepared: false,
    };
    const planned = {
      ...{ ...like, name: `ha-${run}-${drill}-bare`, hostname: 'bare', labels: labelsOf(run, drill) },
      ...{
        env: { HA_DIRECTORY: JSON.stringify(config) },
        networks: networks.map(({ id }) => ({ id, address })),
      },
      image: tagOf(images, DIRECTORY.role, DIRECTORY.packages),
    };
    const directory = await Contained.start(engine.docker, planned, recorder.listener('bare'));
    await directory.channel.order('ready');
    return directory;
  }

  /** A program on a node that appends to a file beside whatever the cluster runs there; `written` has what it wrote. */
  async startWriter(node: string, file: string): Promise<void> {
    const command = ['node', '--input-type=module-typescript', '-e', writer, file];
    await this.node(node).open(command, this.recorder.listener('writer'));
    await this.moreWritten(1);
  }

  /** Lines that the disk was said to have. */
  written(): number[] {
    return this.events('log').flatMap(({ source, text }) => {
      const [, number] = /^wrote (\d+)$/.exec(text) ?? [];
      return source === 'writer' && number !== undefined ? [Number(number)] : [];
    });
  }

  async moreWritten(more: number): Promise<void> {
    const wanted = this.written().length + more;
    await this.until(`${more} more lines`, () => this.written().length >= wanted);
  }

  lastWords(): string {
    const words = this.recorder.events.flatMap((event) => {
      const { kind, source } = event;
      if (['looks', 'cpu', 'operation', 'processes', 'mounts', 'addresses'].includes(kind)) return [];
      const { atMs, source: _, kind: __, ...rest } = event;
      return [`${atMs.toFixed(0)} ${source} ${kind} ${JSON.stringify(rest)}`];
    });
    return `the last words were:\n${words.slice(-25).join('\n')}`;
  }
}

function loopsOf(run: string): string[] {
  return loopsOfOurs().flatMap(({ name, file }) => (file.includes(`/${run}/`) ? [`${name} ${file}`] : []));
}
