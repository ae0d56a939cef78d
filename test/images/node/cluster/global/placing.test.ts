/** Who is the primary of a device group with global file systems, and through whom the others see them. */
import { expect } from 'chai';
import { primaryOf, type Standing, servedBy } from '../../../../../images/node/cluster/global/placing.ts';

const group = { name: 'penguin', nodes: ['Node1', 'Node2'], volumes: [] };
const all = ['Node1', 'Node2', 'Node3'];
const standing = (change: Partial<Standing> = {}): Standing => ({
  ...{ members: all, maintenance: false, holders: [], wishes: [], masters: [] },
  ...change,
});

describe('the primary of a device group', () => {
  const cases: [string, Partial<Standing>, string | null][] = [
    ['is its first node when nothing says otherwise', {}, 'Node1'],
    ['is the next one when that is no member', { members: ['Node2', 'Node3'] }, 'Node2'],
    ['is nobody when no member is wired to it', { members: ['Node3'] }, null],
    ['stays where it is', { masters: ['Node2'] }, 'Node2'],
    ['does not stay on a node that is no member', { members: ['Node1'], masters: ['Node2'] }, 'Node1'],
    ['goes where a group is to be', { masters: ['Node1'], wishes: [{ node: 'Node2', serial: 5 }] }, 'Node2'],
    [
      'follows the latest order, whoever gave it',
      {
        wishes: [
          { node: 'Node1', serial: 5 },
          { node: 'Node2', serial: 7 },
        ],
      },
      'Node2',
    ],
    [
      'waits for a group that is still on its node, whatever was ordered',
      { masters: ['Node1'], holders: ['Node1'], wishes: [{ node: 'Node2', serial: 9 }] },
      'Node1',
    ],
    [
      'does not follow a group to a node without a cable',
      { masters: ['Node2'], holders: ['Node3'], wishes: [{ node: 'Node3', serial: 9 }] },
      'Node2',
    ],
    ['is nobody in maintenance', { maintenance: true, masters: ['Node1'], holders: ['Node1'] }, null],
    [
      'is nobody when an operator took it offline',
      { masters: ['Node1'], wishes: [{ node: null, serial: 3 }] },
      null,
    ],
    [
      'stays when the node that was ordered has left',
      { members: ['Node1', 'Node3'], masters: ['Node1'], wishes: [{ node: 'Node2', serial: 3 }] },
      'Node1',
    ],
  ];
  for (const [what, change, primary] of cases)
    it(what, () => expect(primaryOf(group, standing(change))).to.equal(primary));

  it('does not depend on the order in which wishes and masters are told', () => {
    const wishes = [
      { node: 'Node1', serial: 2 },
      { node: 'Node2', serial: 3 },
    ];
    expect(primaryOf(group, standing({ wishes: wishes.toReversed() }))).to.equal(
      primaryOf(group, standing({ wishes })),
    );
  });
});

describe('the node that serves global file systems', () => {
  it('is nobody before one masters the disks', () => {
    expect(servedBy(group, standing())).to.equal(null);
  });
  it('is the old primary until it has let go', () => {
    expect(
      servedBy(group, standing({ masters: ['Node1'], wishes: [{ node: 'Node2', serial: 1 }] })),
    ).to.equal('Node1');
  });
  it('is the primary, if two say that they master it', () => {
    const change = { masters: ['Node1', 'Node2'], wishes: [{ node: 'Node2', serial: 1 }] };
    expect(servedBy(group, standing(change))).to.equal('Node2');
  });
  it('is never a node that is no member any more', () => {
    expect(servedBy(group, standing({ members: ['Node2'], masters: ['Node1'] }))).to.equal(null);
  });
});
