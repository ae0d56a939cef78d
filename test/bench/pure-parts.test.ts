/** Small pure parts of the benchmarks: phases, the machine's figures, processes, tables, and what the sides are told. */
import { expect } from 'chai';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { processesIn } from './daemon.ts';
import { cpuTicksIn, cpuUse, idlePercent } from './machine.ts';
import { phasesBetween, SERVED } from './marks.ts';
import { benchCommands, benchTopology } from './ours/topology.ts';
import { peerCommands } from './peer/configuration.ts';
import { renderTable } from './report.ts';
import type { Mark } from './side.ts';

describe('bench: phases', () => {
  const said = (atMs: number, text: string): TimelineEvent => ({ kind: 'log', source: 'Node1', atMs, text });
  const mark = (name: string): Mark => ({
    name,
    shows: (event) => event.kind === 'log' && event.text === name,
  });
  const marks = ['a', 'b', 'c'].map(mark);

  it('follow each other in the order of time and add up to the interruption', () => {
    const events = [said(50, 'b'), said(130, 'b'), said(160, 'a'), said(170, 'b')];
    expect(phasesBetween(events, marks, 110, { fromMs: 100, untilMs: 200 })).to.deep.equal([
      { name: 'b', ms: 30 },
      { name: 'a', ms: 30 },
      { name: SERVED, ms: 40 },
    ]);
  });

  it('do not reach beyond it', () => {
    const events = [said(115, 'a'), said(300, 'c')];
    const phases = phasesBetween(events, marks, 110, { fromMs: 120, untilMs: 200 });
    expect(phases.map(({ ms }) => ms)).to.deep.equal([0, 80, 0]);
  });
});

describe('bench: the machine', () => {
  it('tells what was stolen of a stretch of time', () => {
    const from = cpuTicksIn('cpu  100 0 50 800 20 5 5 20 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n');
    expect(from).to.deep.equal({ total: 1000, idle: 820, steal: 20 });
    const use = cpuUse(from, { total: 1200, idle: 900, steal: 70 });
    expect(use).to.deep.equal({ busyPercent: 35, stealPercent: 25 });
    expect(use && idlePercent(use)).to.equal(40);
    expect(cpuUse(from, from)).to.equal(null);
    expect(cpuUse(null, from)).to.equal(null);
  });

  it('has processes with memory and CPU', () => {
    const line =
      'node images/node/main.ts |VmRSS:\t   61440 kB|12 (node (x) y) S 1 12 12 0 -1 4194560 9 0 0 0 250 50 10 5 20 0';
    expect(processesIn(`${line}\nnonsense\n`)).to.deep.equal([
      { command: 'node images/node/main.ts', residentKiB: 61_440, ticks: 315 },
    ]);
  });
});

describe('bench: tables', () => {
  it('are aligned Markdown', () => {
    const table = { title: 'T', columns: ['a', 'long'], rows: [['12', '3']] };
    expect(renderTable(table)).to.equal('T\n\n| a  | long |\n| -- | ---- |\n| 12 | 3    |\n');
  });
});

describe('bench: what the sides are told', () => {
  const configuration = {
    address: '198.18.0.200',
    device: '/dev/d400',
    lun: 'd400',
    array: '198.18.1.40',
    first: 'Node2',
    nodes: ['Node1', 'Node2'],
  };
  const xmlOf = (array: string | null) =>
    peerCommands({ ...configuration, array })
      .at(-1)
      ?.at(-1) ?? '';

  it('the peer gets a group in order, its place, and fencing where that is asked for', () => {
    const xml = xmlOf('198.18.1.40');
    const ids = [...xml.matchAll(/<primitive id="(\w+)"/g)].map(([, id]) => id);
    expect(ids).to.deep.equal(['fence', 'storage', 'address', 'service']);
    expect(xml).to.include('node="Node2" score="50"').and.to.include('value="Node1 Node2"');
    expect(xmlOf(null)).to.not.include('fence');
    const stonith = (array: string | null) => peerCommands({ ...configuration, array })[0]?.at(-1);
    expect([stonith('198.18.1.40'), stonith(null)]).to.deep.equal(['true', 'false']);
  });

  it('no id is in it twice', () => {
    const ids = [...xmlOf('198.18.1.40').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).to.include.members(['bench', 'fence-start', 'service-directory', 'first']);
    expect(ids.length).to.equal(new Set(ids).size);
  });

  it('ours: the measured group prefers the two nodes of the repetition, the others are spread', () => {
    const commands = benchCommands({ nodes: 4, groups: 3 }, 'Node2', 'Node1', '/s.mjs');
    const lists = commands
      .filter((one) => one.startsWith('scrgadm -a -g'))
      .map((one) => one.split(' ').at(-1));
    expect(lists).to.deep.equal([
      'Node2,Node1,Node3,Node4',
      'Node2,Node3,Node4,Node1',
      'Node3,Node4,Node1,Node2',
    ]);
  });

  it('ours, N+1: every group has an array that its own node and the spare are wired to', () => {
    const size = { nodes: 4, groups: 3, spare: true };
    const { arrays } = benchTopology(size);
    expect(arrays.map(({ nodes }) => nodes)).to.deep.equal([
      ['Node1', 'Node2'],
      ['Node3', 'Node2'],
      ['Node4', 'Node2'],
    ]);
    const lists = benchCommands(size, 'Node2', 'Node1', '/s.mjs')
      .filter((one) => one.startsWith('scrgadm -a -g'))
      .map((one) => one.split(' ').at(-1));
    expect(lists).to.deep.equal(['Node2,Node1', 'Node3,Node2', 'Node4,Node2']);
  });

  it('ours: every group has a device group, a volume, an address and a line in vfstab of its own', () => {
    const { fileSystems, hosts, deviceGroups } = benchTopology({ nodes: 16, groups: 16 });
    expect(new Set(fileSystems.map(({ volume }) => volume)).size).to.equal(16);
    expect(new Set(hosts).size).to.equal(16);
    expect(deviceGroups.map(({ volumes }) => volumes.length)).to.deep.equal(Array(16).fill(1));
  });
});
