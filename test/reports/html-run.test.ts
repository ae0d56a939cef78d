/** What a report shows of a run of many drills: the matrix, the ledger of claims, and the table of down time. */
import { expect } from 'chai';
import { availabilityOf } from '../../harness/guide/availability.ts';
import { claims } from '../../harness/guide/claims.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { ClaimResult, Report } from '../../reports/model.ts';
import { sampleReport } from '../fixtures/report.ts';

const MODELS = ['asymmetric', 'symmetric', '2+1'];

function manyDrills(changes: Partial<Report> = {}): Report {
  const report = sampleReport({ names: ['node-kill', 'disk-array-loss', 'split-brain'] });
  const drills = report.drills.flatMap((drill) =>
    MODELS.filter((model) => drill.name !== 'split-brain' || model !== '2+1').map((model) => ({
      ...drill,
      model,
      id: `${drill.name}.${model}`,
      logs: [],
    })),
  );
  return { ...report, drills, ...changes };
}

const ledger: ClaimResult[] = claims.map(({ id, statement }, index) => ({
  id,
  statement,
  verdict: index % 3 === 0 ? 'not exercised' : 'upheld',
  expected: index % 3 === 0 ? 'not exercised' : 'upheld',
  evidence: index % 3 === 0 ? [`It cannot be seen, number ${index}.`] : ['seen once', 'seen twice'],
}));

function matrixOf(html: string): string {
  const from = html.indexOf('<table class="matrix"');
  return html.slice(from, html.indexOf('</table>', from));
}

describe('a report of many drills', () => {
  const html = renderHtml(manyDrills({ claims: ledger }));
  const matrix = matrixOf(html);

  it('has a matrix with a cell for each drill and model, linked to its details', () => {
    for (const model of MODELS) expect(matrix).to.include(`>${model}</th>`);
    const links = [...matrix.matchAll(/href="#([^"]+)"/g)].map(([, anchor = '']) => anchor);
    expect(links).to.have.length(8);
    expect(new Set(links).size).to.equal(8);
    for (const anchor of links) expect(html).to.include(`id="${anchor}"`);
    expect(matrix).to.include('not for this model');
  });

  it('shows in the matrix what differs', () => {
    const [first, ...others] = manyDrills().drills;
    if (first === undefined) throw new Error('no drill');
    const differing = renderHtml(manyDrills({ drills: [{ ...first, verdict: 'refuted' }, ...others] }));
    expect(matrixOf(differing)).to.include('expected upheld');
    expect(matrix).to.not.include('expected upheld');
  });

  it('has every claim in its ledger, the reasons of those not exercised included', () => {
    const own = html.slice(html.indexOf('<section class="ledger"'));
    for (const { id, verdict, evidence } of ledger) {
      expect(own).to.include(id);
      if (verdict === 'not exercised') expect(own).to.include(evidence[0]);
    }
    const [seen, all] = [ledger.filter(({ verdict }) => verdict === 'upheld').length, ledger.length];
    expect(own.replaceAll('\u00a0', ' ')).to.include(`${seen} of ${all} claims exercised: ${seen} upheld`);
  });

  it('opens the evidence of a claim that differs, and folds the others', () => {
    const [first, second, ...rest] = ledger;
    if (!first || !second) throw new Error('no claims');
    const fold = /<details class="fold" open/g;
    expect(html).to.not.match(fold);
    const refuted: ClaimResult = { ...second, verdict: 'refuted' };
    expect(renderHtml(manyDrills({ claims: [first, refuted, ...rest] })).match(fold)).to.have.length(1);
  });
});

describe('the table of down time', () => {
  const availability = availabilityOf([], 1000);

  it('stands in HTML and Markdown, a row for each model, with what the guide gets wrong marked', () => {
    const html = renderHtml(manyDrills({ availability }));
    const own = html.slice(html.indexOf('<section class="availability"'));
    const markdown = renderMarkdown(manyDrills({ availability }));
    for (const { model, guidePercent } of availability.rows) {
      expect(own).to.include(`>${model}</th>`);
      expect(own.replaceAll('\u00a0', ' ')).to.include(`${guidePercent.toFixed(3)} %`);
      expect(markdown).to.include(`${guidePercent.toFixed(3)} %`);
    }
    expect(own).to.include('class="differs"');
  });

  it('is left out where nothing was simulated', () => {
    expect(renderHtml(manyDrills())).to.not.include('<section class="availability"');
    expect(renderMarkdown(manyDrills())).to.not.include('Down time');
  });
});
