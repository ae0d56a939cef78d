/** Guide 6.1.3 for every N up to 8: one backup is enough, whichever of the N nodes fail, at once or one after another. */
import { expect } from 'chai';
import type { CoreConfig, Repository } from '../../../../../images/node/cluster/core/types.ts';
import { CoreCluster, TIMEOUT } from '../../../../helpers/core-cluster.ts';
import { repositoryFor, resource } from '../../../../helpers/core-repository.ts';

/** Long enough for a takeover of everything. */
const TAKEOVER = 6 * TIMEOUT;

const numbers = (active: number) => Array.from({ length: active }, (_, index) => index + 1);

/** Group gI for node nI and the spare, which is the last node. */
function repositoryOf(active: number): Repository {
  const spare = `n${active + 1}`;
  return {
    ...repositoryFor(active + 1),
    groups: numbers(active).map((number) => ({
      name: `g${number}`,
      nodelist: [`n${number}`, spare],
      managed: true,
      properties: {},
    })),
    resources: numbers(active).flatMap((number) => [
      resource(`g${number}-disk`, 'SUNW.HAStoragePlus', `g${number}`),
      resource(`g${number}-cal`, 'SUNW.scics', `g${number}`),
    ]),
  };
}

/** A quorum device on each array, which its own node and the spare are wired to. */
function clusterOf(active: number, more: Partial<CoreConfig> = {}): CoreCluster {
  const quorumDevices = numbers(active).map((number) => ({
    name: `q${number}`,
    nodes: [`n${number}`, `n${active + 1}`],
  }));
  return CoreCluster.running(active + 1, repositoryOf(active), { quorumDevices, ...more });
}

/** Where each group is online: by the number of its node, or none. A node that panics has nothing any more. */
function places(cluster: CoreCluster, active: number): (number | undefined)[] {
  const panicked = cluster.effects.flatMap(({ node, effect }) => (effect.kind === 'panic' ? [node] : []));
  return numbers(active).map((number) => {
    const at = cluster
      .groupStates(`g${number}`)
      .flatMap((state, index) =>
        state === 'Online' && !panicked.includes(`n${index + 1}`) ? [index + 1] : [],
      );
    expect(at.length, `g${number} on ${at.length} nodes`).to.be.at.most(1);
    return at[0];
  });
}

/** Every choice of at least one. */
function subsetsOf(all: readonly number[]): number[][] {
  const [first, ...others] = all;
  if (first === undefined) return [];
  const rest = subsetsOf(others);
  return [[first], ...rest, ...rest.map((one) => [first, ...one])];
}

function ordersOf(all: readonly number[]): number[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one) => ordersOf(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

const expected = (active: number, dead: readonly number[]) =>
  numbers(active).map((number) => (dead.includes(number) ? active + 1 : number));

describe('N+1', () => {
  for (const active of [2, 3, 4, 8])
    it(`${active}+1: any of the ${active} nodes at once`, function () {
      this.timeout(120_000);
      const subsets = subsetsOf(numbers(active));
      expect(subsets).to.have.length(2 ** active - 1);
      for (const dead of subsets) {
        const cluster = clusterOf(active);
        expect(places(cluster, active)).to.deep.equal(numbers(active));
        for (const number of dead) cluster.kill(`n${number}`);
        cluster.run(TAKEOVER);
        expect(places(cluster, active), `without ${dead}`).to.deep.equal(expected(active, dead));
      }
    });

  for (const active of [2, 3, 4])
    it(`${active}+1: all ${active}, one after another in any order, each while the last takeover goes on or after it`, function () {
      this.timeout(120_000);
      for (const order of ordersOf(numbers(active)))
        for (const pause of [TIMEOUT / 2, TIMEOUT * 1.2, TAKEOVER]) {
          const cluster = clusterOf(active);
          for (const number of order) {
            cluster.kill(`n${number}`);
            cluster.run(pause);
          }
          cluster.run(TAKEOVER);
          expect(places(cluster, active), `${order} every ${pause} ms`).to.deep.equal(
            expected(active, numbers(active)),
          );
        }
    });

  it('with the backup among those that fail, the services of the others go on as long as there is a quorum', () => {
    for (const dead of subsetsOf([1, 2, 3])) {
      const cluster = clusterOf(3);
      for (const number of [...dead, 4]) cluster.kill(`n${number}`);
      cluster.run(TAKEOVER);
      // Two of three nodes and their devices are 4 of 7 votes, one and its device are 2.
      const left = dead.length === 1 ? numbers(3).filter((number) => !dead.includes(number)) : [];
      expect(places(cluster, 3), `without ${dead} and the backup`).to.deep.equal(
        numbers(3).map((number) => (left.includes(number) ? number : undefined)),
      );
    }
  });

  it('the check can fail: a backup that takes one group only leaves the others', () => {
    const cluster = clusterOf(3, { sabotage: 'one-group-a-node' });
    for (const node of ['n1', 'n2']) cluster.kill(node);
    cluster.run(TAKEOVER);
    expect(places(cluster, 3)).to.deep.equal([4, undefined, 3]);
  });
});
