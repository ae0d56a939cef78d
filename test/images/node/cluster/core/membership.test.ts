/** Joining, amnesia, keys, and what a member does at once or leaves for later. */
import { expect } from 'chai';
import { generationOf, isPresident } from '../../../../../images/node/cluster/core/draft.ts';
import { isKept } from '../../../../../images/node/cluster/core/generations.ts';
import type { Effect, Heartbeat, Repository, State } from '../../../../../images/node/cluster/core/types.ts';
import {
  EMPTY,
  Members,
  namesOf,
  PATIENCE,
  QUANTUM,
  spareDevices,
  TIMEOUT,
} from '../../../../helpers/core-members.ts';

const DECIDED_MS = TIMEOUT + 4 * QUANTUM;
const BOTH = ['n1', 'n2'];

const twoNodes = () => new Members(BOTH, [{ name: 'a1/q', nodes: BOTH }]);

/** Both in one cluster. */
const together = () =>
  twoNodes()
    .on(...BOTH)
    .run(5 * QUANTUM);

const kinds = (members: Members, node: string) =>
  members.effects.filter((one) => one.node === node).map(({ effect }) => effect.kind);

function last<Kind extends Effect['kind']>(members: Members, node: string, kind: Kind) {
  const found = members.effects.filter((one) => one.node === node && one.effect.kind === kind).at(-1);
  return found?.effect as Extract<Effect, { kind: Kind }> | undefined;
}

/** The president adds a group, and all members save it. */
function configure(members: Members, group: string): void {
  const [node = ''] = members.up;
  members.give(node, {
    kind: 'request',
    request: { id: group, change: { do: 'add-group', group, nodelist: null, properties: {} } },
  });
  members.run(2 * QUANTUM);
  const answered = last(members, node, 'answer');
  expect(answered?.answer).to.deep.include({ id: group, exit: 0 });
}

const groupsAt = (members: Members, node: string) =>
  members.stateOf(node).repository.groups.map(({ name }) => name);

describe('a node that boots for the first time ever', () => {
  it('waits for the others, and says why once', () => {
    const members = twoNodes()
      .on('n1')
      .run(5 * PATIENCE);
    expect(members.membersAt('n1')).to.equal(null);
    const waiting = members.effects.filter(({ effect }) => effect.kind === 'waiting-for-quorum');
    expect(waiting.map(({ effect }) => effect)).to.deep.equal([
      {
        kind: 'waiting-for-quorum',
        reason: '1 of 2 votes; quorum devices lost: a1/q, without answer: none',
      },
    ]);
    members.on('n2').run(5 * QUANTUM);
    expect(members.membersAt('n2')).to.deep.equal(BOTH);
  });

  it('has no key before it is a member', () => {
    const members = twoNodes()
      .on('n1')
      .run(5 * PATIENCE);
    expect(members.keys.isRegistered('n1', 'a1/q')).to.equal(false);
    members.on('n2').run(5 * QUANTUM);
    expect(BOTH.map((node) => members.keys.isRegistered(node, 'a1/q'))).to.deep.equal([true, true]);
  });
});

describe('amnesia', () => {
  it('does not befall a cluster whose member was down when the configuration changed', () => {
    const members = together().off('n2').run(DECIDED_MS);
    configure(members, 'g1');
    members
      .off('n1')
      .on('n2')
      .run(3 * PATIENCE);
    expect(members.membersAt('n2')).to.equal(null);
    members.on('n1').run(DECIDED_MS);
    expect(BOTH.map((node) => groupsAt(members, node))).to.deep.equal([['g1'], ['g1']]);
  });

  it('does not befall it when that member is the one that proposes, and the other knows more', () => {
    const members = together().off('n1').run(DECIDED_MS);
    configure(members, 'g1');
    members.on('n1').run(DECIDED_MS);
    expect(members.membersAt('n1')).to.deep.equal(BOTH);
    expect(BOTH.map((node) => groupsAt(members, node))).to.deep.equal([['g1'], ['g1']]);
  });

  it('does not befall it when the newer configuration is still on its way to the one that proposes', () => {
    const members = together().off('n1').run(DECIDED_MS);
    configure(members, 'g1');
    members.passes = (heartbeat) => ({ ...heartbeat, repository: null, since: -heartbeat.since });
    members.on('n1').run(DECIDED_MS);
    expect([members.membersAt('n1'), members.membersAt('n2')]).to.deep.equal([null, ['n2']]);
    members.passes = (heartbeat) => heartbeat;
    members.run(DECIDED_MS);
    expect(BOTH.map((node) => groupsAt(members, node))).to.deep.equal([['g1'], ['g1']]);
  });

  it('keeps no node from forming a cluster alone that was in the last one', () => {
    const members = together();
    configure(members, 'g1');
    members
      .off(...BOTH)
      .on('n2')
      .run(PATIENCE + DECIDED_MS);
    expect(members.membersAt('n2')).to.deep.equal(['n2']);
    expect(groupsAt(members, 'n2')).to.deep.equal(['g1']);
  });

  it('does not come of all nodes starting at once, and generations go on', () => {
    const members = together();
    configure(members, 'g1');
    const before = members.stateOf('n1').view?.generation ?? 0;
    members
      .off(...BOTH)
      .on(...BOTH)
      .run(5 * QUANTUM);
    expect(BOTH.map((node) => groupsAt(members, node))).to.deep.equal([['g1'], ['g1']]);
    expect(members.stateOf('n1').view?.generation).to.be.greaterThan(before);
  });

  it('is not brought by a running node’s quorum device being asked from outside of its partition', () => {
    const members = together().off('n2').run(DECIDED_MS);
    members
      .on('n2')
      .split(['n1'], ['n2'])
      .run(3 * PATIENCE);
    expect([members.membersAt('n1'), members.membersAt('n2')]).to.deep.equal([['n1'], null]);
  });
});

describe('joining', () => {
  const saving = (members: Members) => members.stateOf('n1').savedVersion;

  it('comes after the configuration is on disk, and starts nothing before the keys are there', () => {
    const members = together();
    const order = kinds(members, 'n1').filter((kind) => ['view', 'save', 'join', 'fence'].includes(kind));
    expect(order).to.deep.equal(['view', 'save', 'join', 'fence']);
    expect(generationOf(saving(members))).to.equal(last(members, 'n1', 'join')?.generation);
    expect(members.stateOf('n1').joined).to.equal(true);
  });

  it('is no member’s again: a later view has it refresh the keys of its quorum devices', () => {
    const members = together().off('n2').run(DECIDED_MS);
    expect(kinds(members, 'n1').filter((kind) => kind === 'join')).to.have.length(1);
    expect(last(members, 'n1', 'refresh-keys')).to.deep.equal({
      kind: 'refresh-keys',
      generation: members.stateOf('n1').view?.generation,
      others: ['n2'],
    });
  });

  it('of a new life has the others fence the one before it', () => {
    const members = together()
      .off('n2')
      .on('n2')
      .run(5 * QUANTUM);
    const { generation } = last(members, 'n1', 'view')?.view ?? { generation: 0 };
    expect(last(members, 'n1', 'fence')).to.deep.equal({
      kind: 'fence',
      generation,
      victims: [],
      reborn: { n2: generation },
    });
    expect(members.stateOf('n1').fencing.done).to.equal(true);
  });

  it('of the first members of a cluster has each fence all who are not in it', () => {
    const members = together();
    members
      .off(...BOTH)
      .on('n1')
      .run(PATIENCE + DECIDED_MS);
    expect(last(members, 'n1', 'fence')).to.deep.include({ victims: ['n2'], reborn: {} });
  });
});

describe('a key that an array refuses', () => {
  it('makes the cluster begin a view above it', () => {
    const members = together();
    members.give('n2', { kind: 'keys-lost', generation: 40 });
    members.run(3 * QUANTUM);
    expect(members.up).to.deep.equal(BOTH);
    for (const node of BOTH)
      expect(members.stateOf(node).view).to.deep.equal({ generation: 41, members: BOTH });
    expect(last(members, 'n2', 'refresh-keys')?.generation).to.equal(41);
  });

  it('does so too when it is the president’s', () => {
    const members = together();
    members.give('n1', { kind: 'keys-lost', generation: members.stateOf('n1').view?.generation ?? 0 });
    members.run(3 * QUANTUM);
    expect(last(members, 'n1', 'refresh-keys')?.generation).to.equal(2);
  });

  it('of an earlier generation is none to worry about', () => {
    const members = together();
    const { view } = members.stateOf('n1');
    members.give('n2', { kind: 'keys-lost', generation: (view?.generation ?? 0) - 1 });
    members.run(3 * QUANTUM);
    expect(members.stateOf('n1').view).to.deep.equal(view);
  });
});

describe('a proposal', () => {
  it('that was accepted and came to nothing leaves no president without power', () => {
    const members = together();
    members.cut = (from) => from === 'n2';
    members.run(TIMEOUT + QUANTUM);
    members.heal();
    if (!members.up.includes('n1')) members.on('n1');
    members.run(PATIENCE + DECIDED_MS);
    configure(members, 'g1');
  });
});

describe('a configuration', () => {
  const rival = { proposer: 'n3', generation: 9, members: BOTH };
  const told = (members: Members, change: Partial<Heartbeat>): State => {
    const state = members.stateOf('n1');
    const peer = state.peers['n2'];
    if (peer === undefined) throw new Error('n1 has not heard of n2');
    return { ...state, peers: { n2: { ...peer, heartbeat: { ...peer.heartbeat, ...change } } } };
  };

  it('is kept once every member has it on disk and none of them has accepted a later view', () => {
    const members = together();
    const state = members.stateOf('n1');
    const { version } = state.repository;
    expect(isKept(state, version)).to.equal(true);
    expect(isKept({ ...state, savedVersion: version - 1 }, version)).to.equal(false);
    expect(isKept({ ...state, accepts: rival }, version)).to.equal(false);
    expect(isKept(told(members, { savedVersion: version - 1 }), version)).to.equal(false);
    expect(isKept(told(members, { accepts: rival }), version)).to.equal(false);
  });

  it('is no longer changed by a president that has accepted a later view, unless it was its own and came to nothing', () => {
    const state = together().stateOf('n1');
    expect(isPresident(state)).to.equal(true);
    expect(isPresident({ ...state, accepts: rival })).to.equal(false);
    const own = { ...rival, proposer: 'n1' };
    expect(isPresident({ ...state, accepts: own, proposal: own })).to.equal(false);
    expect(isPresident({ ...state, accepts: own })).to.equal(true);
  });
});

describe('a member of a cluster at rest', () => {
  it('only says that it is alive, and takes in that others are', () => {
    const members = together().run(10 * QUANTUM);
    members.effects.length = 0;
    const before = members.stateOf('n1');
    members.run(10 * QUANTUM);
    const after = members.stateOf('n1');
    expect(members.effects).to.deep.equal([]);
    expect(after.serial - before.serial).to.equal(10);
    expect(after.said?.since).to.equal(before.said?.since);
    const { peers, serial, sent, said, lastTickMs, calmUntilMs, ...rest } = after;
    for (const [field, value] of Object.entries(rest))
      expect(value, field).to.equal(before[field as keyof typeof before]);
  });
});

describe('what a member hears', () => {
  it('is told, when one comes as another goes', () => {
    const names = namesOf(3);
    const members = new Members(names, spareDevices(names)).on(...names).run(5 * QUANTUM);
    members.off('n2').run(DECIDED_MS);
    members.off('n1').on('n2').run(DECIDED_MS);
    expect(members.stateOf('n3').said?.hears).to.deep.equal(['n2', 'n3']);
    members.run(DECIDED_MS);
    expect(members.membersAt('n2')).to.deep.equal(['n2', 'n3']);
  });

  it('is that another is silent, as soon as anybody says anything after its time is over', () => {
    const names = namesOf(3);
    const members = new Members(names, spareDevices(names)).on(...names).run(5 * QUANTUM);
    members.off('n1').run(TIMEOUT);
    expect(last(members, 'n3', 'suspected')).to.equal(undefined);
    members.nowMs += 1;
    const { said } = members.stateOf('n2');
    if (said === null) throw new Error('n2 has said nothing');
    members.give('n3', { kind: 'heartbeat', heartbeat: { ...said, serial: said.serial + 1 } });
    expect(last(members, 'n3', 'suspected')).to.deep.equal({ kind: 'suspected', peer: 'n1' });
  });
});

describe('a hundred nodes and more', function () {
  this.timeout(600_000);
  /** DRILL_NODES=n tries more of them; what it takes grows with the square and more, since all run in one process. */
  const count = Number(process.env['DRILL_NODES'] ?? 100);

  it('form a cluster, go on without some of them, and choose one side of a partition', () => {
    const names = namesOf(count);
    const spare = names.slice(-1);
    const slow = { heartbeatQuantumMs: 500, heartbeatTimeoutMs: 1000 };
    const members = new Members(names, spareDevices(names), slow).on(...names).run(1500);
    expect(members.membersAt('n1')).to.deep.equal(names);
    members.off('n1', 'n7').run(2500);
    const left = names.filter((node) => node !== 'n1' && node !== 'n7');
    for (const node of left) expect(members.membersAt(node)).to.deep.equal(left);
    // Half of the nodes with the spare have a majority with their devices and those of all who are gone.
    const half = left.slice(0, count / 2 - 2);
    const rest = left.filter((node) => !half.includes(node));
    expect(rest).to.include.members(spare);
    members.split(half, rest).run(2500);
    expect(members.up).to.deep.equal(rest);
    for (const node of rest) expect(members.membersAt(node)).to.deep.equal(rest);
  });
});

describe('a repository on disk', () => {
  const made: Repository = { ...EMPTY, version: 3_000_004 };

  it('does not make a cluster of a node that has no key', () => {
    const members = twoNodes();
    members.disks.set('n1', made);
    members.on('n1').run(5 * PATIENCE);
    expect(members.membersAt('n1')).to.equal(null);
  });

  it('says which generations were used already', () => {
    const members = twoNodes();
    members.disks.set('n2', made);
    members.on(...BOTH).run(5 * QUANTUM);
    expect(members.stateOf('n1').view?.generation).to.equal(4);
    const spares = new Members(namesOf(3), spareDevices(namesOf(3)));
    expect(
      spares
        .on(...spares.names)
        .run(5 * QUANTUM)
        .stateOf('n1').view?.generation,
    ).to.equal(1);
  });
});
