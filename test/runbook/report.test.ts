/** Certificates in the report's forms: whatever a step printed, it stays text, and says what it has to. */
import { expect } from 'chai';
import { runbookResult } from '../../harness/runbook/judged/result.ts';
import { told as toldOf } from '../../harness/runbook/telling.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { DrillResult, Report, RunbookResult } from '../../reports/model.ts';
import { sentenceOf } from '../../reports/sentence.ts';
import { sampleReport } from '../fixtures/report.ts';
import { MOVE_AND_PATCH, runbookFacts, runbookOf, timelineOf, wentWell } from '../helpers/runbooks.ts';
import { named, parsePage, plain } from '../reports/html-tree.ts';

const facts = runbookFacts(runbookOf(MOVE_AND_PATCH));
const certificate = () => structuredClone(runbookResult(timelineOf(wentWell()), facts));

function reportWith(...runbooks: RunbookResult[]): Report {
  const report = sampleReport();
  const [first] = report.drills;
  if (first === undefined) throw new Error('the sample has no drill');
  const drills = runbooks.map(
    (runbook, index): DrillResult => ({ ...first, name: `upgrade.${index}`, runbook }),
  );
  return { ...report, drills, sentence: sentenceOf(drills, [], false) };
}

const HOSTILE = '</pre><script>alert(1)</script>\u001b[31m\u202e| `x` |';

function hostile(runbook: RunbookResult): RunbookResult {
  const [step] = runbook.steps;
  const [run] = step?.runs ?? [];
  if (step === undefined || run === undefined) throw new Error('no step');
  const dirty = {
    ...step,
    name: HOSTILE,
    guide: HOSTILE,
    commands: HOSTILE,
    findings: [HOSTILE],
    verdict: 'otherwise' as const,
    owners: [{ service: HOSTILE, before: 'x', after: HOSTILE }],
    versions: [{ node: HOSTILE, before: 'x', after: HOSTILE }],
    runs: [{ ...run, node: HOSTILE, output: HOSTILE }],
  };
  return {
    ...runbook,
    document: HOSTILE,
    steps: [dirty],
    outages: [{ service: HOSTILE, ms: 1, open: true, allowedMs: 1 }],
    interruptions: [{ service: HOSTILE, fromMs: 4100, untilMs: 4200, censored: true }],
    atEnd: [{ text: HOSTILE, verdict: 'refuted', evidence: [HOSTILE] }],
    drift: [{ kind: 'nodes', what: HOSTILE, path: HOSTILE, diff: `-${HOSTILE}\n+${HOSTILE}\n` }],
    boundary: {
      kind: 'fault',
      done: 1,
      where: HOSTILE,
      struck: HOSTILE,
      reached: true,
      safe: false,
      outcomes: [HOSTILE],
      cutOffMs: 1,
      open: true,
      otherwise: [HOSTILE],
      differences: 1,
    },
  };
}

describe('certificates in reports', () => {
  it('the page has steps, commands and output, owners, versions, and the outage over the steps', () => {
    const { elements, problems } = parsePage(renderHtml(reportWith(certificate())));
    expect(problems).to.deep.equal([]);
    const text = plain(named(elements, 'main')[0] ?? (elements[0] as never));
    for (const words of [
      'move',
      'scswitch -z -g CAL-RG -h Node2',
      'Patch applied',
      'was Node1',
      '6.3 (963001-01)',
      '1,000 ms allowed',
      'survives node-kill',
    ])
      expect(text).to.include(words);
    const pictures = named(elements, 'svg').flatMap(({ attrs }) =>
      attrs.filter(({ name }) => name === 'aria-label'),
    );
    expect(pictures.map(({ value }) => value).join()).to.match(
      /2 steps on a time axis; users were cut off: CAL-RG for 6\d\d/,
    );
  });

  it('hostile output stays text, in the page and in the summary', () => {
    const report = reportWith(hostile(certificate()), hostile({ ...certificate() }));
    const page = renderHtml(report);
    const { elements, problems } = parsePage(page);
    expect(problems).to.deep.equal([]);
    // The page's own, which its policy names.
    expect(named(elements, 'script').map(({ attrs }) => attrs)).to.deep.equal([[]]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(page).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
    for (const { name, value } of elements.flatMap(({ attrs }) => attrs))
      if (name === 'style') expect(value).to.match(/^(width|left):[\d.]+(%|px)$/);
    expect(renderMarkdown(report)).not.to.match(/<script>|`x`/);
  });

  it('the last line says where it goes wrong, and which boundaries are not safe', () => {
    const good = certificate();
    expect(sentenceOf(reportWith(good).drills, [], false)).to.match(
      /2 of 2 steps went as the document says; users were cut off for 0\.6 s in total, 2 s allowed; 4 of 4 that must hold/,
    );
    const [move, patch] = good.steps;
    if (!move || !patch) throw new Error('no steps');
    const bad = {
      ...good,
      steps: [
        move,
        { ...patch, verdict: 'otherwise' as const, findings: ['exit status 1 instead of 0: no'] },
      ],
    };
    expect(sentenceOf(reportWith(bad).drills, [], false)).to.match(
      /goes wrong at 1 step, first at patch \(line 14\): exit status 1 instead of 0/,
    );
    const boundary = {
      kind: 'fault' as const,
      done: 1,
      where: 'after move',
      struck: 'power-loss of Node1',
      reached: true,
      safe: true,
      outcomes: ['users served again by itself'],
      cutOffMs: 1,
      open: false,
      otherwise: [],
      differences: 0,
    };
    const two = reportWith(
      { ...good, boundary },
      { ...good, boundary: { ...boundary, done: 2, safe: false, where: 'after patch, the last' } },
    );
    expect(sentenceOf(two.drills, [], false)).to.match(
      /1 of 2 boundaries are safe points; not after patch, the last/,
    );
    expect(toldOf(two).join('\n')).to.match(/ok +1 +after move .*\nNOT +2 +after patch/);
  });

  it('the terminal has a line a step, and the place of each finding', () => {
    const lines = toldOf(reportWith(certificate())).join('\n');
    expect(lines).to.match(/ok +move +Node2 +1,500.ms +6\d\d.ms of 1,000.ms +Node2/);
  });
});
