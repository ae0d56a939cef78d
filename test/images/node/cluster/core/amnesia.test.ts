/** Who may form a cluster with the configuration that it has on disk, and when that is the cluster's for good. */
import { expect } from 'chai';
import { isPresident } from '../../../../../images/node/cluster/core/draft.ts';
import { isKept } from '../../../../../images/node/cluster/core/generations.ts';
import type { Heartbeat, Repository, State } from '../../../../../images/node/cluster/core/types.ts';
import {
  configure,
  EMPTY,
  Members,
  namesOf,
  PATIENCE,
  QUANTUM,
  spareDevices,
  TIMEOUT,
  together,
  twoNodes,
} from '../../../../helpers/core-members.ts';

const DECIDED_MS = TIMEOUT + 4 * QUANTUM;
const BOTH = ['n1', 'n2'];

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
