/** Two nodes, two arrays, one mirrored volume, and hands on them; no cluster software. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs, until } from '../../harness/clock.ts';
import { type Assembly, assemble } from '../../harness/containers/assembly.ts';
import type { Contained } from '../../harness/containers/contained.ts';
import { handsOn } from '../../harness/containers/hands.ts';
import { Recorder } from '../../harness/containers/recorder.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages } from '../../harness/engine/images.ts';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { uniqueName } from '../../harness/random.ts';
import { ofKind } from '../../harness/timeline.ts';
import { variantsOf } from '../../harness/topology.ts';
import { topology } from '../../harness/topology-model.ts';
import { REPLICA_AREA } from '../../images/common/replica.ts';
import type { MirrorSabotage } from '../../images/mirror/config.ts';
import type { MirrorStatus, Submirror } from '../../images/node/cluster/volumes.ts';

const SIZE_MIB = 32;
const VOLUME = { group: 'dg', volume: 'd0', point: '/data' };
const SEEN_WITHIN_MS = 30_000;
const LUNS = { a: 'h1', b: 'h2' };
type Array = keyof typeof LUNS;
type Node = 'Node1' | 'Node2';

export const twoArrays = topology({
  model: 'two-arrays',
  summary: 'two nodes, two arrays and one volume on both',
  nodes: ['Node1', 'Node2'],
  arrays: [
    { name: 'a', luns: [{ name: LUNS.a, sizeMiB: SIZE_MIB, holds: 'submirror' }] },
    { name: 'b', luns: [{ name: LUNS.b, sizeMiB: SIZE_MIB, holds: 'submirror' }] },
  ],
  deviceGroups: [
    {
      name: VOLUME.group,
      volumes: [
        {
          name: VOLUME.volume,
          holds: 'empty',
          submirrors: [
            { array: 'a', lun: LUNS.a },
            { array: 'b', lun: LUNS.b },
          ],
        },
      ],
    },
  ],
});

const driver = readFileSync(join(import.meta.dirname, 'storage-driver.ts'), 'utf8');

export class MirrorCluster {
  readonly run: string;
  readonly recorder: Recorder;
  readonly #cluster: Assembly;
  readonly #takeDown: () => Promise<void>;
  #generation = 0;

  private constructor(run: string, recorder: Recorder, cluster: Assembly, takeDown: () => Promise<void>) {
    this.run = run;
    this.recorder = recorder;
    this.#cluster = cluster;
    this.#takeDown = takeDown;
  }

  static async start(mirrorSabotage?: MirrorSabotage): Promise<MirrorCluster> {
    const engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined, variantsOf(twoArrays));
    const run = `test-${uniqueName()}`;
    const folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    const recorder = new Recorder(folder, monotonicMs());
    const takeDown = async () => {
      await sweep(engine.docker, { run });
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      const cluster = await assemble({
        ...{ engine, images, run, recorder, topology: twoArrays, drill: 'mirror', sabotage: null },
        ...{ profile: 'fast' as const, stackedPorts: false, load: { ratePerSecond: 1, timeoutMs: 1000 } },
        nodeCommand: ['node', '--input-type=module-typescript', '-e', driver],
        ...(mirrorSabotage === undefined ? {} : { mirrorSabotage }),
      });
      const mirrors = new MirrorCluster(run, recorder, cluster, takeDown);
      // An array takes keys once its disks are made.
      for (const node of ['Node1', 'Node2'] as const)
        await until(`keys of ${node} on both arrays`, SEEN_WITHIN_MS, async () => {
          return (await mirrors.join(node)) === twoArrays.arrays.length || undefined;
        });
      return mirrors;
    } catch (error) {
      await takeDown();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#takeDown();
  }

  async order<T>(node: Node, order: string, more: object = {}): Promise<T> {
    return (await of(this.#cluster.nodes, node).channel.order(order, { ...VOLUME, ...more })).value as T;
  }

  /** Records that a node has told to be durable, in its present or last life. */
  acknowledged(node: Node): number {
    const told = ofKind(this.recorder.events, 'log').flatMap(({ source, text }) => {
      const [, number] = /^acknowledged (\d+)$/.exec(text) ?? [];
      return source === node && number !== undefined ? [Number(number)] : [];
    });
    return Math.max(0, ...told);
  }

  /** Waits until so many more are. */
  async moreAcknowledged(node: Node, more: number): Promise<number> {
    const wanted = this.acknowledged(node) + more;
    await this.recorder.until(
      `${more} more records on ${node}`,
      SEEN_WITHIN_MS,
      () => (this.acknowledged(node) >= wanted ? true : undefined),
      () => `${this.acknowledged(node)} of ${wanted}; the last words were ${this.lastWords()}`,
    );
    return this.acknowledged(node);
  }

  async submirrors(node: Node): Promise<Submirror[]> {
    const [mirror] = await this.order<MirrorStatus[]>(node, 'mirrors');
    return mirror?.submirrors ?? [];
  }

  /** Waits for the states of both halves; returns all states that were seen on the way. */
  async untilStates(node: Node, a: Submirror['state'], b: Submirror['state']): Promise<Submirror[][]> {
    const seen: Submirror[][] = [];
    const end = monotonicMs() + SEEN_WITHIN_MS;
    for (;;) {
      const now = await this.submirrors(node);
      seen.push(now);
      if (now[0]?.state === a && now[1]?.state === b) return seen;
      if (monotonicMs() > end)
        throw new Error(`${node} never saw "${a}" and "${b}": ${JSON.stringify(now)}; ${this.lastWords()}`);
    }
  }

  async lose(array: Array): Promise<void> {
    await of(this.#cluster.arrays, array).channel.order('lose');
  }

  async restore(array: Array): Promise<void> {
    await of(this.#cluster.arrays, array).channel.order('restore');
  }

  /** A digest of the volume's bytes on an array. */
  async volumeBytes(array: Array): Promise<string> {
    return await this.#digest(array, SIZE_MIB * 2 ** 20 - REPLICA_AREA);
  }

  /** A digest of all of a LUN's bytes. */
  async lunBytes(array: Array): Promise<string> {
    return await this.#digest(array, SIZE_MIB * 2 ** 20);
  }

  async #digest(array: Array, bytes: number): Promise<string> {
    const script = `head -c ${bytes} /ha-drills/${this.run}/${array}/${LUNS[array]} | sha256sum`;
    const { exit, output } = await of(this.#cluster.arrays, array).run(['bash', '-ec', script]);
    if (exit !== 0) throw new Error(`reading ${array}: ${output}`);
    return output.trim();
  }

  /** A program that waits for a disk cannot be frozen at that moment; a busy machine may need more than one try. */
  async pause(node: Node): Promise<void> {
    await until(`${node} is paused`, SEEN_WITHIN_MS, () =>
      of(this.#cluster.nodes, node)
        .container.pause()
        .then(
          () => true,
          () => undefined,
        ),
    );
  }

  async unpause(node: Node): Promise<void> {
    await of(this.#cluster.nodes, node).container.unpause();
  }

  /** Resolves when the node and its mirror have ended. */
  async powerLoss(node: Node): Promise<void> {
    await powerLoss(node).apply(handsOn(this.#cluster), () => undefined);
    const { nodes, mirrors } = this.#cluster;
    for (const part of [of(nodes, node), of(mirrors, node)]) await part.container.wait();
  }

  /** Kills the node alone, as its own software's panic does. Resolves when its mirror has ended too. */
  async panic(node: Node): Promise<void> {
    await of(this.#cluster.nodes, node).container.kill();
    await of(this.#cluster.mirrors, node).container.wait();
  }

  async reboot(node: Node): Promise<void> {
    await this.#cluster.reboot(node);
    await this.join(node);
  }

  /** Keys on all arrays that answer, of a new generation. Returns how many did. */
  async join(node: Node): Promise<number> {
    this.#generation += 1;
    return await this.order(node, 'join', { generation: this.#generation });
  }

  /** Takes the victim's keys on all arrays that answer, then its disks. */
  async takeOver(node: Node, victim: Node): Promise<void> {
    const answered = await this.order<number>(node, 'preempt', { victim, generation: this.#generation });
    if (answered === 0) throw new Error(`no array took the keys of ${victim}`);
    await this.order(node, 'mount');
  }

  async throttle(node: Node, bytesPerSecond: number | null): Promise<void> {
    await of(this.#cluster.mirrors, node).channel.order('throttle', { bytesPerSecond });
  }

  lastWords(): string {
    return ofKind(this.recorder.events, 'log')
      .filter(({ text }) => !text.startsWith('acknowledged'))
      .slice(-8)
      .map(({ source, text }) => `${source}: ${text}`)
      .join('\n');
  }
}

function of(all: Map<string, Contained>, name: string): Contained {
  const found = all.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
