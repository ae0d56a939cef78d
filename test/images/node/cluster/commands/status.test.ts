import { expect } from 'chai';
import { scstat } from '../../../../../images/node/cluster/commands/status.ts';
import type { State } from '../../../../../images/node/cluster/core/types.ts';
import { run } from '../../../../helpers/core-runs.ts';
import { repositoryFor } from '../../../../helpers/core-schedules.ts';

/** The state of the first node of a cluster that has come online. */
function onlineState(dead: number | null = null): { state: State; nowMs: number } {
  const links = { lossPercent: 0, duplicatePercent: 0, longestDelayMs: 2 };
  const fails = { startFailsPercent: 0, stopFailsPercent: 0 };
  const simulation = run({ seed: 1, nodes: 2, quorumDevice: true, links, ...fails, dead, events: [] });
  const [node] = simulation.nodes;
  if (node === undefined) throw new Error('a simulation without nodes');
  return { state: node.state, nowMs: simulation.nowMs };
}

const rows = (text: string, word: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.includes(word))
    .map((line) => line.trim().split(/\s+/));

describe('scstat', () => {
  it('shows each node, group and resource where it is', () => {
    const { state, nowMs } = onlineState();
    const text = scstat(state, [], nowMs);
    expect(rows(text, 'Cluster node:').map((row) => row.slice(2))).to.deep.equal([
      ['n1', 'Online'],
      ['n2', 'Online'],
    ]);
    expect(rows(text, 'Group:').map((row) => row.slice(1))).to.deep.equal([
      ['g1', 'n1', 'Online'],
      ['g1', 'n2', 'Offline'],
      ['g2', 'n2', 'Online'],
      ['g2', 'n1', 'Offline'],
    ]);
    expect(rows(text, 'Resource: ')).to.deep.include(['Resource:', 'g1-cal', 'n1', 'Online']);
    expect(rows(text, 'Resource: ')).to.deep.include(['Resource:', 'g1-cal', 'n2', 'Offline']);
    expect(text).to.match(/heard by n1: n1, n2$/);
  });

  it('shows a node that is gone as offline, with all its groups', () => {
    const { state, nowMs } = onlineState(1);
    const text = scstat(state, ['-n', '-g'], nowMs);
    expect(rows(text, 'Cluster node:').map((row) => row.at(-1))).to.deep.equal(['Online', 'Offline']);
    expect(rows(text, 'Group:')).to.deep.include(['Group:', 'g2', 'n2', 'Offline']);
    expect(rows(text, 'Group:')).to.deep.include(['Group:', 'g2', 'n1', 'Online']);
    expect(text).not.to.include('Quorum Summary');
  });

  it('counts the votes, the quorum device among them', () => {
    const { state, nowMs } = onlineState(1);
    const counts = rows(scstat(state, ['-q'], nowMs), 'Quorum votes').map((row) => row.at(-1));
    expect(counts).to.deep.equal(['3', '2', '2']);
  });

  it('shows why a resource failed', () => {
    const { state, nowMs } = onlineState();
    const failed = { ...state.local['g1-cal'], state: 'Stop_failed', message: 'still there' };
    const local = { ...state.local, 'g1-cal': failed } as State['local'];
    expect(scstat({ ...state, local }, ['-g'], nowMs)).to.match(/g1-cal +n1 +Stop_failed +still there/);
  });

  it('shows a group that no command has managed yet as unmanaged', () => {
    const { state, nowMs } = onlineState();
    const groups = [{ name: 'new', nodelist: ['n1'], managed: false, properties: {} }];
    const repository = { ...repositoryFor(2), groups };
    expect(scstat({ ...state, repository }, ['-g'], nowMs)).to.match(/new +n1 +Unmanaged/);
  });

  it('names an option that it does not have, and those that it has', () => {
    const { state, nowMs } = onlineState();
    expect(() => scstat(state, ['-x'], nowMs)).to.throw(/-x.*-n, -q, -g/);
  });
});
