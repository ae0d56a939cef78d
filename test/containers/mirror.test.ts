/** Mirrored volumes on two real arrays: no acknowledged record is lost with one of them, and old data is never served. */
import { expect } from 'chai';
import { MirrorCluster } from '../helpers/mirror-cluster.ts';

/** Records, each made durable by itself, while something is broken or copied. */
const SOME = 100;

interface Written {
  acknowledged: number;
  error: string;
}

describe('mirrored volume', function () {
  this.timeout(300_000);
  let cluster: MirrorCluster;
  before(async () => {
    cluster = await MirrorCluster.start();
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  it('starts on its first half, and the second one gets a copy while writes go on', async () => {
    await cluster.order('Node1', 'mount');
    await cluster.order('Node1', 'write');
    await cluster.untilStates('Node1', 'Okay', 'Okay');
    await cluster.moreAcknowledged('Node1', SOME);
  });

  for (const [array, states] of [
    ['b', ['Okay', 'Needs maintenance']],
    ['a', ['Needs maintenance', 'Okay']],
  ] as const) {
    it(`array ${array} lost: writes go on, and the status says which half needs maintenance`, async () => {
      await cluster.lose(array);
      await cluster.moreAcknowledged('Node1', SOME);
      const submirrors = await cluster.submirrors('Node1');
      expect(submirrors.map(({ state }) => state)).to.deep.equal(states);
    });

    it(`array ${array} back: copied while writes go on, then both halves are the same to the byte`, async () => {
      await cluster.throttle('Node1', 20 * 2 ** 20);
      await cluster.restore(array);
      const seen = await cluster.untilStates('Node1', 'Okay', 'Okay');
      await cluster.throttle('Node1', null);
      const half = array === 'a' ? 0 : 1;
      const progress = seen.flatMap((halves) => halves[half]?.progress ?? []);
      expect(progress, 'it told how far it was').to.not.be.empty;
      expect(progress).to.deep.equal(progress.toSorted((one, other) => one - other));
      await cluster.moreAcknowledged('Node1', SOME);
      expect((await cluster.order<Written>('Node1', 'stop')).error).to.equal('');
      await cluster.order('Node1', 'unmount');
      expect(await cluster.volumeBytes('a')).to.equal(await cluster.volumeBytes('b'));

      await cluster.order('Node1', 'mount');
      expect(await cluster.order('Node1', 'count')).to.equal(cluster.acknowledged('Node1'));
      await cluster.order('Node1', 'write');
      await cluster.moreAcknowledged('Node1', SOME);
    });
  }

  it('an array lost, then the node: the other one starts from what is left, with every record', async () => {
    await cluster.lose('a');
    await cluster.moreAcknowledged('Node1', SOME);
    await cluster.powerLoss('Node1');
    await cluster.takeOver('Node2', 'Node1');
    const found = await cluster.order<number>('Node2', 'count');
    expect(found).to.be.at.least(cluster.acknowledged('Node1'));
    expect((await cluster.submirrors('Node2')).map(({ state }) => state)).to.deep.equal([
      'Needs maintenance',
      'Okay',
    ]);
  });

  it('the stale half alone is refused, on the node that knows and on one that was down meanwhile', async () => {
    await cluster.order('Node2', 'write');
    await cluster.moreAcknowledged('Node2', SOME);
    await cluster.lose('b');
    expect((await cluster.order<Written>('Node2', 'ended')).error).to.match(/EIO|EROFS/);
    await cluster.order('Node2', 'give-up');
    await cluster.order('Node2', 'close');
    await cluster.restore('a');
    await cluster.reboot('Node1');
    for (const node of ['Node2', 'Node1'] as const) {
      const refusal = await cluster.order(node, 'mount').then(
        () => 'it was mounted',
        (error: Error) => error.message,
      );
      expect(refusal, node).to.match(/no current half to start from/);
      expect(refusal, node).to.match(/a\/h1 is stale: it stopped at change \d+, and the volume is at \d+/);
      expect(refusal, node).to.match(/b\/h2 is not there \(.*lost\).*Current is b\/h2/);
    }
  });

  it('with the current half back, all is there, and the stale one is brought up to it', async () => {
    await cluster.restore('b');
    await cluster.order('Node2', 'release-late', { array: 'b' });
    await cluster.join('Node1');
    await cluster.order('Node1', 'mount');
    expect(await cluster.order('Node1', 'count')).to.be.at.least(cluster.acknowledged('Node2'));
    await cluster.untilStates('Node1', 'Okay', 'Okay');
  });

  it('a node that hangs under load and is fenced: not a byte of it arrives after it has woken up', async () => {
    await cluster.order('Node1', 'write');
    await cluster.moreAcknowledged('Node1', SOME);
    await cluster.pause('Node1');
    await cluster.takeOver('Node2', 'Node1');
    expect(await cluster.order('Node2', 'count')).to.be.at.least(cluster.acknowledged('Node1'));
    await cluster.order('Node2', 'write');
    await cluster.moreAcknowledged('Node2', SOME);
    await cluster.order('Node2', 'stop');
    await cluster.untilStates('Node2', 'Okay', 'Okay');
    await cluster.order('Node2', 'unmount');
    const before = await bytes(cluster);

    await cluster.unpause('Node1');
    expect((await cluster.order<Written>('Node1', 'ended')).error).to.match(/EIO|EROFS/);
    await cluster.order('Node1', 'sync');
    expect(await bytes(cluster)).to.deep.equal(before);
  });

  it('a node that panics takes its mirror with it; where the halves may differ, the second one is copied', async () => {
    await cluster.powerLoss('Node1');
    await cluster.reboot('Node1');
    await cluster.order('Node2', 'mount');
    await cluster.order('Node2', 'write');
    await cluster.moreAcknowledged('Node2', SOME);
    await cluster.panic('Node2');
    await cluster.takeOver('Node1', 'Node2');
    expect(await cluster.order('Node1', 'count')).to.be.at.least(cluster.acknowledged('Node2'));
    await cluster.untilStates('Node1', 'Okay', 'Okay');
    await cluster.order('Node1', 'unmount');
    expect(await cluster.volumeBytes('a')).to.equal(await cluster.volumeBytes('b'));
    expect(cluster.lastWords()).to.match(/a\/h1 is current, b\/h2 is unclean/);
  });
});

describe('mirrored volume whose checks are taken out', function () {
  this.timeout(300_000);
  let cluster: MirrorCluster;
  before(async () => {
    cluster = await MirrorCluster.start('trust-any-half');
    await cluster.order('Node1', 'mount');
    await cluster.order('Node1', 'write');
    await cluster.untilStates('Node1', 'Okay', 'Okay');
    await cluster.moreAcknowledged('Node1', SOME);
  });
  after(() => cluster?.[Symbol.asyncDispose]());

  it('a node that hangs and is not fenced writes when it wakes up', async () => {
    await cluster.pause('Node1');
    const before = await bytes(cluster);
    await cluster.unpause('Node1');
    await cluster.moreAcknowledged('Node1', SOME);
    expect(await bytes(cluster)).to.not.deep.equal(before);
  });

  it('a half that is trusted though it is stale serves old data', async () => {
    await cluster.lose('a');
    await cluster.moreAcknowledged('Node1', SOME);
    await cluster.lose('b');
    await cluster.order('Node1', 'ended');
    await cluster.order('Node1', 'give-up');
    await cluster.order('Node1', 'close');
    await cluster.restore('a');
    await cluster.order('Node1', 'mount');
    expect(await cluster.order('Node1', 'count')).to.be.below(cluster.acknowledged('Node1'));
  });
});

async function bytes(cluster: MirrorCluster): Promise<string[]> {
  return [await cluster.lunBytes('a'), await cluster.lunBytes('b')];
}
