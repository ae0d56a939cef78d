import { expect } from 'chai';
import { mayStillAnswer, nextMomentMs } from '../../../../../images/node/cluster/core/silence.ts';
import { CoreCluster, QUANTUM, TIMEOUT } from '../../../../helpers/core-cluster.ts';

const started = ({ log }: CoreCluster) =>
  log.filter((line) => line.startsWith('n2 ') && line.includes(' START g1-')).length > 0;
const prepared = ({ log }: CoreCluster) => log.some((line) => line.startsWith('n2 PRENET_START g1-disk'));

/** Its first group is on n1; n2 has just lost n1, and is alone in the view. */
function left(): CoreCluster {
  const cluster = CoreCluster.running(2);
  expect(cluster.groupStates('g1')).to.deep.equal(['Online', 'Offline']);
  cluster.kill('n1');
  for (let quanta = 0; quanta < 20 && cluster.state('n2').view?.members.length === 2; quanta += 1)
    cluster.run(QUANTUM);
  expect(cluster.state('n2').view?.members).to.deep.equal(['n2']);
  return cluster;
}

describe('a member that left without a word', () => {
  it('may notice a quantum later than the others: nothing with an address starts before it must have', () => {
    const cluster = left();
    expect(prepared(cluster), 'the disks, which are fenced').to.equal(true);
    const since = cluster.now;
    while (cluster.now < since + QUANTUM) {
      expect(mayStillAnswer(cluster.state('n2'))).to.equal(true);
      expect(started(cluster)).to.equal(false);
      cluster.run(QUANTUM);
    }
    cluster.run(2 * QUANTUM);
    expect(started(cluster)).to.equal(true);
    cluster.run(QUANTUM);
    expect(cluster.groupStates('g1')[1]).to.equal('Online');
  });

  it('is waited for to the moment, not to the next tick', () => {
    const cluster = left();
    const atMs = cluster.state('n2').silentFromMs ?? Number.NaN;
    expect(nextMomentMs(cluster.state('n2'), cluster.now)).to.equal(atMs);
    cluster.now = atMs - 1;
    cluster.take('n2', { kind: 'moment' });
    expect(started(cluster)).to.equal(false);
    cluster.now = atMs;
    cluster.take('n2', { kind: 'moment' });
    expect(started(cluster)).to.equal(true);
    expect(mayStillAnswer(cluster.state('n2'))).to.equal(false);
    expect(nextMomentMs(cluster.state('n2'), cluster.now)).to.equal(null);
  });

  it('is nobody who has joined or was never there', () => {
    const cluster = CoreCluster.running(2);
    for (const node of ['n1', 'n2']) expect(cluster.state(node).silentFromMs).to.equal(null);
  });
});

describe('the next moment of a core', () => {
  it('is when the first of its peers has been silent for the timeout; it is suspected then, between two ticks', () => {
    const cluster = CoreCluster.running(3);
    cluster.cut = (from) => from === 'n2';
    const heardMs = cluster.now;
    cluster.run(3 * QUANTUM);
    const atMs = heardMs + TIMEOUT + 1;
    expect(nextMomentMs(cluster.state('n1'), cluster.now)).to.equal(atMs);
    const suspected = () =>
      cluster.effects.filter(({ node, effect }) => node === 'n1' && effect.kind === 'suspected');
    cluster.run(heardMs + TIMEOUT - cluster.now);
    expect(suspected()).to.deep.equal([]);
    cluster.now = atMs;
    cluster.take('n1', { kind: 'moment' });
    expect(suspected().map(({ effect }) => effect)).to.deep.equal([{ kind: 'suspected', peer: 'n2' }]);
    expect(nextMomentMs(cluster.state('n1'), cluster.now)).to.not.equal(atMs);
  });

  it('is never one that has come already, nor one of a node that is in no view', () => {
    const cluster = CoreCluster.running(2);
    cluster.kill('n1');
    cluster.run(20 * QUANTUM);
    cluster.boot('n1');
    cluster.cut = (from) => from === 'n2';
    cluster.run(3 * QUANTUM);
    expect(cluster.state('n2').view?.members, 'n1, which is heard, cannot join').to.deep.equal(['n2']);
    cluster.kill('n1');
    for (let quanta = 0; quanta < 20; quanta += 1) {
      cluster.run(QUANTUM);
      expect(nextMomentMs(cluster.state('n2'), cluster.now)).to.equal(null);
    }
  });
});
