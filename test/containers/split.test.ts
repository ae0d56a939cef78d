/** Both interconnects fail between two healthy nodes: the quorum device decides which one goes on, and the other panics. */
import { expect } from 'chai';
import { singleAddress } from '../../harness/checkers/single-address.ts';
import { singleMount } from '../../harness/checkers/single-mount.ts';
import { freshSeed, randomFrom } from '../../harness/random.ts';
import type { DrillFacts } from '../../harness/timeline.ts';
import { setUpCommands, topologies } from '../../harness/topology.ts';
import { LiveCluster } from '../helpers/live-cluster.ts';

const NODES = ['Node1', 'Node2'] as const;

describe('two nodes that do not hear each other any more', function () {
  this.timeout(300_000);
  const seed = freshSeed();
  let cluster: LiveCluster;
  let survivor: string;
  let loser: string;
  let splitMs: number;
  before(async () => {
    const [topology] = topologies;
    if (topology === undefined) throw new Error('there is no topology');
    cluster = await LiveCluster.start({ topology });
    await cluster.ok('Node1', ...setUpCommands(topology));
    await moreServed();
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  async function moreServed(): Promise<void> {
    const sinceMs = cluster.recorder.nowMs();
    const served = () =>
      cluster
        .events('operation')
        .filter(({ outcome, plannedMs = 0 }) => outcome === 'ok' && plannedMs > sinceMs);
    await cluster.until('20 operations of the client', () => served().length >= 20);
  }

  it(`one of them survives and the other panics (seed ${seed})`, async () => {
    const cut = NODES[randomFrom(seed, 'whose cables').integer(0, 1)] ?? 'Node1';
    splitMs = cluster.recorder.nowMs();
    await cluster.hands.interconnectsDown(cut);
    const down = () => NODES.filter((node) => !cluster.witnessed(node).up);
    await cluster.until('a node that goes down', () => down().length > 0);
    [loser = ''] = down();
    survivor = NODES.find((node) => node !== loser) ?? '';
    const panics = cluster.events('panic', splitMs).map(({ source, reason }) => `${source}: ${reason}`);
    expect(panics).to.have.length(1);
    expect(panics[0]).to.match(new RegExp(`^${loser}: .*(no quorum|failfast)`));
  });

  it('the quorum device had chosen it: one key was taken, that of the loser', () => {
    const granted = cluster
      .events('preempted', splitMs)
      .filter((event) => event.lun === 'penguin/q1' && event.granted);
    expect(new Set(granted.map(({ node, victim }) => `${node} took ${victim}`))).to.deep.equal(
      new Set([`${survivor} took ${loser}`]),
    );
  });

  it('the service goes on at the survivor, which never shared disk or address', async () => {
    const address = cluster.assembly.plan.hostAddress('LOG-HOST-RS');
    await cluster.seen(
      survivor,
      'with disk and address',
      ({ mounts, addresses }) => mounts.some(({ point }) => point === '/cal') && addresses.includes(address),
    );
    await moreServed();
    const service = {
      name: 'CAL-RG',
      address,
      mountPoint: '/cal',
      volume: 'penguin/d400',
      luns: ['penguin/d400'],
    };
    const facts = { services: [{ ...service, primary: 'Node1', backup: 'Node2' }] } as DrillFacts;
    for (const { name, check } of [singleMount, singleAddress]) {
      const { verdict, evidence } = check(cluster.recorder.events, facts);
      expect(verdict, `${name}: ${evidence.join(' ')}`).to.equal('upheld');
    }
    expect(cluster.witnessed(survivor).up).to.equal(true);
  });

  it('healed, the loser joins again', async () => {
    await cluster.hands.linksUp(survivor);
    await cluster.reboot(loser);
    await moreServed();
  });
});
