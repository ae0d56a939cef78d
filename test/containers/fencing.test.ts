/** Reservation keys on the arrays: whose are there, and what a node does whose key was taken. */
import { expect } from 'chai';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { topology } from '../../harness/topology-model.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const LUNS = ['d400', 'd401', 'q1'];
const twoNodes = topology({
  model: 'fencing',
  summary: 'two nodes, and an array with two volumes and a quorum device',
  nodes: ['Node1', 'Node2'],
  arrays: [
    {
      name: 'penguin',
      luns: LUNS.map((name) => ({
        name,
        sizeMiB: name === 'q1' ? 1 : 16,
        holds: name === 'q1' ? 'quorum' : 'empty',
      })),
    },
  ],
  fileSystems: [{ mountPoint: '/data', deviceGroup: 'penguin', volume: 'd400' }],
});

const SET_UP = [
  'scrgadm -a -t SUNW.HAStoragePlus',
  'scrgadm -a -g DATA-RG -h Node1,Node2',
  'scrgadm -a -j DATA-RS -g DATA-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/data',
  'scswitch -Z -g DATA-RG',
];

type Keys = Record<string, number>;

describe('keys on the arrays', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  before(async () => {
    cluster = await LiveCluster.start({ topology: twoNodes });
    await cluster.ok('Node1', ...SET_UP);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  /** Node → generation of its key, for each LUN, as the array has them. */
  async function keys(): Promise<Keys[]> {
    const array = cluster.assembly.arrays.get('penguin');
    const replies = await Promise.all(LUNS.map((lun) => array?.channel.order('keys', { lun })));
    return replies.map((reply) => reply?.value as Keys);
  }

  const generations = (node: string) =>
    cluster.events('view').flatMap(({ source, generation }) => (source === node ? [generation] : []));
  const mounted = (node: string) => cluster.witnessed(node).mounts.some(({ point }) => point === '/data');

  /** Calls the array as the software of `node` does. */
  async function preempt(node: string, victim: string, generation: number): Promise<void> {
    const call = { method: 'POST', body: JSON.stringify({ lun: 'd400', victims: [victim], generation }) };
    const address = cluster.assembly.plan.array('penguin').networks[0]?.address;
    const url = `http://${address}:3260/preempt`;
    const script = `const { ok } = await fetch('${url}', ${JSON.stringify(call)}); process.exit(ok ? 0 : 1)`;
    const { exit, output } = await cluster.node(node).run(['node', '--input-type=module', '-e', script]);
    expect(exit, output).to.equal(0);
  }

  it('each node has one on every LUN, of the generation of a view that it was in', async () => {
    for (const found of await keys()) {
      expect(Object.keys(found)).to.have.members(['Node1', 'Node2']);
      for (const node of ['Node1', 'Node2']) expect(generations(node)).to.include(found[node]);
    }
  });

  it('after a takeover only those of the survivor are left', async () => {
    await cluster.until('the group on Node1', () => mounted('Node1'));
    await cluster.strike(powerLoss('Node1'));
    await cluster.until('the group on Node2', () => mounted('Node2'));
    for (const found of await keys()) expect(Object.keys(found)).to.deep.equal(['Node2']);
  });

  it('a new life of the node has new keys, and a preempt of the old ones that comes late does not touch them', async () => {
    const before = Math.max(...generations('Node1'));
    const bootedMs = cluster.recorder.nowMs();
    await cluster.reboot('Node1');
    const attached = () =>
      cluster
        .events('port-attached', bootedMs)
        .some(({ node, lun }) => node === 'Node1' && lun === 'penguin/d400');
    await cluster.until('the ports of Node1', attached);
    const renewed = await keys();
    for (const { Node1 = 0 } of renewed) expect(Node1).to.be.above(before);
    await preempt('Node2', 'Node1', before);
    expect(await keys()).to.deep.equal(renewed);
    await cluster.ok('Node2', 'scswitch -z -g DATA-RG -h Node1');
    await cluster.until('the group on Node1', () => mounted('Node1') && !mounted('Node2'));
  });

  it('a healthy node whose key is taken stops at once, and the other takes over', async () => {
    const [{ Node1 = 0 } = {}] = await keys();
    const takenMs = cluster.recorder.nowMs();
    await preempt('Node2', 'Node1', Node1);
    await cluster.seen('Node1', 'down', ({ up }) => !up);
    const [panic] = cluster.events('panic', takenMs);
    expect(panic?.source).to.equal('Node1');
    expect(panic?.reason).to.match(/^failfast: .*penguin\/d400/);
    await cluster.until('the group on Node2', () => mounted('Node2'));
  });
});
