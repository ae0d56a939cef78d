import { expect } from 'chai';
import { renderHtml } from '../../reports/html/render.ts';
import type { Report } from '../../reports/model.ts';
import { sampleReport } from '../fixtures/report.ts';
import {
  attribute,
  type Element,
  elementsIn,
  named,
  only,
  parsePage,
  plain,
  textOf,
  withClass,
} from './html-tree.ts';

function first(report: Report): Report['drills'][number] {
  const [drill] = report.drills;
  if (!drill) throw new Error('no drill');
  return drill;
}

function metric(elements: readonly Element[], name: string): string {
  const box = withClass(elements, 'metrics')
    .flatMap(elementsIn)
    .filter((element) => element.tagName === 'div')
    .find((element) => named(elementsIn(element), 'dt').some((term) => plain(term) === name));
  return box ? plain(box) : '';
}

describe('the HTML report', () => {
  it('tells verdict and headline numbers before anything else', () => {
    const report = sampleReport();
    const { elements, problems } = parsePage(renderHtml(report));
    expect(problems).to.deep.equal([]);
    expect(plain(only(named(elements, 'h1')))).to.equal(report.sentence);
    expect(metric(elements, 'Write outage')).to.equal('Write outage 1,576 ms one write every 20 ms');
    expect(metric(elements, 'Acknowledged writes')).to.include('0 lost');
    expect(metric(elements, 'Seed')).to.include('4711');
    expect(named(elements, 'code').map(plain)).to.include(first(report).command);
  });

  it('marks an outage whose end was not seen', () => {
    const { elements } = parsePage(renderHtml(sampleReport({ censored: true })));
    expect(metric(elements, 'Write outage')).to.match(/≥ 6,791 ms.*had not come back/);
  });

  it('has a phases table that adds up to the outage', () => {
    const report = sampleReport();
    const { elements } = parsePage(renderHtml(report));
    const total = plain(only(withClass(elements, 'total')));
    expect(total).to.match(/Write outage 1,576 ms 100 %/);
    const extra = sampleReport();
    first(extra).phases.pop();
    const row = withClass(parsePage(renderHtml(extra)).elements, 'rest').map(plain);
    expect(row).to.have.length(1);
    expect(row[0]).to.match(/^outside the phases ?no phase covers this time 27 ms 2 %/);
  });

  it('shows what differs first, and says it in words', () => {
    const { elements } = parsePage(renderHtml(sampleReport({ verdict: 'refuted' })));
    const differing = withClass(elements, 'differing').map(plain);
    expect(differing[0]).to.match(/acknowledged-writes.*refuted, expected upheld.*w-000317/);
    expect(plain(only(withClass(elements, 'outcome')))).to.equal('✗ Not as expected');
    expect(metric(elements, 'Acknowledged writes')).to.include('2 lost');
  });

  it('says when a drill is not valid, was interrupted or broke', () => {
    const report = sampleReport({ verdict: 'inconclusive', problem: 'CAL-RG: not online within 30000 ms' });
    report.run.interrupted = true;
    const notices = withClass(parsePage(renderHtml(report)).elements, 'notice').map(plain);
    expect(notices.join('\n')).to.match(/interrupted/);
    expect(notices.join('\n')).to.match(/not valid.*1 830 ms/);
    expect(notices.join('\n')).to.match(/drill itself broke:.*not online within 30000 ms/);
  });

  it('draws the picture with a title, a description and the same in words', () => {
    const report = sampleReport();
    const { elements } = parsePage(renderHtml(report));
    const picture = only(
      elements.filter((element) => element.tagName === 'svg' && attribute(element, 'aria-labelledby')),
    );
    const inside = elementsIn(picture);
    const labels = attribute(picture, 'aria-labelledby')?.split(' ') ?? [];
    const labelled = labels.map((id) =>
      plain(only(elements.filter((element) => attribute(element, 'id') === id))),
    );
    expect(labelled[0]).to.equal('Timeline of node-kill');
    expect(labelled[1]).to.match(/node-kill on Node1; write outage of CAL-RG 1,576 ms/);
    expect(withClass(inside, 'fault-line')).to.have.length(1);
    expect(withClass(inside, 'outage-shade')).to.have.length(1);
    expect(withClass(inside, 'unexplained')).to.have.length(1);
    const words = named(elementsIn(only(withClass(elements, 'words'))), 'li').map(plain);
    expect(words.some((line) => line.endsWith('Fault: node-kill, Node1'))).to.equal(true);
    expect(words.some((line) => line.endsWith('Node2: /cal mounted begins'))).to.equal(true);
  });

  it('gives switchovers that lie far apart a picture each', () => {
    const report = sampleReport();
    const drill = first(report);
    const later = { ...sampleReport() };
    const moved = (part: { fromMs: number; untilMs: number }) => ({
      fromMs: part.fromMs + 60_000,
      untilMs: part.untilMs + 60_000,
    });
    drill.outages.push(...first(later).outages.map((outage) => ({ ...outage, ...moved(outage) })));
    for (const series of drill.series) {
      for (const counts of [series.ok, series.failed, series.indeterminate])
        counts.push(...counts, ...Array(1100).fill(3));
    }
    const { elements } = parsePage(renderHtml(report));
    expect(withClass(elements, 'picture')).to.have.length(2);
    expect(named(elements, 'h4').map(plain)).to.deep.equal([
      '1 of 2: node-kill, Node1',
      '2 of 2: write outage of CAL-RG',
    ]);
  });

  it('keeps every bar of the picture within its width', () => {
    const { elements } = parsePage(renderHtml(sampleReport()));
    for (const bar of withClass(elements, 'span')) {
      const path = attribute(bar, 'd') ?? '';
      const boxes = [...path.matchAll(/M([\d.-]+) [\d.]+h([\d.]+)v/g)].map(([, x, width]) => [
        Number(x),
        Number(width),
      ]);
      expect(boxes, path).to.not.be.empty;
      for (const [x = -1, width = 0] of boxes) {
        expect(x).to.be.at.least(0);
        expect(x + width).to.be.at.most(1070);
      }
    }
  });

  it('separates log lines before and after the fault, and links the whole log', () => {
    const { elements } = parsePage(renderHtml(sampleReport({ logLines: 1000 })));
    const logs = withClass(elements, 'log');
    expect(logs).to.have.length(4);
    const [log] = logs;
    if (!log) return;
    const pre = textOf(only(named(elementsIn(log), 'pre')));
    const [before, after] = pre.split(/fault: node-kill, Node1, 7\.417 s of the run/);
    expect(
      before
        ?.trim()
        .split('\n')
        .every((line) => /^(−|… \d+.lines left out)/u.test(line.trim())),
    ).to.equal(true);
    expect(after).to.match(/^\s+\+?0\.\d{3} s|^\s+\+0/);
    const left = [...pre.matchAll(/… ([\d,]+).lines? left out/gu)].map(([, number = '']) => Number(number));
    expect(left.reduce((sum, number) => sum + number, 0)).to.equal(850);
    expect(plain(only(named(elementsIn(log), 'summary')))).to.match(/node1 ?150 of 1,000 lines/);
    expect(attribute(only(named(elementsIn(log), 'a')), 'href')).to.equal(
      './asymmetric-node-kill-1/node1.log',
    );
  });
});

describe('the HTML report of repetitions', () => {
  const report = sampleReport({ repetitions: 20, verdict: 'refuted', censored: true });
  const text = renderHtml(report);
  const { elements, problems } = parsePage(text);

  it('summarises first and opens the one that differs', () => {
    expect(problems).to.deep.equal([]);
    const repetitions = withClass(elements, 'repetition');
    // The one that differs, the first, the fastest, that of the median and the slowest, which differs here.
    expect(repetitions.length).to.be.within(3, 6);
    expect(text).to.match(new RegExp(`Of the other ${20 - repetitions.length}, everything is in`));
    const open = repetitions.filter((element) => attribute(element, 'open') !== undefined);
    expect(plain(only(open))).to.match(/^Repetition 20: refuted, expected upheld/);
    expect(withClass(elements, 'strip')).to.have.length(10);
    expect(withClass(elements, 'dot')).to.have.length(200);
  });

  it('stays small enough to open', () => {
    expect(Buffer.byteLength(text)).to.be.below(3_000_000);
    expect(Buffer.byteLength(renderHtml(sampleReport({ logLines: 20_000 })))).to.be.below(300_000);
  });

  it('lists several drills, those that differ first', () => {
    const several = parsePage(
      renderHtml(sampleReport({ names: ['node-kill', 'array-loss'], verdict: 'refuted' })),
    );
    const rows = named(
      elementsIn(only(named(several.elements, 'nav').filter((nav) => attribute(nav, 'id') === 'matrix'))),
      'tr',
    ).map(plain);
    expect(rows[1]).to.match(/^array-loss.*refuted, expected upheld/);
    const open = withClass(several.elements, 'group').filter(
      (group) => attribute(group, 'open') !== undefined,
    );
    expect(plain(only(open))).to.match(/^array-loss/);
  });

  it('links only to places that exist', () => {
    const ids = elements.map((element) => attribute(element, 'id')).filter((id) => id !== undefined);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const link of named(elements, 'a')) {
      const href = attribute(link, 'href') ?? '';
      if (href.startsWith('#')) expect(ids).to.include(href.slice(1));
    }
  });
});
