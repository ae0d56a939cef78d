/** The guide's commands on a real cluster, judged by what the witness sees in the kernel's tables. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { monotonicMs } from '../../harness/clock.ts';
import { type Assembly, assemble } from '../../harness/containers/assembly.ts';
import { Recorder } from '../../harness/containers/recorder.ts';
import { sweep } from '../../harness/engine/cleanup.ts';
import type { Engine } from '../../harness/engine/engine.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { ensureImages } from '../../harness/engine/images.ts';
import { uniqueName } from '../../harness/random.ts';
import { ofKind } from '../../harness/timeline.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';

const SEEN_WITHIN_MS = 20_000;

describe("the guide's commands on a cluster", function () {
  this.timeout(180_000);
  const run = `test-${uniqueName()}`;
  const [topology] = topologies;
  if (topology === undefined) throw new Error('there is no topology');
  let engine: Engine;
  let cluster: Assembly;
  let recorder: Recorder;
  let folder: string;

  before(async () => {
    engine = await findOrStartEngine(() => undefined);
    const images = await ensureImages(engine, () => undefined);
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    recorder = new Recorder(folder, monotonicMs());
    // testcontainers finds its engine by the environment; see drill-process.ts.
    process.env['DOCKER_HOST'] = engine.host;
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
    process.env['TESTCONTAINERS_HOST_OVERRIDE'] = 'localhost';
    const load = { ratePerSecond: 20, timeoutMs: 1000 };
    cluster = await assemble({
      ...{ engine, images, run, topology, recorder, load },
      ...{ drill: 'commands', profile: 'fast' as const, sabotage: null, stackedPorts: false },
    });
    await recorder.until('both nodes in one view', SEEN_WITHIN_MS, () =>
      new Set(ofKind(recorder.events, 'view').map(({ source }) => source)).size === 2 ? true : undefined,
    );
    for (const command of setUpCommands(topology)) await ok('Node1', command);
  });

  after(async () => {
    await sweep(engine.docker, { run });
    delete process.env['DOCKER_HOST'];
    rmSync(folder, { recursive: true, force: true });
  });

  async function on(node: string, command: string): Promise<{ exit: number; output: string }> {
    const found = cluster.nodes.get(node);
    if (found === undefined) throw new Error(`no node ${node}`);
    return await found.run(['env', 'PATH=/usr/cluster/bin:/usr/bin:/bin', 'sh', '-c', command]);
  }

  async function ok(node: string, command: string): Promise<string> {
    const { exit, output } = await on(node, command);
    expect(exit, `${command}: ${output}`).to.equal(0);
    return output;
  }

  /** The newest that the witness told of a node. */
  const now = (node: string) => {
    const of = ({ node: about }: { node: string }) => about === node;
    const { events } = recorder;
    const address = topology.services.map((service) => cluster.plan.logicalAddress(service))[0] ?? '';
    return {
      mounted:
        ofKind(events, 'mounts')
          .findLast(of)
          ?.mounts.some(({ point }) => point === '/cal') ?? false,
      addressed: ofKind(events, 'addresses').findLast(of)?.addresses.includes(address) ?? false,
      serving:
        ofKind(events, 'processes')
          .findLast(of)
          ?.processes.some(({ command }) => command.includes('cshttpd.ts')) ?? false,
    };
  };

  async function seen(node: string, wanted: Partial<ReturnType<typeof now>>): Promise<void> {
    await recorder.until(
      `${node}: ${JSON.stringify(wanted)}`,
      SEEN_WITHIN_MS,
      () =>
        Object.entries(wanted).every(([key, value]) => now(node)[key as keyof typeof wanted] === value)
          ? true
          : undefined,
      () => `the witness sees ${JSON.stringify(now(node))}`,
    );
  }

  const all = { mounted: true, addressed: true, serving: true };
  const none = { mounted: false, addressed: false, serving: false };

  it('scswitch -Z brought the group online on its primary', async () => {
    await seen('Node1', all);
    await seen('Node2', none);
    expect(await ok('Node2', 'scstat -g'))
      .to.match(/CAL-RG\s+Node1\s+Online/)
      .and.to.match(/CAL-RG\s+Node2\s+Offline/);
  });

  it('scswitch -z moves it, given on either node; disk, address and processes go along', async () => {
    await ok('Node1', 'scswitch -z -g CAL-RG -h Node2');
    await seen('Node2', all);
    await seen('Node1', none);
    await ok('Node1', 'scswitch -z -g CAL-RG -h Node1');
    await seen('Node1', all);
    await seen('Node2', none);
  });

  it('the old instance ends before the new one begins', () => {
    const stopped = ofKind(recorder.events, 'method-end').find(
      ({ source, method }) => source === 'Node1' && method === 'ics_svc_stop',
    );
    const begun = ofKind(recorder.events, 'method-begin').find(
      ({ source, method }) => source === 'Node2' && method === 'ics_svc_start',
    );
    if (!stopped || !begun) throw new Error('the server was not stopped on Node1 and then started on Node2');
    expect(begun.atMs, 'Node2 began before Node1 had ended').to.be.above(stopped.atMs);
  });

  it('scswitch -n stops the server and leaves address and mount; -e starts it again', async () => {
    await ok('Node2', 'scswitch -n -j CAL-SVR-RS');
    await seen('Node1', { mounted: true, addressed: true, serving: false });
    await ok('Node2', 'scswitch -e -j CAL-SVR-RS');
    await seen('Node1', all);
  });

  for (const [command, says] of [
    ['scrgadm -e -j CAL-SVR-RS', /scswitch -e -j/],
    ['scrgadm -R -j CAL-SVR-RS', /scswitch -R -h/],
    ['scswitch -n -j LOG-HOST-RS', /CAL-SVR-RS depends on it/],
    ['scswitch -z -g CAL-RG -h Node7', /there is no node Node7/],
    ['scswitch -z -g NO-RG -h Node2', /no resource group NO-RG/],
    [
      'setpriv --reuid icsuser --regid icsgroup --clear-groups /usr/cluster/bin/scswitch -z -g CAL-RG -h Node2',
      /only the superuser/,
    ],
  ] as const) {
    it(`${command}: refused, and says why`, async () => {
      const { exit, output } = await on('Node1', command);
      expect(output).to.match(says);
      expect(exit).to.not.equal(0);
      await seen('Node1', all);
    });
  }
});
