/** A node that hangs, loses its group to the other one, and wakes up: it must not write a byte, nor serve anybody. */
import { expect } from 'chai';
import { moment } from '../../harness/clock.ts';
import { portsAt } from '../../harness/ports.ts';
import type { Sabotage } from '../../harness/sabotages.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { HEARTBEAT, LiveCluster } from '../helpers/live-cluster.ts';

const LUN = 'penguin/d400';

async function start(sabotage: Sabotage | null = null): Promise<LiveCluster> {
  const [topology] = topologies;
  if (topology === undefined) throw new Error('there is no topology');
  const load = { ratePerSecond: 40, timeoutMs: 1000 };
  const cluster = await LiveCluster.start({ topology, sabotage, load });
  try {
    await cluster.ok('Node1', ...setUpCommands(topology));
    await owns(cluster, 'Node1');
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

/** With a disk that takes writes, address and server. */
function owns(cluster: LiveCluster, node: string): Promise<void> {
  const address = cluster.assembly.plan.hostAddress('LOG-HOST-RS');
  return cluster.seen(
    node,
    'with disk, address and server',
    ({ mounts, addresses, commands }) =>
      mounts.some(({ point, cut }) => point === '/cal' && !cut) &&
      addresses.includes(address) &&
      commands.some((command) => command.includes('cshttpd.ts')),
  );
}

/** Operations that were planned after `sinceMs` and got an answer. */
function served(cluster: LiveCluster, sinceMs: number) {
  return cluster
    .events('operation')
    .filter(({ outcome, plannedMs = 0 }) => outcome === 'ok' && plannedMs > sinceMs);
}

/** What the writer told of, of writes that ended after `sinceMs`. */
const told = (cluster: LiveCluster, sinceMs: number) =>
  cluster.events('log', sinceMs).flatMap(({ source, text }) => (source === 'writer' ? [text] : []));

/** Hangs Node1 under load; Node2 serves its clients when this resolves. */
async function hangAndTakeOver(cluster: LiveCluster): Promise<void> {
  const sinceMs = cluster.recorder.nowMs();
  await cluster.hands.hang('Node1');
  await owns(cluster, 'Node2');
  await cluster.until(
    'clients served by Node2',
    () => served(cluster, sinceMs).filter(({ node }) => node === 'Node2').length >= 20,
  );
}

/** Wakes it up, its cables still out, so that all it has is its disk; what its program then gets to write is told. */
async function wakeAlone(cluster: LiveCluster): Promise<void> {
  const sinceMs = cluster.recorder.nowMs();
  await cluster.node('Node1').container.unpause();
  // One that was under way when it hung may tell of its end only now.
  await cluster.until('two writes after waking up', () => told(cluster, sinceMs).length >= 3);
  const { length } = told(cluster, sinceMs)
    .slice(1)
    .filter((text) => text.startsWith('wrote'));
  expect(length, 'the woken node wrote to the disk').to.equal(0);
}

async function endsByItself(cluster: LiveCluster, sinceMs: number): Promise<void> {
  await cluster.seen('Node1', 'down', ({ up }) => !up);
  const [panic] = cluster.events('panic', sinceMs).filter(({ source }) => source === 'Node1');
  expect(panic?.reason, 'why Node1 went down').to.match(/failfast|expelled|no quorum/);
}

describe('a node that hangs and wakes up', function () {
  this.timeout(300_000);
  let cluster: LiveCluster;
  before(async () => {
    cluster = await start();
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  it('hung: the other node takes over, its ports are cut', async () => {
    await hangAndTakeOver(cluster);
    const ports = portsAt(cluster.recorder.events, cluster.recorder.nowMs());
    const open = ports.filter(({ node, lun, cut }) => node === 'Node1' && lun === LUN && !cut);
    expect(open).to.deep.equal([]);
    const { mounts, addresses } = cluster.witnessed('Node1');
    expect(addresses, 'addresses that Node1 can be reached at').to.deep.equal([]);
    expect(mounts.filter(({ point }) => point === '/cal').map(({ cut }) => cut)).to.deep.equal([true]);
  });

  it('a switch to the node that hangs is refused, and the service goes on', async () => {
    const { exit, output } = await cluster.on('Node2', 'scswitch -z -g CAL-RG -h Node1');
    expect(exit, output).to.not.equal(0);
    expect(output).to.match(/Node1/);
    await owns(cluster, 'Node2');
  });

  it('awake: it goes down by itself, and all that clients hear comes from the new owner', async () => {
    const wokenMs = cluster.recorder.nowMs();
    await cluster.hands.wake('Node1');
    await endsByItself(cluster, wokenMs);
    await cluster.until('50 operations after that', () => served(cluster, wokenMs).length >= 50);
    const servers = new Set(served(cluster, wokenMs).map(({ node }) => node));
    expect([...servers]).to.deep.equal(['Node2']);
    const logical = cluster.assembly.plan.hostAddress('LOG-HOST-RS');
    const reachable = cluster
      .events('addresses', wokenMs)
      .filter(({ node, addresses }) => node === 'Node1' && addresses.includes(logical));
    expect(reachable, 'the logical address at the node that woke up').to.deep.equal([]);
  });

  it('awake once more, with a program that goes on writing: not a byte of the disk changes', async () => {
    await cluster.reboot('Node1');
    await cluster.ok('Node1', 'scswitch -z -g CAL-RG -h Node1');
    await owns(cluster, 'Node1');
    await cluster.startWriter('Node1', '/cal/tmp/scratch');
    await hangAndTakeOver(cluster);
    // With nobody on the disk, whatever changes on it comes from the node that wakes up.
    await cluster.ok('Node2', 'scswitch -F -g CAL-RG');
    const digest = async () => {
      const file = `/ha-drills/${cluster.run}/${LUN}`;
      return (await cluster.assembly.arrays.get('penguin')?.run(['sha256sum', file]))?.output;
    };
    const before = await digest();
    const wokenMs = cluster.recorder.nowMs();
    await wakeAlone(cluster);
    await cluster.hands.linksUp('Node1');
    await endsByItself(cluster, wokenMs);
    expect(await digest()).to.equal(before);
  });

  it('both stand still and go on, as on a machine that did: the service stays, and is reached again', async () => {
    await using both = await start();
    const hungMs = both.recorder.nowMs();
    const nodes = ['Node1', 'Node2'].map((name) => both.node(name).container);
    await Promise.all(nodes.map((node) => node.pause()));
    await moment(HEARTBEAT.timeoutMs * 1.5);
    const wokenMs = both.recorder.nowMs();
    await Promise.all(nodes.map((node) => node.unpause()));
    await both.until('addresses taken off by Node1', () =>
      both
        .events('log', hungMs)
        .some(({ source, text }) => source === 'Node1' && text.startsWith('stood still')),
    );
    await both.until('clients served again', () => served(both, wokenMs).length >= 20);
    expect(new Set(served(both, wokenMs).map(({ node }) => node))).to.deep.equal(new Set(['Node1']));
    await owns(both, 'Node1');
    expect(both.events('panic', hungMs)).to.deep.equal([]);
  });

  it('the check can fail: with a takeover that fences too late, the woken node writes', async () => {
    await using broken = await start('mount-before-fence');
    await broken.startWriter('Node1', '/cal/tmp/scratch');
    await hangAndTakeOver(broken);
    const outcome = await wakeAlone(broken).then(
      () => 'it wrote nothing',
      (error: Error) => error.message,
    );
    expect(outcome).to.match(/the woken node wrote to the disk/);
  });
});
