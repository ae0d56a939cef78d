/** Who was without quorum, reckoned from what the witness and the arrays saw. */
import { expect } from 'chai';
import { lossesOfQuorum } from '../harness/quorum.ts';
import { stagesOf } from '../harness/stages.ts';
import type { DrillFacts, TimelineEvent } from '../harness/timeline.ts';
import { addressesOn, facts, sorted, told } from './helpers/told.ts';

const seen = (node: string, atMs: number) => told('witness', atMs, { kind: 'node-seen', node, pid: 1 });
const gone = (node: string, atMs: number) => told('witness', atMs, { kind: 'node-gone', node, pid: 1 });
const shut = (node: string, atMs: number, ...addresses: string[]) =>
  told('witness', atMs, { kind: 'blackholes', node, addresses });
const preempted = (victim: string, atMs: number, lun = 'penguin/q1', granted = true) =>
  told('penguin', atMs, { kind: 'preempted', node: 'Node2', victim, lun, granted });
const registered = (node: string, atMs: number) => told('penguin', atMs, { kind: 'key-registered', node });

const pair: DrillFacts = { ...facts, quorum: [{ lun: 'penguin/q1', nodes: ['Node1', 'Node2'] }] };
const nPlusOne: DrillFacts = {
  ...facts,
  nodes: ['Node1', 'Node2', 'Spare'],
  quorum: [
    { lun: 'penguin1/q1', nodes: ['Node1', 'Spare'] },
    { lun: 'penguin2/q1', nodes: ['Node2', 'Spare'] },
  ],
};
const up = (known: DrillFacts) => known.nodes.map((node, index) => seen(node, 100 + index));
const losses = (known: DrillFacts, ...events: TimelineEvent[]) =>
  lossesOfQuorum(sorted([...up(known), ...events]), known).map(
    ({ node, fromMs, untilMs }) => `${node} ${fromMs}-${Number.isFinite(untilMs) ? untilMs : ''}`,
  );

describe('who was without quorum', () => {
  it('nobody while all are there, or one of two is not', () => {
    expect(losses(pair)).to.deep.equal([]);
    expect(losses(pair, gone('Node2', 500))).to.deep.equal([]);
  });

  it('not the only node of its cluster, which needs no device', () => {
    const only: DrillFacts = { ...facts, nodes: ['Node1'], quorum: [] };
    expect(losses(only, gone('Node1', 500), seen('Node1', 900))).to.deep.equal([]);
    expect(losses({ ...only, nodes: ['Node1', 'Node2'] }, gone('Node2', 500))).to.deep.equal(['Node1 500-']);
  });

  it('whose key was taken off a quorum device, until it has joined again', () => {
    expect(losses(pair, preempted('Node1', 500))).to.deep.equal(['Node1 500-']);
    expect(losses(pair, preempted('Node1', 500), registered('Node1', 900))).to.deep.equal(['Node1 500-900']);
    expect(losses(pair, preempted('Node1', 500), preempted('Node1', 510))).to.deep.equal(['Node1 500-']);
  });

  it('not by another disk, nor by a claim that the array refused', () => {
    expect(losses(pair, preempted('Node1', 500, 'penguin/d400'))).to.deep.equal([]);
    expect(losses(pair, preempted('Node1', 500, 'penguin/q1', false))).to.deep.equal([]);
  });

  it('who is left of three with two of five votes, until others are back', () => {
    const left = [gone('Spare', 500), gone('Node2', 700)];
    expect(losses(nPlusOne, ...left)).to.deep.equal(['Node1 700-']);
    expect(losses(nPlusOne, ...left, seen('Spare', 900))).to.deep.equal(['Node1 700-900']);
    expect(losses(nPlusOne, ...left, gone('Node1', 800))).to.deep.equal(['Node1 700-800']);
  });

  it('not the spare that is left alone: it has two devices', () => {
    expect(losses(nPlusOne, gone('Node1', 500), gone('Node2', 700))).to.deep.equal([]);
  });

  it('who is left with the array of the quorum device lost', () => {
    const lost = told('penguin', 500, { kind: 'array-lost' });
    expect(losses(pair, lost)).to.deep.equal([]);
    expect(losses(pair, lost, gone('Node2', 700))).to.deep.equal(['Node1 700-']);
    const back = told('penguin', 900, { kind: 'array-back' });
    expect(losses(pair, lost, gone('Node2', 700), back)).to.deep.equal(['Node1 700-900']);
  });

  it('who no longer hears the others over either interconnect', () => {
    const others = { Node2: ['198.18.1.11', '198.18.2.11'], Spare: ['198.18.1.12', '198.18.2.12'] };
    const known = Object.entries(others).map(([node, own]) => addressesOn(node, 150, ...own));
    const all = shut('Node1', 500, ...others.Node2, ...others.Spare);
    expect(losses(nPlusOne, ...known, all)).to.deep.equal(['Node1 500-']);
    expect(losses(nPlusOne, ...known, shut('Node1', 500, ...others.Node2))).to.deep.equal([]);
    const one = shut('Node1', 500, '198.18.1.11', '198.18.1.12');
    expect(losses(nPlusOne, ...known, one)).to.deep.equal([]);
    expect(losses(nPlusOne, ...known, all, shut('Node1', 800))).to.deep.equal(['Node1 500-800']);
  });

  it('nobody before all have been there once', () => {
    const timeline = sorted([seen('Node1', 100), shut('Node1', 200), ...up(nPlusOne).slice(1)]);
    expect(lossesOfQuorum(timeline, nPlusOne)).to.deep.equal([]);
  });
});

describe('where the time of a drill went', () => {
  const stage = (atMs: number, name: string) => told('drill', atMs, { kind: 'stage', name });
  it('from each word to the next, the same ones together, with what it took to sweep', () => {
    const timeline = sorted([
      stage(0, 'networks'),
      stage(300, 'drill'),
      stage(500, 'other'),
      stage(600, 'drill'),
    ]);
    expect(stagesOf(timeline, { ...facts, endedMs: 1000, sweptMs: 1400 })).to.deep.equal([
      { name: 'networks', durationMs: 300 },
      { name: 'drill', durationMs: 600 },
      { name: 'other', durationMs: 100 },
      { name: 'sweeping', durationMs: 400 },
    ]);
    expect(stagesOf([], facts)).to.deep.equal([]);
  });
});
