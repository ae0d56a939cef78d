/** What the loss of arrays may mean for services: with a mirror, without one, and for those elsewhere. */
import { expect } from 'chai';
import { withoutDisk } from '../../harness/array-losses.ts';
import { arrayLossContained } from '../../harness/checkers/array-loss-contained.ts';
import { downUntilArrayReturns } from '../../harness/checkers/down-until-array-returns.ts';
import { mirrorHalvesEqual } from '../../harness/checkers/mirror-halves-equal.ts';
import { survivesArrayLoss } from '../../harness/checkers/survives-array-loss.ts';
import { daemons, processesOn, told } from '../helpers/told.ts';
import {
  back,
  faultOf,
  LOAD_ENDS,
  loadOf,
  lost,
  mirrored,
  observed,
  onOne,
  onOther,
  recordedOf,
} from '../helpers/told-storage.ts';

const applied = faultOf('array-loss', 'penguin', { planned: 2990, applied: 3000, complete: 3010 });
const down = (from: number, until: number) => (plannedMs: number) =>
  plannedMs >= from && plannedMs < until ? { outcome: 'failed' as const } : { outcome: 'ok' as const };

describe('withoutDisk', () => {
  const spans = (...events: Parameters<typeof recordedOf>[1][]) =>
    withoutDisk(recordedOf([mirrored], ...events).timeline, mirrored);

  it('a mirror has its disk until both arrays are gone, and from the first that is back on', () => {
    expect(spans(lost('penguin', 3000))).to.deep.equal([]);
    expect(
      spans(lost('penguin', 3000), lost('polarbear', 4000), back('penguin', 5000), back('polarbear', 6000)),
    ).to.deep.equal([{ fromMs: 4000, untilMs: 5000 }]);
    expect(spans(lost('penguin', 3000), back('penguin', 3500), lost('polarbear', 4000))).to.deep.equal([]);
    expect(spans(lost('penguin', 3000), lost('polarbear', 4000))).to.deep.equal([
      { fromMs: 4000, untilMs: null },
    ]);
  });
});

describe('down-until-array-returns', () => {
  const check = (...events: Parameters<typeof recordedOf>[1][]) => {
    const { timeline, facts } = recordedOf([onOne, onOther], ...events);
    return downUntilArrayReturns.check(timeline, facts);
  };
  const loss = [...applied, lost('penguin', 3001), back('penguin', 5000)];
  const other = loadOf(onOther);

  it('is upheld when no write succeeds without the array, and writes do again with it', () => {
    const { verdict, evidence } = check(loss, other, loadOf(onOne, down(2996, 5500)));
    expect(verdict, evidence.join()).to.equal('upheld');
    expect(evidence.join(' ')).to.match(
      /ONE-RG: no array had its store from 3,001 ms to 5,000 ms.* by itself/,
    );
  });

  it('says which commands it took', () => {
    const command = { kind: 'command', node: 'Node1', line: 'scswitch -Z', exit: null, output: '' } as const;
    const typed = told('drill', 5100, { ...command, stage: 'begin' });
    expect(check(loss, other, typed, loadOf(onOne, down(2996, 5500))).evidence.join(' ')).to.include(
      'after an operator typed scswitch -Z',
    );
  });

  it('is refuted by a write that succeeds without the array', () => {
    const { verdict, evidence } = check(
      loss,
      other,
      loadOf(onOne, (plannedMs) => (plannedMs === 4000 ? { outcome: 'ok' } : down(2996, 5500)(plannedMs))),
    );
    expect(verdict).to.equal('refuted');
    expect(evidence.join()).to.include('ONE-RG-4000');
  });

  it('is not refuted by a read from memory', () => {
    const answer = (plannedMs: number, kind: string) =>
      kind === 'read' && plannedMs < 3500 ? ({ outcome: 'ok' } as const) : down(2996, 5500)(plannedMs);
    const { verdict, evidence } = check(loss, other, loadOf(onOne, answer));
    expect(verdict).to.equal('upheld');
    expect(evidence.join()).to.match(/2\d reads did/);
  });

  it('is refuted when the service never takes writes again', () => {
    expect(check(loss, other, loadOf(onOne, down(2996, LOAD_ENDS))).verdict).to.equal('refuted');
  });

  it('is inconclusive when no array was lost, or it never returned', () => {
    expect(check(applied, other, loadOf(onOne)).verdict).to.equal('inconclusive');
    const gone = loadOf(onOne, down(2996, LOAD_ENDS));
    expect(check(applied, lost('penguin', 3001), other, gone).verdict).to.equal('inconclusive');
  });
});

describe('survives-array-loss', () => {
  const check = (...events: Parameters<typeof recordedOf>[1][]) => {
    const { timeline, facts } = recordedOf([mirrored], ...events);
    return survivesArrayLoss.check(timeline, facts);
  };
  const loss = [...applied, lost('penguin', 3001), observed(mirrored, 8000)];
  const nodeGone = told('witness', 3200, { kind: 'node-gone', node: 'Node1', pid: 1 });

  it('is upheld when clients notice nothing', () => {
    const { verdict, evidence } = check(loss, loadOf(mirrored));
    expect(verdict, evidence.join()).to.equal('upheld');
    expect(evidence.join()).to.include('no client was cut off');
  });

  it('says what clients noticed, and is refuted when the server had to be started again for it', () => {
    const cutOff = loadOf(mirrored, down(3000, 3500));
    const { verdict, evidence } = check(loss, cutOff);
    expect(verdict).to.equal('upheld');
    expect(evidence.join()).to.match(/clients could not write for 5\d\d ms/);
    expect(check(loss, cutOff, processesOn('Node1', 3400, daemons)).verdict).to.equal('refuted');
  });

  it('is refuted when the service moved though its node lived on', () => {
    const moved = loadOf(mirrored, (plannedMs) => ({
      outcome: 'ok',
      node: plannedMs < 3100 ? 'Node1' : 'Node2',
    }));
    expect(check(loss, moved).verdict).to.equal('refuted');
  });

  it('is upheld when the node went too and the backup serves, with the time that it took', () => {
    const taken = loadOf(mirrored, (plannedMs) =>
      plannedMs >= 3190 && plannedMs < 5000
        ? { outcome: 'failed' }
        : { outcome: 'ok', node: plannedMs < 4000 ? 'Node1' : 'Node2' },
    );
    const { verdict, evidence } = check(loss, nodeGone, taken);
    expect(verdict, evidence.join()).to.equal('upheld');
    expect(evidence.join()).to.match(/Node1 was gone at 3,200 ms; clients could not write for 1,8\d\d ms/);
  });

  it('is refuted when nobody takes over', () => {
    expect(check(loss, nodeGone, loadOf(mirrored, down(3190, LOAD_ENDS))).verdict).to.equal('refuted');
  });

  it('is inconclusive when no array was lost, or both were', () => {
    expect(check(applied, loadOf(mirrored)).verdict).to.equal('inconclusive');
    expect(check(loss, lost('polarbear', 3500), loadOf(mirrored)).verdict).to.equal('inconclusive');
  });
});

describe('array-loss-contained', () => {
  const check = (...events: Parameters<typeof recordedOf>[1][]) => {
    const { timeline, facts } = recordedOf([onOne, onOther], ...events);
    return arrayLossContained.check(timeline, facts);
  };
  const loss = [...applied, lost('penguin', 3001), observed(onOther, 8000)];
  const gone = loadOf(onOne, down(2996, LOAD_ENDS));

  it('is upheld when the others notice nothing', () => {
    expect(check(loss, gone, loadOf(onOther)).verdict).to.equal('upheld');
  });

  it('is refuted by one operation of another service that fails', () => {
    const { verdict, evidence } = check(loss, gone, loadOf(onOther, down(4000, 4010)));
    expect(verdict).to.equal('refuted');
    expect(evidence.join()).to.include('OTHER-RG-4000 (no answer)');
  });

  it('is refuted by another array that goes along with the one that was taken away', () => {
    const others = loadOf(onOther, down(3002, LOAD_ENDS));
    expect(check(loss, lost('polarbear', 3002), gone, others).verdict).to.equal('refuted');
  });

  it('does not mind what came after the drill had seen enough', () => {
    expect(check(loss, gone, loadOf(onOther, down(8100, 8200))).verdict).to.equal('upheld');
  });

  it('is inconclusive when nobody else was there, or nothing was lost', () => {
    const both = faultOf('array-loss', 'polarbear', { planned: 3490, applied: 3500, complete: 3510 });
    expect(check(loss, both, gone, loadOf(onOther)).verdict).to.equal('inconclusive');
    expect(check(applied, gone, loadOf(onOther)).verdict).to.equal('inconclusive');
    expect(check(loss, gone).verdict).to.equal('inconclusive');
  });
});

describe('mirror-halves-equal', () => {
  const halves = (change: object = {}) =>
    told('witness', 9500, {
      kind: 'halves',
      volume: mirrored.volume,
      luns: ['penguin/d401', 'polarbear/d402'],
      ...{ bytes: 1000, differing: 0, firstAt: -1, problem: '' },
      ...change,
    });
  const check = (...events: Parameters<typeof recordedOf>[1][]) => {
    const { timeline, facts } = recordedOf([mirrored], ...events);
    return mirrorHalvesEqual.check(timeline, facts).verdict;
  };

  it('is upheld when all bytes are the same', () => expect(check(halves())).to.equal('upheld'));
  it('is refuted by one byte', () => expect(check(halves({ differing: 1, firstAt: 7 }))).to.equal('refuted'));
  it('is refuted when both halves are on one array', () => {
    expect(check(halves({ luns: ['penguin/d401', 'penguin/d402'] }))).to.equal('refuted');
  });
  it('is inconclusive when nobody compared, or could', () => {
    expect(check()).to.equal('inconclusive');
    expect(check(halves({ problem: 'EIO' }))).to.equal('inconclusive');
  });
});
