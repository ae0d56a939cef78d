/** Quorum with several devices, and with one that all nodes are wired to: who goes on, who panics, who waits. */
import { expect } from 'chai';
import { majorityOf, mostVotes } from '../../../../../images/node/cluster/core/quorum.ts';
import {
  Members,
  namesOf,
  PATIENCE,
  QUANTUM,
  spareDevices,
  TIMEOUT,
} from '../../../../helpers/core-members.ts';

const DECIDED_MS = TIMEOUT + 4 * QUANTUM;

/** N nodes and a spare: n1 to nN with an array each, the last one wired to all. */
function withSpare(count: number): Members {
  const names = namesOf(count + 1);
  const members = new Members(names, spareDevices(names)).on(...names).run(5 * QUANTUM);
  expect(members.membersAt('n1')).to.deep.equal(names);
  return members;
}

function withOneDevice(count: number): Members {
  const names = namesOf(count);
  return new Members(names, [{ name: 'a1/q', nodes: names }]).on(...names).run(5 * QUANTUM);
}

const told = (members: Members, kind: string) => members.effects.filter(({ effect }) => effect.kind === kind);

describe('votes', () => {
  it('are one a node and one fewer than its nodes a device', () => {
    const names = namesOf(4);
    const config = { nodes: names, quorumDevices: spareDevices(names) };
    expect(majorityOf(config)).to.equal(4);
    expect(majorityOf({ nodes: names, quorumDevices: [{ name: 'a1/q', nodes: names }] })).to.equal(4);
    expect(majorityOf({ nodes: names, quorumDevices: [] })).to.equal(3);
  });

  it('of a device count for those that are wired to it', () => {
    const names = namesOf(4);
    const { stateOf } = new Members(names, spareDevices(names)).on('n1');
    const { config } = stateOf.call(new Members(names, spareDevices(names)).on('n1'), 'n1');
    const most = (...members: string[]) => mostVotes(config, { proposer: 'n1', generation: 1, members });
    expect([most('n1'), most('n1', 'n2'), most('n4'), most('n1', 'n4')]).to.deep.equal([2, 4, 4, 5]);
  });
});

describe('with a quorum device on each array', () => {
  it('the spare alone goes on when all the others are lost', () => {
    const members = withSpare(3).off('n1', 'n2', 'n3').run(DECIDED_MS);
    expect(members.membersAt('n4')).to.deep.equal(['n4']);
  });

  it('the others go on without the spare', () => {
    const members = withSpare(3).off('n4').run(DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(['n1', 'n2', 'n3']);
  });

  it('two of three go on without spare and third, on their own devices', () => {
    const members = withSpare(3).off('n3', 'n4').run(DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(['n1', 'n2']);
  });

  it('a node that is alone panics without asking for a device: there are too few for it', () => {
    const members = withSpare(3).split(['n1'], ['n2', 'n3', 'n4']).run(DECIDED_MS);
    expect(members.up).to.deep.equal(['n2', 'n3', 'n4']);
    const asked = told(members, 'ask-quorum-device').map(({ node }) => node);
    expect(asked).not.to.include('n1');
    expect(members.membersAt('n2')).to.deep.equal(['n2', 'n3', 'n4']);
  });

  for (const first of [0, 1]) {
    it(`exactly one side of a partition goes on, and all of the other panic at once (${first + 1})`, () => {
      const members = withSpare(3);
      const sides = [
        ['n1', 'n2'],
        ['n3', 'n4'],
      ];
      // The other side finds out a quantum later.
      members.cut = (from, to) => {
        const side = (node: string) => sides.findIndex((one) => one.includes(node));
        return side(from) !== side(to) && (side(to) === first || members.nowMs > 6 * QUANTUM);
      };
      members.run(2 * DECIDED_MS);
      expect(sides).to.deep.include(members.up);
      expect(members.up).to.deep.equal(sides[first]);
      for (const node of members.up) expect(members.membersAt(node)).to.deep.equal(members.up);
      const moments = told(members, 'panic').map(({ atMs }) => atMs);
      expect(moments).to.have.length(2);
      expect(moments[0]).to.equal(moments[1]);
    });
  }

  it('a device that does not answer is not counted, and kills nobody who has enough without it', () => {
    const members = withSpare(3);
    members.silent.add('a3/q');
    members.off('n3').run(DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(['n1', 'n2', 'n4']);
  });

  it('who cannot have enough with those that answer panics, and says which did not', () => {
    const members = withSpare(2);
    for (const device of ['a1/q', 'a2/q']) members.silent.add(device);
    members.off('n1', 'n2').run(DECIDED_MS);
    const [panic] = told(members, 'panic');
    expect(panic?.effect).to.deep.include({
      reason: 'no quorum: 1 of 3 votes; quorum devices lost: none, without answer: a1/q, a2/q',
    });
  });

  it('a claimer that is gone counts for nothing, and no less are the others a cluster', () => {
    const members = withSpare(3);
    for (const device of ['a1/q', 'a2/q']) members.silent.add(device);
    members.slow.add('a3/q');
    members.off('n3').run(DECIDED_MS);
    // All depends on the spare's device, and the spare dies before it says what came of it.
    members.off('n4').silent.clear();
    members.run(DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(['n1', 'n2']);
  });

  it('no device is asked for as long as nodes alone are enough', () => {
    const members = withSpare(3);
    expect(told(members, 'ask-quorum-device')).to.deep.equal([]);
  });

  it('keys of those outside are gone from all devices afterwards, keys of members are there', () => {
    const members = withSpare(3).off('n2').run(DECIDED_MS);
    const keys = members.devices.map(({ name, nodes }) =>
      nodes.map((node) => members.keys.isRegistered(node, name)),
    );
    expect(keys).to.deep.equal([
      [true, true],
      [false, true],
      [true, true],
    ]);
  });
});

describe('with one device that all nodes are wired to', () => {
  it('the first to ask wins, the other panics', () => {
    const members = withOneDevice(2).split(['n1'], ['n2']).run(DECIDED_MS);
    expect(members.up).to.have.length(1);
    expect(members.membersAt(members.up[0] ?? '')).to.deep.equal(members.up);
  });

  it('a race that has begun is run to its end, even if the others are heard again', () => {
    const members = withOneDevice(2).split(['n1'], ['n2']);
    members.slow.add('a1/q');
    members.run(DECIDED_MS).heal().run(QUANTUM);
    expect(['n1', 'n2'].map((node) => members.stateOf(node).proposal?.members)).to.deep.equal([
      ['n1'],
      ['n2'],
    ]);
    members.answerAll().run(QUANTUM);
    expect(members.up).to.have.length(1);
    expect(members.membersAt(members.up[0] ?? '')).to.deep.equal(members.up);
  });

  it('losing it together with a node leaves no quorum', () => {
    const members = withOneDevice(2);
    members.silent.add('a1/q');
    members.off('n2').run(DECIDED_MS);
    expect(members.up).to.deep.equal([]);
  });

  it('losing it alone harms nobody', () => {
    const members = withOneDevice(3);
    members.silent.add('a1/q');
    expect(members.run(2 * DECIDED_MS).up).to.deep.equal(['n1', 'n2', 'n3']);
  });

  it('a member that may not let others in because the device is silent goes on, and lets them in later', () => {
    const members = withOneDevice(3).off('n1', 'n3').run(DECIDED_MS);
    expect(members.membersAt('n2')).to.deep.equal(['n2']);
    members.silent.add('a1/q');
    members.on('n1').run(2 * DECIDED_MS);
    expect(members.membersAt('n2')).to.deep.equal(['n2']);
    members.silent.clear();
    members.run(PATIENCE + DECIDED_MS);
    expect(members.membersAt('n2')).to.deep.equal(['n1', 'n2']);
  });

  it('the next member asks when the proposer has no key', () => {
    const members = withOneDevice(3).off('n1').run(DECIDED_MS);
    // All are off, and n3 stays so: n1 lost its key, n2 has one.
    members
      .off('n2', 'n3')
      .on('n1', 'n2')
      .run(PATIENCE + DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(['n1', 'n2']);
    const asked = told(members, 'ask-quorum-device').slice(-2);
    expect(asked.map(({ node }) => node)).to.deep.equal(['n1', 'n2']);
  });
});
