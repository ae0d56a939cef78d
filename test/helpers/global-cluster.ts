/** A cluster of three nodes, two of them wired to the array: a global file system on it, and a failover one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs, until } from '../../harness/clock.ts';
import { type Assembly, assemble } from '../../harness/containers/assembly.ts';
import type { Contained } from '../../harness/containers/contained.ts';
import { handsOn } from '../../harness/containers/hands.ts';
import { Recorder } from '../../harness/containers/recorder.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages } from '../../harness/engine/images.ts';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { uniqueName } from '../../harness/random.ts';
import { ofKind } from '../../harness/timeline.ts';
import { variantsOf } from '../../harness/topology.ts';
import { topology } from '../../harness/topology-model.ts';

export const GLOBAL = '/global/shared';
export const FAILOVER = '/local';
const SEEN_WITHIN_MS = 60_000;

export const shared = topology({
  model: 'global',
  summary: 'three nodes, two of them wired to the array; one global file system and one failover file system',
  nodes: ['Node1', 'Node2', 'Node3'],
  arrays: [
    {
      name: 'penguin',
      nodes: ['Node1', 'Node2'],
      luns: [
        { name: 'd500', sizeMiB: 64, holds: 'empty' },
        { name: 'd501', sizeMiB: 64, holds: 'empty' },
        { name: 'q1', sizeMiB: 1, holds: 'quorum' },
      ],
    },
  ],
  fileSystems: [
    { mountPoint: GLOBAL, deviceGroup: 'penguin', volume: 'd500', global: true },
    { mountPoint: FAILOVER, deviceGroup: 'penguin', volume: 'd501' },
  ],
});

export class GlobalCluster {
  readonly assembly: Assembly;
  readonly recorder: Recorder;
  readonly #engine: Engine;
  readonly #run: string;
  readonly #folder: string;

  private constructor(engine: Engine, run: string, folder: string, recorder: Recorder, assembly: Assembly) {
    this.#engine = engine;
    this.#run = run;
    this.#folder = folder;
    this.recorder = recorder;
    this.assembly = assembly;
  }

  static async start(): Promise<GlobalCluster> {
    const engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined, variantsOf(shared));
    const run = `test-${uniqueName()}`;
    const folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    const recorder = new Recorder(folder, monotonicMs());
    try {
      const assembly = await assemble({
        ...{ engine, images, run, topology: shared, recorder, drill: 'global' },
        ...{ profile: 'fast' as const, sabotage: null, stackedPorts: false },
        load: { ratePerSecond: 1, timeoutMs: 1000 },
      });
      return new GlobalCluster(engine, run, folder, recorder, assembly);
    } catch (error) {
      await sweep(engine.docker, { run });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sweep(this.#engine.docker, { run: this.#run });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  node(name: string): Contained {
    const found = this.assembly.nodes.get(name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  }

  async on(node: string, command: string): Promise<{ exit: number; output: string }> {
    return await this.node(node).run([
      'env',
      'PATH=/usr/cluster/bin:/usr/bin:/bin:/sbin',
      'sh',
      '-c',
      command,
    ]);
  }

  /** @returns what it printed. @throws Error when it failed. */
  async ok(node: string, command: string): Promise<string> {
    const { exit, output } = await this.on(node, command);
    if (exit !== 0) throw new Error(`${node}: ${command}: status ${exit}: ${output}`);
    return output.trim();
  }

  /** Runs a command again and again until it succeeds and prints what is wanted. */
  async untilOn(node: string, command: string, wanted: RegExp): Promise<string> {
    let last = '';
    return await until(
      `${wanted} from ${command} on ${node}`,
      SEEN_WITHIN_MS,
      async () => {
        const { exit, output } = await this.on(node, command);
        last = `status ${exit}: ${output}`;
        return exit === 0 && wanted.test(output) ? output : undefined;
      },
      { everyMs: 100, missing: () => last },
    );
  }

  /** The last view that each of these nodes told of has these members. */
  async untilMembers(...members: string[]): Promise<void> {
    const seen = () =>
      members.map(
        (node) => ofKind(this.recorder.events, 'view').findLast(({ source }) => source === node)?.members,
      );
    await this.recorder.until(
      `${members.join(', ')} in one view`,
      SEEN_WITHIN_MS,
      () => seen().every((view) => view?.join() === members.join()) || undefined,
      () => JSON.stringify(seen()),
    );
  }

  /** From the witness: where a file system is mounted from a disk that has not been cut. */
  diskMounts(point: string): string[] {
    const last = new Map(
      ofKind(this.recorder.events, 'mounts').map(({ node, mounts }) => [node, mounts] as const),
    );
    return [...last].flatMap(([node, mounts]) =>
      // What has no backing is another node's disk, shown here.
      mounts.some((mount) => mount.point === point && !mount.cut && mount.backing !== '') ? [node] : [],
    );
  }

  async linksDown(node: string): Promise<void> {
    await this.assembly.levers.order('links-down', { pid: this.node(node).pid });
  }

  /** The engine gives up after a fifth of a second, which a process that waits for a disk may take to be stoppable. */
  async hang(node: string): Promise<void> {
    await this.linksDown(node);
    let trouble = '';
    const pause = () =>
      this.node(node)
        .container.pause()
        .then(() => true as const)
        .catch((error: Error) => {
          trouble = error.message;
          return undefined;
        });
    await until(`${node} paused`, SEEN_WITHIN_MS, pause, { missing: () => trouble });
  }

  async powerLoss(node: string): Promise<void> {
    await powerLoss(node).apply(handsOn(this.assembly), () => undefined);
  }

  async reboot(node: string): Promise<void> {
    await this.assembly.reboot(node);
    await this.untilMembers(...shared.nodes);
  }
}
