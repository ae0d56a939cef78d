/** A mirrored volume under SUNW.HAStoragePlus, by the guide's commands: the cluster software's part of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { monotonicMs, until } from '../../harness/clock.ts';
import { type Assembly, assemble } from '../../harness/containers/assembly.ts';
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
import { twoArrays } from '../helpers/mirror-cluster.ts';

const SEEN_WITHIN_MS = 60_000;

const [a, b] = twoArrays.arrays;
const clustered = topology({
  ...twoArrays,
  arrays: [
    { name: 'a', luns: [...(a?.luns ?? []), { name: 'q1', sizeMiB: 1, holds: 'quorum' }] },
    { name: 'b', luns: b?.luns ?? [] },
  ],
  fileSystems: [{ mountPoint: '/data', deviceGroup: 'dg', volume: 'd0' }],
});

describe('mirrored volume in a resource group', function () {
  this.timeout(240_000);
  const run = `test-${uniqueName()}`;
  let engine: Engine;
  let cluster: Assembly;
  let recorder: Recorder;
  let folder: string;

  before(async () => {
    engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined, variantsOf(clustered));
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    recorder = new Recorder(folder, monotonicMs());
    cluster = await assemble({
      ...{ engine, images, run, recorder, topology: clustered, drill: 'mirrored-group' },
      ...{ profile: 'fast' as const, sabotage: null, stackedPorts: false },
      load: { ratePerSecond: 1, timeoutMs: 1000 },
    });
    await recorder.until('both nodes in one view', SEEN_WITHIN_MS, () => {
      const whole = ofKind(recorder.events, 'view').filter(({ members }) => members.length === 2);
      return new Set(whole.map(({ source }) => source)).size === 2 || undefined;
    });
  });

  after(async () => {
    await sweep(engine.docker, { run });
    rmSync(folder, { recursive: true, force: true });
  });

  const container = (all: Map<string, Assembly['witness']>, name: string) => {
    const found = all.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };

  async function ok(node: string, command: string): Promise<string> {
    const words = ['env', 'PATH=/usr/cluster/bin:/usr/bin:/bin:/usr/sbin:/sbin', 'sh', '-ec', command];
    const { exit, output } = await container(cluster.nodes, node).run(words);
    expect(exit, `${command}: ${output}`).to.equal(0);
    return output;
  }

  const states = async (node: string) =>
    [...(await ok(node, 'metastat')).matchAll(/State: (.+)/g)].map(([, state = '']) => state.trim());

  async function untilStates(node: string, wanted: string[]): Promise<void> {
    let seen: string[] = [];
    await until(
      `${node}: ${wanted.join(', ')}`,
      SEEN_WITHIN_MS,
      async () => {
        seen = await states(node);
        return seen.join() === wanted.join() || undefined;
      },
      { missing: () => `metastat says ${seen.join(', ')}` },
    );
  }

  it('comes online with its group, and moves with it', async () => {
    await ok('Node1', 'scrgadm -a -t SUNW.HAStoragePlus');
    await ok('Node1', 'scrgadm -a -g RG -h Node1,Node2');
    await ok('Node1', 'scrgadm -a -j HASP -g RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/data');
    await ok('Node1', 'scswitch -Z -g RG');
    await untilStates('Node1', ['Okay', 'Okay']);
    await ok('Node1', 'echo first > /data/first; sync -f /data');
    await ok('Node1', 'scswitch -z -g RG -h Node2');
    expect(await ok('Node2', 'cat /data/first')).to.equal('first\n');
  });

  it('loses an array and stays online; loses the node and is taken over from the half that is left', async () => {
    await container(cluster.arrays, 'b').channel.order('lose');
    await ok('Node2', 'echo second > /data/second; sync -f /data');
    expect(await states('Node2')).to.deep.equal(['Okay', 'Needs maintenance']);
    await powerLoss('Node2').apply(handsOn(cluster), () => undefined);
    await recorder.until('Node1 has it mounted', SEEN_WITHIN_MS, () => {
      const seen = ofKind(recorder.events, 'mounts').findLast(({ node }) => node === 'Node1');
      return seen?.mounts.some(({ point }) => point === '/data') || undefined;
    });
    expect(await ok('Node1', 'cat /data/first /data/second')).to.equal('first\nsecond\n');
  });

  it('gets the array back only after the node that is gone has been fenced there', async () => {
    await container(cluster.arrays, 'b').channel.order('restore');
    await untilStates('Node1', ['Okay', 'Okay']);
    const { events } = recorder;
    const fenced = ofKind(events, 'preempted').find(
      ({ source, victim, granted }) => source === 'b' && victim === 'Node2' && granted,
    );
    const copied = ofKind(events, 'log').findLast(({ text }) => text === 'b/h2 is being resynchronised');
    if (!fenced || !copied) throw new Error('Node2 was never fenced on b, or b never copied');
    expect(fenced.atMs).to.be.below(copied.atMs);
  });

  it('a node that boots again takes part again', async () => {
    await cluster.reboot('Node2');
    await recorder.until('Node2 is in the view again', SEEN_WITHIN_MS, () => {
      const last = ofKind(recorder.events, 'view').findLast(({ source }) => source === 'Node1');
      return last?.members.length === 2 || undefined;
    });
    await ok('Node1', 'scswitch -z -g RG -h Node2');
    expect(await ok('Node2', 'cat /data/first /data/second')).to.equal('first\nsecond\n');
  });
});
