import { expect } from 'chai';
import fc from 'fast-check';
import { acknowledgedWrites } from '../../harness/checkers/acknowledged-writes.ts';
import { ledgerOf } from '../../harness/checkers/ledger.ts';
import type { Outcome } from '../../images/common/protocol.ts';
import { facts, operation, service, sorted, told } from '../helpers/told.ts';

/** One write as the client saw it, and how often each way of reading back finds it. */
const write = fc.record({
  outcome: fc.constantFrom<Outcome[]>('ok', 'ok', 'failed', 'indeterminate'),
  inService: fc.integer({ min: 0, max: 2 }),
  onVolume: fc.integer({ min: 0, max: 2 }),
});
type Write = { outcome: Outcome; inService: number; onVolume: number };

function timelineOf(writes: readonly Write[]) {
  const found = (times: (one: Write) => number) =>
    writes.map((one, index) => ({
      uid: `w${index}`,
      sequences: Array.from({ length: times(one) }, (_, again) => 10 * index + again),
    }));
  const applied = { kind: 'fault', fault: 'power-loss', target: 'Node1', stage: 'applied' } as const;
  return sorted([
    told('drill', 0, applied),
    ...writes.map(({ outcome }, index) => operation('write', `w${index}`, index, index + 1, outcome)),
    told('client', 5000, {
      kind: 'read-back',
      service: service.name,
      asked: writes.length,
      found: found(({ inService }) => inService),
      problem: '',
    }),
    told('auditor', 6000, {
      kind: 'volume',
      lun: service.volume,
      found: found(({ onVolume }) => onVolume),
      problem: '',
    }),
  ]);
}

describe('the ledger of writes', () => {
  it('calls every acknowledged write stable, lost or duplicated', () => {
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const ledger = ledgerOf(timelineOf(writes), service);
        const classified = new Set([...ledger.stable, ...ledger.lost, ...ledger.duplicated]);
        expect(ledger.acknowledged.every((uid) => classified.has(uid))).to.equal(true);
        expect(
          ledger.stable.some((uid) => ledger.lost.includes(uid) || ledger.duplicated.includes(uid)),
        ).to.equal(false);
        for (const [index, { outcome, inService, onVolume }] of writes.entries()) {
          const uid = `w${index}`;
          expect(ledger.lost.includes(uid)).to.equal(outcome === 'ok' && (inService === 0 || onVolume === 0));
          expect(ledger.duplicated.includes(uid)).to.equal(inService > 1 || onVolume > 1);
          expect(ledger.failedButApplied.includes(uid)).to.equal(
            outcome === 'failed' && inService + onVolume > 0,
          );
        }
      }),
    );
  });

  it('decides the verdict of acknowledged-writes', () => {
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const acknowledged = writes.filter(({ outcome }) => outcome === 'ok');
        const wrong =
          acknowledged.some(({ inService, onVolume }) => inService === 0 || onVolume === 0) ||
          writes.some(({ inService, onVolume }) => inService > 1 || onVolume > 1) ||
          writes.some(({ outcome, inService, onVolume }) => outcome === 'failed' && inService + onVolume > 0);
        const expected = acknowledged.length === 0 ? 'inconclusive' : wrong ? 'refuted' : 'upheld';
        expect(acknowledgedWrites.check(timelineOf(writes), facts).verdict).to.equal(expected);
      }),
    );
  });

  it('takes the same sequence on a mirror for one write, and another for a second', () => {
    const volume = (lun: string, sequences: number[]) =>
      told('auditor', 6000, { kind: 'volume', lun, found: [{ uid: 'w', sequences }], problem: '' });
    const acknowledged = operation('write', 'w', 0, 1, 'ok');
    const mirror = (sequence: number) =>
      ledgerOf([acknowledged, volume(service.volume, [5]), volume('ocean/d500', [sequence])], service)
        .duplicated;
    expect(mirror(5)).to.deep.equal([]);
    expect(mirror(6)).to.deep.equal(['w']);
  });

  it('does not count a way of reading back that had a problem as proof of a loss', () => {
    const failed = told('client', 2, {
      kind: 'read-back',
      service: service.name,
      asked: 1,
      found: [],
      problem: 'no login',
    });
    const { lost, stable } = ledgerOf([operation('write', 'w', 0, 1, 'ok'), failed], service);
    expect([lost, stable]).to.deep.equal([[], []]);
  });
});
