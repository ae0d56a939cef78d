/** Parts of the page that leave something out or draw it together: what stays is told, what goes is counted. */
import { expect } from 'chai';
import { logLinesOf } from '../../reports/html/allowance.ts';
import { nearest } from '../../reports/html/logs.ts';
import { merged } from '../../reports/html/picture/merged.ts';
import { shownSeries } from '../../reports/html/picture/series.ts';
import { shownOf, slowestOf } from '../../reports/html/slowest.ts';
import { sampleReport } from '../fixtures/report.ts';

describe('log lines that are shown', () => {
  const lines = Array.from({ length: 100 }, (_, index) => ({ atMs: index * 10, text: `line ${index}` }));

  it('are those nearest to any fault, in their order', () => {
    expect(nearest(lines, [200, 800], 6)).to.deep.equal([19, 20, 21, 79, 80, 81]);
    expect(nearest(lines.slice(0, 3), [0], 6)).to.deep.equal([0, 1, 2]);
  });

  it('count with the line before where they have no time', () => {
    const stacked = lines.map((line, index) => (index % 2 === 1 ? { ...line, atMs: null } : line));
    expect(nearest(stacked, [400], 2)).to.deep.equal([40, 41]);
  });

  it('are more where a drill differs, and never more than a page can hold', () => {
    const { drills } = sampleReport({ repetitions: 60, verdict: 'refuted' });
    const linesOf = logLinesOf(drills);
    const [calm, differing] = [drills[0], drills.find(({ verdict }) => verdict === 'refuted')];
    if (!calm || !differing) throw new Error('no drills');
    expect(linesOf(differing)).to.be.greaterThan(linesOf(calm));
    const all = drills.reduce((sum, drill) => sum + linesOf(drill) * drill.logs.length, 0);
    expect(all).to.be.at.most(3200);
    expect(logLinesOf([calm])(calm)).to.equal(150);
  });
});

describe('things that stand in one place', () => {
  const at = (from: number, label: string, style = 'event') => ({ from, until: from, label, style });

  it('are one, with all their names', () => {
    expect(merged([at(10, 'suspects Node1'), at(12, 'view: Node2'), at(400, 'later')])).to.deep.equal([
      { ...at(10, 'suspects Node1, view: Node2'), until: 12, whole: 'suspects Node1, view: Node2' },
      { ...at(400, 'later'), whole: 'later' },
    ]);
  });

  it('are counted where the names are long, and stay apart where they are of two kinds', () => {
    const [long, fault] = merged([
      ...Array.from({ length: 7 }, (_, index) => at(10, `a long name with a number ${index}`)),
      at(10, 'lost', 'fault'),
    ]);
    expect(long?.label).to.equal('a long name with a number 0 and 6 more');
    expect(long?.whole).to.include('number 6');
    expect(fault?.label).to.equal('lost');
  });
});

describe('a series that is shown', () => {
  const [series] = sampleReport().drills[0]?.series ?? [];
  if (!series) throw new Error('no series');
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  it('keeps every operation and the slowest of each slice', () => {
    const long = {
      ...series,
      fromMs: 0,
      ok: Array.from({ length: 5000 }, (_, index) => index % 7),
      failed: Array.from({ length: 5000 }, (_, index) => index % 3),
      indeterminate: Array(5000).fill(0),
      medianLatencyMs: Array.from({ length: 5000 }, (_, index) => (index === 2222 ? 900 : 5)),
      slowestLatencyMs: Array.from({ length: 5000 }, (_, index) => (index === 3333 ? 4000 : 9)),
    };
    const shown = shownSeries(long, 0, 5000 * long.bucketMs);
    expect(shown.ok.length).to.be.at.most(265);
    expect(sum(shown.ok)).to.equal(sum(long.ok));
    expect(sum(shown.failed)).to.equal(sum(long.failed));
    expect(Math.max(...shown.slowestLatencyMs.map((ms) => ms ?? 0))).to.equal(4000);
    expect(Math.max(...shown.medianLatencyMs.map((ms) => ms ?? 0))).to.equal(900);
    expect(shown.bucketMs).to.be.greaterThan(long.bucketMs);
  });
});

describe('the slowest switchover', () => {
  it('is none of which the service was switched off for the most part', () => {
    const [drill] = sampleReport().drills;
    const outage = drill?.outages.find(({ kind }) => kind === 'write');
    if (!drill || !outage) throw new Error('no outage');
    expect(slowestOf([drill])?.outage).to.equal(outage);
    const { service, fromMs, untilMs } = outage;
    const cut = (share: number) => {
      const atMs = fromMs + share * (untilMs - fromMs);
      const phases = [
        { name: 'switched off', service, node: '', fromMs, untilMs: atMs },
        { name: 'service start', service, node: 'Node2', fromMs: atMs, untilMs },
      ];
      return slowestOf([{ ...drill, outages: [outage], phases }]);
    };
    expect(cut(0.4)?.outage).to.equal(outage);
    expect(cut(0.6)).to.equal(undefined);
  });
});

describe('the phases of the slowest switchover', () => {
  const phases = [
    { name: 'detection', ms: 1000 },
    { name: 'membership', ms: 4 },
    { name: 'fencing', ms: 6 },
    { name: 'mount', ms: 30 },
  ];

  it('below one part in a hundred stand together, the rest in order', () => {
    expect(shownOf(phases, 1040)).to.deep.equal([
      { name: 'detection', ms: 1000 },
      { name: 'mount', ms: 30 },
      { name: '2 others', ms: 10 },
    ]);
  });

  it('are left alone where one is small', () => {
    expect(shownOf(phases.slice(0, 2), 1004)).to.deep.equal(phases.slice(0, 2));
  });
});
