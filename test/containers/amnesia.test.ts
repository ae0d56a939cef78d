/** No amnesia: a node that was down while the configuration changed does not form a cluster with what it remembers. */
import { expect } from 'chai';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { topology } from '../../harness/topology-model.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const twoNodes = topology({
  model: 'amnesia',
  summary: 'two nodes, and an array with a volume and a quorum device',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: [
        { name: 'd400', sizeMiB: 16, holds: 'empty' },
        { name: 'q1', sizeMiB: 1, holds: 'quorum' },
      ],
    },
  ],
  fileSystems: [{ mountPoint: '/data', deviceGroup: 'penguin', volume: 'd400' }],
});

const SET_UP = [
  'scrgadm -a -t SUNW.HAStoragePlus',
  'scrgadm -a -g DATA-RG -h Node2,Node1',
  'scrgadm -a -j DATA-RS -g DATA-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/data',
  'scswitch -Z -g DATA-RG',
];

describe('a node that was down while the configuration changed', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  before(async () => {
    cluster = await LiveCluster.start({ topology: twoNodes, bootPatienceMs: 3000 });
    await cluster.ok('Node1', ...SET_UP);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const mounted = (node: string) => cluster.witnessed(node).mounts.some(({ point }) => point === '/data');
  async function losePower(node: string): Promise<void> {
    await cluster.strike(powerLoss(node));
    await cluster.seen(node, 'down', ({ up }) => !up);
  }

  it('Node2 is down; the configuration changes on Node1, which then goes down as well', async () => {
    await losePower('Node2');
    await cluster.until('the group on Node1', () => mounted('Node1'));
    await cluster.ok('Node1', 'scrgadm -c -g DATA-RG -y RG_description=changed');
    expect(await cluster.ok('Node1', 'scrgadm -pvv')).to.include('changed');
    await losePower('Node1');
  });

  it('alone, Node2 waits for quorum: the quorum device knows that it has missed something', async () => {
    const bootedMs = cluster.recorder.nowMs();
    await cluster.assembly.reboot('Node2');
    await cluster.until('an attempt of Node2 to form a cluster', () =>
      cluster.events('log', bootedMs).some(({ text }) => /waiting for quorum: .*penguin\/q1/.test(text)),
    );
    const output = await cluster.printed('Node2', 'scstat -q', /waits for quorum/);
    expect(output).to.match(/Node2 is in no cluster yet/);
    expect(mounted('Node2'), 'it has mounted the disk').to.equal(false);
    expect(cluster.events('view', bootedMs)).to.deep.equal([]);
    expect(cluster.events('preempted', bootedMs).filter(({ granted }) => granted)).to.deep.equal([]);
  });

  it('with Node1 there is a cluster, and its configuration is the changed one', async () => {
    await cluster.reboot('Node1');
    const [one, other] = [
      await cluster.ok('Node1', 'scrgadm -pvv'),
      await cluster.ok('Node2', 'scrgadm -pvv'),
    ];
    expect(one).to.include('changed').and.to.equal(other);
    await cluster.until('the group on its first node', () => mounted('Node2') && !mounted('Node1'));
  });
});
