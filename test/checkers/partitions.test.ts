/** Shapes of a partition, and how losses of networks show to the witness. */
import { expect } from 'chai';
import {
  clientNetworkLoss,
  interconnectLoss,
  partition,
  publicNetworkLoss,
} from '../../harness/faults/network-losses.ts';
import {
  halves,
  isolate,
  notationOf,
  oneWay,
  type Partition,
  partitionFrom,
} from '../../harness/faults/partitions.ts';
import { faultsOf, signs, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { FaultStage } from '../../images/common/protocol.ts';
import { addressesOn, sorted, told } from '../helpers/told.ts';

describe('shapes of a partition', () => {
  for (const [what, shape, notation] of [
    ['two halves', halves(['Node1'], ['Node2']), 'Node1 | Node2'],
    ['one way', oneWay('Node1', 'Node2'), 'Node1 > Node2'],
    ['over one interconnect', halves(['Node1'], ['Node2'], [2]), 'Node1 | Node2 over 2'],
    ['one node alone', isolate('Node1', ['Node1', 'Node2', 'Spare']), 'Node1 | Node2, Node1 | Spare'],
    ['halves of several', halves(['Node1', 'Node2'], ['Spare']), 'Node1 | Spare, Node2 | Spare'],
  ] as [string, Partition, string][])
    it(`${what}: ${notation}`, () => {
      expect(notationOf(shape)).to.equal(notation);
      expect(partitionFrom(notation)).to.have.deep.members([...shape]);
    });

  it('one way is one cut, halves are two', () => {
    expect(oneWay('A', 'B')).to.deep.equal([{ from: 'A', to: 'B', over: [1, 2] }]);
    expect(halves(['A'], ['B'])).to.have.length(2);
  });

  it('what is no partition is refused by its own text', () => {
    expect(() => partitionFrom('Node1')).to.throw(/"Node1" is no part of a partition/);
  });

  it('each has the name of its fault, and each fault has signs', () => {
    const faults = [
      partition(halves(['Node1'], ['Node2'])),
      partition(oneWay('Node1', 'Node2')),
      partition(halves(['Node1'], ['Node2'], [1])),
      interconnectLoss('Node1'),
      publicNetworkLoss('Node1'),
      clientNetworkLoss('CAL-RG'),
    ];
    expect(faults.map(({ name }) => name).slice(0, 3)).to.deep.equal([
      'split-brain',
      'one-way-cut',
      'partial-cut',
    ]);
    for (const { name } of faults) expect(signs[name]?.undone, name).to.not.equal(undefined);
  });
});

const NODE1 = ['198.18.0.10', '198.18.1.10', '198.18.2.10', '198.18.3.10'];
const NODE2 = ['198.18.0.11', '198.18.1.11', '198.18.2.11', '198.18.3.11'];
const both = [addressesOn('Node1', 100, ...NODE1), addressesOn('Node2', 101, ...NODE2)];
const shut = (atMs: number, node: string, ...addresses: string[]) =>
  told('witness', atMs, { kind: 'blackholes', node, addresses });

function verdictOn(fault: string, target: string, seen: TimelineEvent[], undone = false) {
  const stage = (name: FaultStage, atMs: number) =>
    told('drill', atMs, { kind: 'fault', fault, target, stage: name });
  const [first] = faultsOf(
    sorted([
      stage('planned', 200),
      stage('applied', 500),
      stage('complete', 600),
      ...(undone ? [stage('undone', 900)] : []),
    ]),
  );
  if (first === undefined) throw new Error('no fault in the timeline');
  return verifyFault(sorted(seen), first);
}

describe('a loss of a network', () => {
  const interconnects = (node: string[]) => node.slice(1, 3);
  const cut = [shut(505, 'Node1', ...interconnects(NODE2)), shut(506, 'Node2', ...interconnects(NODE1))];
  const open = [shut(905, 'Node1'), shut(906, 'Node2')];
  const cable = addressesOn('Node1', 510, ...NODE1.toSpliced(1, 1));
  const gone = told('witness', 700, { kind: 'node-gone', node: 'Node1', pid: 1 });

  for (const [what, fault, target, seen, undone] of [
    ['a split brain', 'split-brain', 'Node1 | Node2', [...both, ...cut], false],
    ['a split brain that is over', 'split-brain', 'Node1 | Node2', [...both, ...cut, ...open], true],
    ['one whose loser is gone', 'split-brain', 'Node1 | Node2', [...both, ...cut, gone, open[1]], true],
    ['a cut in one direction', 'one-way-cut', 'Node1 > Node2', [...both, cut[0]], false],
    ['a cable', 'interconnect-loss', 'Node1', [...both, cable], false],
    [
      'a cable that is back',
      'interconnect-loss',
      'Node1',
      [...both, cable, addressesOn('Node1', 910, ...NODE1)],
      true,
    ],
    [
      'the clients’ only network',
      'client-network-loss',
      'client-CAL-RG',
      [addressesOn('client-CAL-RG', 100, '198.18.0.70'), addressesOn('client-CAL-RG', 505)],
      false,
    ],
  ] as [string, string, string, TimelineEvent[], boolean][])
    it(`is believed: ${what}`, () => {
      const { verified, detail } = verdictOn(fault, target, seen, undone);
      expect(verified, detail).to.equal(true);
    });

  for (const [what, fault, target, seen, undone, why] of [
    ['nobody saw it', 'split-brain', 'Node1 | Node2', both, false, /Node1's ways to Node2/],
    ['one direction only', 'split-brain', 'Node1 | Node2', [...both, cut[0]], false, /Node2's ways to Node1/],
    [
      'over one interconnect only',
      'one-way-cut',
      'Node1 > Node2',
      [...both, shut(505, 'Node1', '198.18.1.11')],
      false,
      /Node1's ways/,
    ],
    [
      'the ways of somebody else',
      'one-way-cut',
      'Node1 > Node2',
      [...both, shut(505, 'Node1', '198.18.1.12', '198.18.2.12')],
      false,
      /Node1's ways/,
    ],
    [
      'still shut',
      'split-brain',
      'Node1 | Node2',
      [...both, ...cut, open[0]],
      true,
      /still sees ways of Node2/,
    ],
    ['no cable out', 'interconnect-loss', 'Node1', both, false, /did not see a network of Node1 go/],
    [
      'all cables out',
      'public-network-loss',
      'Node1',
      [...both, addressesOn('Node1', 510)],
      false,
      /lost 4 networks/,
    ],
    ['never watched', 'client-network-loss', 'client-CAL-RG', both, false, /had seen no address/],
    [
      'not back',
      'interconnect-loss',
      'Node1',
      [...both, cable],
      true,
      /did not see the network of Node1 come back/,
    ],
  ] as [string, string, string, TimelineEvent[], boolean, RegExp][])
    it(`is not believed: ${what}`, () => {
      const { verified, detail } = verdictOn(fault, target, seen, undone);
      expect(verified).to.equal(false);
      expect(detail).to.match(why);
    });
});
