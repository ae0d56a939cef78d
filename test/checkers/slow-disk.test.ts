/** A slow disk: how it shows, and what users may notice of it. */
import { expect } from 'chai';
import { slowDiskEndured } from '../../harness/checkers/slow-disk-endured.ts';
import { slowArray } from '../../harness/faults/slow-array.ts';
import { faultsOf, signs, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { sorted, told } from '../helpers/told.ts';
import { faultOf, loadOf, observed, onOne, recordedOf } from '../helpers/told-storage.ts';

const applied = faultOf('slow-array', 'penguin', { planned: 2990, applied: 3000, complete: 3010 });
const undone = faultOf('slow-array', 'penguin', {
  planned: 2990,
  applied: 3000,
  complete: 3010,
  undone: 6000,
});
const reads = (fromMs: number, tookMs: number, count = 5) =>
  Array.from({ length: count }, (_, index) =>
    told('witness', fromMs + index * 100, { kind: 'disk-speed', array: 'penguin', tookMs }),
  );

function seen(...events: TimelineEvent[]) {
  const timeline = sorted(events);
  const [first] = faultsOf(timeline);
  if (first === undefined) throw new Error('no fault in the timeline');
  return verifyFault(timeline, first);
}

describe('an array that becomes slow', () => {
  it('shows to whoever reads from it, and so does its end', () => {
    expect(signs[slowArray('penguin', 5).name]).to.have.all.keys('applied', 'undone');
    expect(seen(...applied, ...reads(2500, 1), ...reads(3050, 26)).verified).to.equal(true);
    expect(seen(...undone, ...reads(2500, 1), ...reads(3050, 26), ...reads(6050, 1)).verified).to.equal(true);
  });

  for (const [what, events, why] of [
    ['nobody read before', [...applied, ...reads(3050, 26)], /did not read from penguin beforehand/],
    ['nobody read after', [...applied, ...reads(2500, 1)], /hardly read/],
    [
      'it is as fast as before',
      [...applied, ...reads(2500, 1), ...reads(3050, 1.2)],
      /took 1 ms before and 1 ms after/,
    ],
    [
      'it is as slow as before',
      [...undone, ...reads(2500, 1), ...reads(3050, 26), ...reads(6050, 25)],
      /as slow as before/,
    ],
  ] as [string, TimelineEvent[], RegExp][])
    it(`is not believed when ${what}`, () => {
      const { verified, detail } = seen(...events);
      expect(verified).to.equal(false);
      expect(detail).to.match(why);
    });
});

describe('slow-disk-endured', () => {
  const check = (...events: Parameters<typeof recordedOf>[1][]) => {
    const { timeline, facts } = recordedOf([onOne], ...events);
    return slowDiskEndured.check(timeline, facts);
  };
  const until = observed(onOne, 8500);

  it('is upheld when all succeed where they were, and says how long they took', () => {
    const { verdict, evidence } = check(undone, until, loadOf(onOne));
    expect(verdict, evidence.join()).to.equal('upheld');
    expect(evidence.join()).to.include('less than 4 ms');
  });

  it('is refuted by one that fails, or by another node that answers', () => {
    const failing = loadOf(onOne, (at) => (at === 4000 ? { outcome: 'failed' } : { outcome: 'ok' }));
    const moved = loadOf(onOne, (at) => ({ outcome: 'ok', node: at < 5000 ? 'Node1' : 'Node2' }));
    expect(check(undone, until, failing).verdict).to.equal('refuted');
    expect(check(undone, until, moved).verdict).to.equal('refuted');
  });

  it('is inconclusive when nothing was slow, or nobody wrote meanwhile', () => {
    expect(check(applied, until, loadOf(onOne)).verdict).to.equal('inconclusive');
    expect(check(undone, until).verdict).to.equal('inconclusive');
  });
});
