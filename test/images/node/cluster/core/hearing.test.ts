/** What signs of life lead to: most often to next to nothing, and that is what a step must be able to tell. */
import { expect } from 'chai';
import { hearAgain } from '../../../../../images/node/cluster/core/hearing.ts';
import { onlyLifeSign } from '../../../../../images/node/cluster/core/heartbeat.ts';
import { hasLease } from '../../../../../images/node/cluster/core/lease.ts';
import { step } from '../../../../../images/node/cluster/core/step.ts';
import type { Heartbeat, State } from '../../../../../images/node/cluster/core/types.ts';
import {
  EMPTY,
  last,
  Members,
  namesOf,
  QUANTUM,
  spareDevices,
  TIMEOUT,
  together,
} from '../../../../helpers/core-members.ts';

const DECIDED_MS = TIMEOUT + 4 * QUANTUM;
const BOTH = ['n1', 'n2'];

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

describe('a sign of life is not all there is to a step', () => {
  const members = together().run(10 * QUANTUM);
  const state = members.stateOf('n1');
  const { said } = state;
  const heartbeat = state.peers['n2']?.heartbeat;
  if (said === null || heartbeat === undefined) throw new Error('nobody has said anything');
  const soonMs = members.nowMs + 1;
  const own = { proposer: 'n1', generation: 9, members: BOTH };
  const request = { id: 'r', change: { do: 'quiesce' as const, groups: [] } };

  const atTicks: [when: string, change: Partial<State>][] = [
    ['something has just happened', { restless: true }],
    ['it is in no view', { view: null }],
    ['it proposes one', { proposal: own }],
    ['its keys are not there yet', { joined: false }],
    ['somebody is to be fenced', { fencing: { ...state.fencing, done: false } }],
    ['a group failed here not long ago', { failures: { g: failure() } }],
    ['a device group is on its way here', { deviceDeadlines: { penguin: soonMs } }],
    ['a command is being carried out', { work: { ...work(), request } }],
    ['somebody needs the repository', { said: { ...said, repository: EMPTY } }],
    ['others are heard than it said', { said: { ...said, hears: ['n1'] } }],
    ['somebody’s time is over', { calmUntilMs: 0 }],
    ['it stood still', { lastTickMs: soonMs - 3 * QUANTUM }],
  ];
  it('when nothing is the matter it is', () => {
    expect(onlyLifeSign(state, soonMs)?.effects.map(({ kind }) => kind)).to.deep.equal(['send']);
    expect(hearAgain(state, { ...heartbeat, serial: heartbeat.serial + 1 }, soonMs)).to.not.equal(null);
  });
  for (const [when, change] of atTicks) {
    it(`at a tick when ${when}`, () => expect(onlyLifeSign({ ...state, ...change }, soonMs)).to.equal(null));
  }

  const peer = { lastHeardMs: members.nowMs, suspected: false, heartbeat };
  const atHeartbeats: [when: string, change: Partial<State>, heard: Partial<Heartbeat>][] = [
    ['something has just happened', { restless: true }, {}],
    ['it was suspected', { peers: { n2: { ...peer, suspected: true } } }, {}],
    ['it was not heard for a while', { peers: { n2: { ...peer, lastHeardMs: soonMs - TIMEOUT - 1 } } }, {}],
    ['it is of a new life', {}, { incarnation: heartbeat.incarnation + 1 }],
    ['it says something new to the president', {}, { since: heartbeat.since + 1 }],
    ['it has not heard of this one for long', {}, { echoes: {} }],
    ['somebody’s time is over', { calmUntilMs: 0 }, {}],
  ];
  for (const [when, change, heard] of atHeartbeats) {
    it(`in a heartbeat when ${when}`, () => {
      const next = { ...heartbeat, serial: heartbeat.serial + 1, ...heard };
      expect(hearAgain({ ...state, ...change }, next, soonMs)).to.equal(null);
    });
  }

  function failure() {
    return { atMs: 0, serial: 1, ordered: 0, resource: 'r', message: '' };
  }

  function work() {
    return { inquiry: null, repositoryVersion: 0, placementSerial: 0, warnings: [] };
  }
});

describe('a member that stood still', () => {
  it('suspects nobody and proposes nothing, whatever comes first after that', () => {
    const members = together().run(10 * QUANTUM);
    members.effects.length = 0;
    members.nowMs += 10 * TIMEOUT;
    members.give('n1', { kind: 'saved', version: 1 });
    expect(members.effects).to.deep.equal([]);
    expect(members.stateOf('n1').proposal).to.equal(null);
    members.run(5 * QUANTUM);
    expect(members.up).to.deep.equal(BOTH);
    expect(members.effects).to.deep.equal([]);
  });
});

describe('a heartbeat', () => {
  const members = together().run(10 * QUANTUM);
  const state = members.stateOf('n1');
  const heartbeat = state.peers['n2']?.heartbeat;
  if (heartbeat === undefined) throw new Error('n1 has not heard of n2');
  const { serial, incarnation, placement, since } = heartbeat;
  /** Something new, so that nothing but its place in the order of heartbeats keeps it from being taken in. */
  const news = {
    ...heartbeat,
    since: since + 1,
    placement: { ...placement, serial: placement.serial + 1 },
  };
  const cases: [what: string, change: Partial<Heartbeat>, taken: boolean][] = [
    ['that follows the last one is taken in', { serial: serial + 1 }, true],
    ['that was overtaken by a later one is not', { serial: serial - 1 }, false],
    ['that comes a second time is not', { serial }, false],
    [
      'of an earlier life is not, however far that life had counted',
      { incarnation: incarnation - 1, serial: serial + 99 },
      false,
    ],
    ['of a later life is, though it begins to count anew', { incarnation: incarnation + 1, serial: 1 }, true],
    ['of this node itself is not', { from: 'n1', serial: serial + 99 }, false],
    ['of a node that the cluster does not have is not', { from: 'n9', serial: 1 }, false],
  ];
  for (const [what, change, taken] of cases) {
    it(what, () => {
      const input = { kind: 'heartbeat', heartbeat: { ...news, ...change } } as const;
      const after = step(state, input, members.nowMs + 1).state;
      expect(after !== state).to.equal(taken);
      expect(after.placement.serial === news.placement.serial).to.equal(taken);
    });
  }
});

describe('a lease', () => {
  const members = together().run(10 * QUANTUM);
  const state = members.stateOf('n1');
  const told = (change: Partial<Heartbeat>): State => {
    const peer = state.peers['n2'];
    if (peer === undefined) throw new Error('n1 has not heard of n2');
    return { ...state, peers: { n2: { ...peer, heartbeat: { ...peer.heartbeat, ...change } } } };
  };
  const without = { proposer: 'n2', generation: 9, members: ['n2'] };
  const cases: [when: string, change: Partial<Heartbeat>, has: boolean][] = [
    ['holds while the others have heard of this node of late', {}, true],
    ['ends when they have not', { echoes: {} }, false],
    ['ends when one has accepted a view without it', { accepts: without, proposal: without }, false],
    ['ends when one has accepted another’s', { accepts: { ...without, proposer: 'n3' } }, false],
    ['holds when that one has given its proposal up', { accepts: without, proposal: null }, true],
    ['holds when it is in that view', { accepts: { ...without, members: BOTH }, proposal: without }, true],
  ];
  for (const [when, change, has] of cases)
    it(when, () => expect(hasLease(told(change), members.nowMs)).to.equal(has));
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
