/** How large the page is: what keeps a report of the whole matrix one that people open. Times are told, not judged. */
import { expect } from 'chai';
import { renderHtml } from '../../reports/html/render.ts';
import { sampleReport } from '../fixtures/report.ts';
import { matrixReport } from '../fixtures/report-matrix.ts';

const MEGABYTE = 1_000_000;
const sizeOf = (html: string) => Buffer.byteLength(html);

describe('the size of the HTML report', () => {
  for (const drills of [10, 62]) {
    it(`of ${drills} drills is below ${drills === 62 ? '3 MB' : '1 MB'}`, () => {
      const report = matrixReport(drills, { logLines: 2000 });
      const html = renderHtml(report);
      expect(sizeOf(html)).to.be.below(drills === 62 ? 3 * MEGABYTE : MEGABYTE);
    });
  }

  it('grows with the drills and not with the length of their logs', () => {
    const [short, long] = [200, 20_000].map((logLines) => sizeOf(renderHtml(matrixReport(20, { logLines }))));
    expect(long).to.be.below((short ?? 0) * 1.2);
  });

  it('of 200 repetitions is that of the few that are shown, and a row for each other', () => {
    const [few, many] = [20, 200].map((repetitions) => sizeOf(renderHtml(sampleReport({ repetitions }))));
    expect(((many ?? 0) - (few ?? 0)) / 180).to.be.below(2000);
  });
});
