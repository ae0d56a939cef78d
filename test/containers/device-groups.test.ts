/** Mirrored volumes under HAStoragePlus: each node masters one device group, and either can do without an array or a node. */
import { expect } from 'chai';
import { powerLoss } from '../../harness/faults/power-loss.ts';
import { symmetric } from '../../harness/topology.ts';
import { topology } from '../../harness/topology-model.ts';
import { mountsSeen, overlaps } from '../../harness/witnessed.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const mirrored = topology({
  ...symmetric,
  model: 'symmetric-storage',
  summary: "the symmetric model's disks, without its services",
  deviceGroups: symmetric.deviceGroups.map(({ name, volumes }) => ({
    name,
    volumes: volumes.map((volume) => ({ ...volume, holds: 'empty' as const })),
  })),
  services: [],
  fileSystems: [
    { mountPoint: '/one', deviceGroup: 'penguin', volume: 'd400' },
    { mountPoint: '/two', deviceGroup: 'polarbear', volume: 'd300' },
  ],
});

const SET_UP = [
  'scrgadm -a -t SUNW.HAStoragePlus',
  'scrgadm -a -g ONE-RG -h Node1,Node2',
  'scrgadm -a -g TWO-RG -h Node2,Node1',
  'scrgadm -a -j ONE-RS -g ONE-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/one',
  'scrgadm -a -j TWO-RS -g TWO-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/two',
  'scswitch -Z',
];

describe('device groups of mirrored volumes', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  before(async () => {
    cluster = await LiveCluster.start({ topology: mirrored });
    await cluster.ok('Node1', ...SET_UP);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  const mounted = (node: string, point: string) =>
    cluster.witnessed(node).mounts.some((mount) => mount.point === point);
  async function only(point: string, node: string): Promise<void> {
    await cluster.until(`${point} on ${node} only`, () =>
      cluster.topology.nodes.every((one) => mounted(one, point) === (one === node)),
    );
    const group = point === '/one' ? 'penguin' : 'polarbear';
    await cluster.printed(node, 'scstat -D', new RegExp(`${group}\\s+${node}\\s`));
  }

  const states = (first: string, second: string) =>
    new RegExp(
      `Submirror 0: penguin/d401\\s+State: ${first}\\s+Submirror 1: polarbear/d402\\s+State: ${second}`,
    );

  it('each node masters the group of its file system, mirrored on both arrays', async () => {
    await only('/one', 'Node1');
    await only('/two', 'Node2');
    await cluster.printed('Node1', 'metastat -s penguin', states('Okay', 'Okay'));
  });

  it('scswitch -z takes the device group along, there and back', async () => {
    await cluster.ok('Node1', 'echo kept > /one/file', 'scswitch -z -g ONE-RG -h Node2');
    await only('/one', 'Node2');
    await only('/two', 'Node2');
    expect(await cluster.ok('Node2', 'cat /one/file')).to.equal('kept\n');
    await cluster.ok('Node2', 'scswitch -z -g ONE-RG -h Node1');
    await only('/one', 'Node1');
    await cluster.printed('Node1', 'metastat -s penguin', states('Okay', 'Okay'));
  });

  it('an array lost under load: writes go on, and metastat says which half needs maintenance', async () => {
    await cluster.startWriter('Node1', '/one/lines');
    await cluster.moreWritten(50);
    await cluster.assembly.arrays.get('polarbear')?.channel.order('lose');
    await cluster.moreWritten(50);
    await cluster.printed('Node1', 'metastat -s penguin', states('Okay', 'Needs maintenance'));
    await only('/one', 'Node1');
    await only('/two', 'Node2');
  });

  it('the array back: both halves are Okay again while the load goes on', async () => {
    await cluster.assembly.arrays.get('polarbear')?.channel.order('restore');
    await cluster.printed('Node1', 'metastat -s penguin', states('Okay', 'Okay'));
    await cluster.printed('Node2', 'metastat -s polarbear', /State: Okay\s+Submirror 1: \S+\s+State: Okay/);
    await cluster.moreWritten(50);
  });

  it('power loss of the node: the other one has every line that the disk was said to have', async () => {
    await cluster.strike(powerLoss('Node1'));
    await only('/one', 'Node2');
    const written = cluster.written();
    const lines = (await cluster.ok('Node2', 'cat /one/lines')).trim().split('\n').map(Number);
    expect(written.length).to.be.above(150);
    expect(written.filter((number) => !lines.includes(number))).to.deep.equal([]);
    await only('/two', 'Node2');
    const { events } = cluster.recorder;
    const twice = overlaps(
      events,
      mountsSeen(events).filter(({ what }) => ['/one', '/two'].includes(what.point)),
      (first, second) => first.what.point === second.what.point && first.node !== second.node,
    );
    expect(twice, 'a file system on both nodes at a time').to.deep.equal([]);
  });
});
