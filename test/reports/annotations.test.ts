import { expect } from 'chai';
import { annotationsOf } from '../../reports/annotations.ts';
import { hostileReport, sampleReport } from '../fixtures/report.ts';

describe('annotations for GitHub', () => {
  it('says nothing of what is as expected', () => {
    const report = sampleReport();
    const claims = report.claims.filter(({ verdict, expected }) => verdict === expected);
    expect(annotationsOf({ ...report, claims })).to.deep.equal([]);
  });

  it('names a drill that differs with its claims, its evidence, its file and the command that repeats it', () => {
    const [first] = annotationsOf(sampleReport({ verdict: 'refuted' }));
    expect(first).to.match(
      /^::error file=drills\/node-kill\.ts,title=node-kill on asymmetric%2C seed \d+::refuted, expected upheld\.%0AClaim [\w-]+: /,
    );
    expect(first).to.include('npm run drill -- run node-kill');
  });

  it('is yellow where something was merely undecided', () => {
    const found = annotationsOf(sampleReport({ verdict: 'inconclusive' }));
    expect(found.some((line) => line.startsWith('::warning file=drills/node-kill.ts'))).to.equal(true);
  });

  it('names missing shards, claims over the run and slower drills', () => {
    const report = sampleReport();
    const [claim] = report.claims;
    if (!claim) throw new Error('no claim');
    const change = {
      ...{
        drill: 'node-kill',
        model: 'asymmetric',
        profile: 'fast' as const,
        phase: null,
        beforeMs: 1,
        p: 0,
      },
      ...{ nowMs: 2000, usualMs: 1000, runs: 7, ratio: 2, interval: null, verdict: 'slower' as const },
    };
    const found = annotationsOf({
      ...report,
      run: { ...report.run, missingShards: [{ index: 2, count: 3 }] },
      claims: [{ ...claim, id: 'over-run', verdict: 'refuted', expected: 'upheld' }],
      changes: {
        ...{ sinceRun: 'a', sinceStarted: 'b', otherMachine: [], verdicts: [], claims: [] },
        ...{ outages: [change, { ...change, verdict: 'same' }], newDrills: [], goneDrills: [] },
      },
    });
    expect(found.map((line) => line.slice(0, 50))).to.deep.equal(
      [
        '::error title=shard 2 of 3::left no report: what it',
        '::error title=claim over-run::refuted, expected uph',
        '::warning title=node-kill on asymmetric is slower::',
      ].map((line) => line.slice(0, 50)),
    );
  });

  it('shows ten of a kind, the last of which counts the rest', () => {
    const report = sampleReport({ verdict: 'refuted' });
    const [drill] = report.drills;
    if (!drill) throw new Error('no drill');
    const drills = Array.from({ length: 30 }, (_, index) => ({ ...drill, name: `drill-${index}` }));
    const found = annotationsOf({ ...report, drills });
    const errors = found.filter((line) => line.startsWith('::error'));
    expect(errors).to.have.length(10);
    expect(errors[9]).to.match(/and \d+ more, in the report$/);
  });

  it('hostile text ends no line and begins no command', () => {
    for (const line of annotationsOf(hostileReport('<b>::error::x%0A\n,:\r'))) {
      expect(line).to.not.match(/[\r\n]/);
      expect(line).to.match(/^::(error|warning) (file=drills\/[a-z0-9-]+\.ts,)?title=[^:,]*::/);
    }
  });
});
