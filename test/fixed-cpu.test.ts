/** What CPU a node gets while it is measured. */
import { expect } from 'chai';
import { sizeFor } from '../harness/containers/fixed-cpu.ts';
import type { Timeline } from '../harness/timeline.ts';

const window = { fromMs: 1000, untilMs: 5000 };
/** A node's CPU time at both ends of the window, in ms. */
const used = (node: string, cpuMs: number): Timeline => [
  { source: 'witness', kind: 'cpu', node, cpuMs: 100, atMs: 1000 },
  { source: 'witness', kind: 'cpu', node, cpuMs: 100 + cpuMs, atMs: 5000 },
];

describe('the CPU of a node that is measured', () => {
  const timeline = [...used('Node1', 800), ...used('Node2', 80)];

  it('is what the busiest needed, and a part of it more', () => {
    expect(sizeFor(timeline, ['Node1', 'Node2'], window, 0.3, 2)).to.equal(0.26);
  });

  it('leaves half a core free, or is refused with the figures', () => {
    expect(sizeFor(timeline, ['Node1', 'Node2'], window, 0.3, 1.02)).to.equal(0.26);
    expect(() => sizeFor(timeline, ['Node1', 'Node2'], window, 0.3, 1)).to.throw(
      /2 nodes would have 0.26 CPU cores each.*has 1;/,
    );
  });

  it('cannot be told without the witness', () => {
    expect(() => sizeFor([], ['Node1'], window, 0.3, 2)).to.throw(/told no CPU time/);
  });
});
