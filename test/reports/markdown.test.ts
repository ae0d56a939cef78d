import { expect } from 'chai';
import { escaped, renderMarkdown } from '../../reports/markdown.ts';
import { hostileReport, sampleReport } from '../fixtures/report.ts';

function tableRows(markdown: string): string[] {
  return markdown.split('\n').filter((line) => line.startsWith('|'));
}

describe('the Markdown summary', () => {
  it('has the sentence, a row for each drill and the command', () => {
    const report = sampleReport({ names: ['node-kill', 'array-loss'] });
    const text = renderMarkdown(report);
    expect(text).to.match(/^# ✅ All 2 drills went as expected/);
    expect(tableRows(text)).to.have.length(4);
    expect(text).to.match(
      /\| node-kill \| asymmetric \| ✓ upheld \| 1,576.ms \| 1,570.ms \| 0 \| 0 \| 1,596 \|/u,
    );
    expect(text).to.include(`\`\`\`sh\n${report.drills[0]?.command}\n`);
    expect(text).not.to.include('not as expected');
  });

  it('tells what differs, with evidence', () => {
    const text = renderMarkdown(sampleReport({ verdict: 'refuted', censored: true }));
    expect(text).to.match(/^# ❌/);
    expect(text).to.include('## What is not as expected');
    expect(text).to.match(/✗ refuted, expected upheld\n {2}- 2 of 512/);
    expect(text).to.match(/≥.6,791.ms/u);
  });

  it('gives the spread of repetitions and the command of the one that differs', () => {
    const report = sampleReport({ repetitions: 5, verdict: 'refuted' });
    const text = renderMarkdown(report);
    expect(tableRows(text)).to.have.length(3);
    expect(text).to.match(/1 of 5 repetitions/);
    expect(text).to.match(/[\d,]+.ms \([\d,]+.ms to [\d,]+.ms\)/u);
    expect(text).to.include('--seed 4715');
  });

  it('escapes cells: pipes, backticks, HTML, links and line breaks', () => {
    expect(escaped('a|b')).to.equal('a&#124;b');
    expect(escaped('`x` <b> [l](u) *e* _u_')).not.to.match(/[`<>[\]*_]/);
    expect(escaped('one\n\n# two')).to.equal('one &#35; two');
    expect(escaped('https://evil.example www.evil.example @team')).not.to.match(/https:|www\.|@/);
    expect(escaped(' - no list')).to.equal('&#45; no list');
    expect(escaped('1. no list')).to.equal('1&#46; no list');
  });

  for (const hostile of [
    '|',
    '`',
    '```',
    '<script>alert(1)</script>',
    '\n# heading',
    '![x](https://x)',
    '\u202e\u0007',
  ]) {
    it(`keeps its shape with ${JSON.stringify(hostile)}`, () => {
      const calm = renderMarkdown(hostileReport('', { verdict: 'refuted' }));
      const text = renderMarkdown(hostileReport(hostile, { verdict: 'refuted' }));
      expect(text.split('\n')).to.have.length(calm.split('\n').length);
      for (const row of tableRows(text)) expect(row.split('|')).to.have.length(10);
      expect(text.split('\n').filter((line) => line.startsWith('#'))).to.have.length(3);
      const fence = text.match(/^(`{3,})sh$/m)?.[1] ?? '';
      expect(text.split('\n').filter((line) => line === fence)).to.have.length(1);
      const outside = text.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/m, '');
      expect(outside).not.to.match(/<|`|!\[|\u202e/);
    });
  }
});
