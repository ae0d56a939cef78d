/** Joining, keys that are refused, proposals that come to nothing, and many nodes. */
import { expect } from 'chai';
import { generationOf } from '../../../../../images/node/cluster/core/draft.ts';
import { fencingFor, isOutdated } from '../../../../../images/node/cluster/core/generations.ts';
import type { Heartbeat, Input } from '../../../../../images/node/cluster/core/types.ts';
import {
  configure,
  last,
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

const kinds = (members: Members, node: string) =>
  members.effects.filter((one) => one.node === node).map(({ effect }) => effect.kind);

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

  it('is followed, in later views too, by keys only when the configuration of that view is on disk', () => {
    const members = together();
    members.effects.length = 0;
    members.off('n2').run(DECIDED_MS);
    const order = kinds(members, 'n1').filter((kind) => ['view', 'save', 'refresh-keys'].includes(kind));
    expect(order).to.deep.equal(['view', 'save', 'refresh-keys']);
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

describe('what an array has done', () => {
  const reported = (members: Members, node: string, input: Input) => {
    members.give(node, input);
    return members.stateOf(node);
  };

  it('for an earlier view is no fence of the present one’s victims', () => {
    const members = new Members(namesOf(5), spareDevices(namesOf(5)));
    members.on(...members.names).run(5 * QUANTUM);
    members.fences = () => false;
    members.off('n2').run(DECIDED_MS);
    const before = last(members, 'n1', 'fence')?.generation ?? 0;
    members.off('n3').run(DECIDED_MS);
    const now = last(members, 'n1', 'fence');
    expect(now).to.deep.include({ victims: ['n3', 'n2'] });
    expect(now?.generation).to.be.greaterThan(before);
    const result = { kind: 'fence-result', ok: true, message: '' } as const;
    expect(reported(members, 'n1', { ...result, generation: before }).fencing.done).to.equal(false);
    const { generation = 0 } = now ?? {};
    expect(reported(members, 'n1', { ...result, generation }).fencing.done).to.equal(true);
  });

  it('for an earlier view leaves a new life without the keys of the present one', () => {
    const members = twoNodes();
    members.joins = () => false;
    members
      .on('n1')
      .on('n2')
      .run(5 * QUANTUM);
    const before = last(members, 'n1', 'join')?.generation ?? 0;
    members.give('n1', { kind: 'keys-lost', generation: before });
    members.run(5 * QUANTUM);
    const generation = last(members, 'n1', 'join')?.generation ?? 0;
    expect(generation).to.be.greaterThan(before);
    const result = { kind: 'joined', ok: true, message: '' } as const;
    expect(reported(members, 'n1', { ...result, generation: before }).joined).to.equal(false);
    expect(reported(members, 'n1', { ...result, generation }).joined).to.equal(true);
  });
});

describe('a node that this one has promised a view with', () => {
  it('is fenced like a member, for it may have made that view', () => {
    const state = together().stateOf('n1');
    const { generation = 0 } = state.view ?? {};
    const next = { generation: generation + 2, members: ['n1', 'n2'] };
    expect(fencingFor(state, next).victims).to.deep.equal([]);
    expect(fencingFor({ ...state, promised: ['n1', 'n3'] }, next).victims).to.deep.equal(['n3']);
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

describe('a view', () => {
  const state = together().stateOf('n1');
  const { view } = state;
  const peer = state.peers['n2'];
  if (view === null || peer === undefined) throw new Error('n1 is in no view with n2');
  const told = (change: Partial<Heartbeat>) => ({
    ...state,
    peers: { n2: { ...peer, heartbeat: { ...peer.heartbeat, ...change } } },
  });

  it('is made anew for a new life that has itself proposed one of the same generation', () => {
    const own = { proposer: 'n2', generation: view.generation, members: ['n2'] };
    expect(isOutdated(told({ view: null, accepts: own }), view)).to.equal(true);
  });

  it('is as it should be while a member that has accepted it is about to adopt it', () => {
    const accepts = { proposer: 'n1', ...view };
    expect(isOutdated(told({ view: null, accepts }), view)).to.equal(false);
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
