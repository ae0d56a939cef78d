/** What users may notice of a full disk. */
import { expect } from 'chai';
import { diskFullHonest } from '../../harness/checkers/disk-full-honest.ts';
import { told } from '../helpers/told.ts';
import { faultOf, loadOf, observed, onOne, recordedOf } from '../helpers/told-storage.ts';

const room = (atMs: number, full: boolean) =>
  told('witness', atMs, { kind: 'room', node: 'Node1', point: '/one', freeBytes: full ? 0 : 1e6, full });
const fault = faultOf('disk-full', 'Node1:/one', {
  planned: 2990,
  applied: 3000,
  complete: 3010,
  undone: 6000,
});
const ERROR_14 = { outcome: 'indeterminate', detail: 'WCAP error 14' } as const;
const full = (plannedMs: number, kind: 'write' | 'read') =>
  kind === 'write' && plannedMs > 3100 && plannedMs < 6000 ? ERROR_14 : ({ outcome: 'ok' } as const);

const check = (...events: Parameters<typeof recordedOf>[1][]) => {
  const { timeline, facts } = recordedOf([onOne], ...events);
  return diskFullHonest.check(timeline, facts);
};
const seen = [...fault, room(2900, false), room(3020, true), room(6010, false), observed(onOne, 8500)];

describe('disk-full-honest', () => {
  it('is upheld when writes get error 14, reads go on, and writes again with room', () => {
    const { verdict, evidence } = check(seen, loadOf(onOne, full));
    expect(verdict, evidence.join()).to.equal('upheld');
  });

  for (const [what, answer] of [
    [
      'a write ends otherwise',
      (at) => (at === 5000 ? { outcome: 'failed', detail: 'ECONNREFUSED' } : undefined),
    ],
    ['a read fails', (at) => (at === 5010 ? { outcome: 'indeterminate', detail: 'no reply' } : undefined)],
    [
      'writes are refused though there is room',
      (at, kind) => (at > 6000 && kind === 'write' ? ERROR_14 : undefined),
    ],
  ] as [string, (at: number, kind: string) => ReturnType<typeof full> | undefined][])
    it(`is refuted when ${what}`, () => {
      expect(
        check(
          seen,
          loadOf(onOne, (at, kind) => answer(at, kind) ?? full(at, kind)),
        ).verdict,
      ).to.equal('refuted');
    });

  it('is inconclusive when the disk was never full, never had room again, or no write was refused', () => {
    expect(check(fault, room(2900, false), loadOf(onOne)).verdict).to.equal('inconclusive');
    expect(check(fault, room(3020, true), loadOf(onOne, full)).verdict).to.equal('inconclusive');
    expect(check(seen, loadOf(onOne)).verdict).to.equal('inconclusive');
  });
});
