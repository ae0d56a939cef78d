/** The guide's commands on a real cluster, judged by what the witness sees in the kernel's tables. */
import { expect } from 'chai';
import { ofKind } from '../../harness/timeline.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

describe("the guide's commands on a cluster", function () {
  this.timeout(180_000);
  const [topology] = topologies;
  if (topology === undefined) throw new Error('there is no topology');
  let cluster: LiveCluster;
  before(async () => {
    cluster = await LiveCluster.start({ topology });
    await cluster.ok('Node1', ...setUpCommands(topology));
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const ok = (node: string, command: string) => cluster.ok(node, command);

  async function seen(
    node: string,
    wanted: Partial<Record<'mounted' | 'addressed' | 'serving', boolean>>,
  ): Promise<void> {
    await cluster.seen(node, JSON.stringify(wanted), ({ mounts, addresses, commands }) => {
      const now = {
        mounted: mounts.some(({ point }) => point === '/cal'),
        addressed: addresses.includes(cluster.assembly.plan.hostAddress('LOG-HOST-RS')),
        serving: commands.some((command) => command.includes('cshttpd.ts')),
      };
      return Object.entries(wanted).every(([key, value]) => now[key as keyof typeof now] === value);
    });
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
    const stopped = ofKind(cluster.recorder.events, 'method-end').find(
      ({ source, method }) => source === 'Node1' && method === 'ics_svc_stop',
    );
    const begun = ofKind(cluster.recorder.events, 'method-begin').find(
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
      const { exit, output } = await cluster.on('Node1', command);
      expect(output).to.match(says);
      expect(exit).to.not.equal(0);
      await seen('Node1', all);
    });
  }
});
