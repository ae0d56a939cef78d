/** Procedures from documents, typed on real nodes: one that goes well, and all that can go wrong with a step. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../harness/clock.ts';
import type { DrillResult, RunbookResult } from '../../reports/model.ts';
import { parseReport } from '../../reports/read.ts';
import { type CliResult, cli, startCli } from '../helpers/cli.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/runbooks');
const document = (name: string) => join(FIXTURES, `${name}.md`);

describe('runbooks in containers', function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const reportIn = (name: string) => parseReport(readFileSync(join(folder, name, 'report.json'), 'utf8'));

  describe('one that goes well and one that does not, in one run', () => {
    let ran: CliResult;
    let short: DrillResult & { runbook: RunbookResult };
    let troubles: RunbookResult;
    const step = (name: string) => troubles.steps.find((one) => one.name === name);
    before(async () => {
      ran = await cli(['runbook', document('short'), document('troubles'), '--out', join(folder, 'both')]);
      const { drills } = reportIn('both');
      const [one, other] = ['short', 'troubles'].map((name) => drills.find((drill) => drill.name === name));
      if (!one?.runbook || !other?.runbook) throw new Error(`no certificate: ${ran.stdout} ${ran.stderr}`);
      short = { ...one, runbook: one.runbook };
      troubles = other.runbook;
    });

    it('goes as the document says: who owned what, how long users were cut off, and files on both nodes', () => {
      const [move, note] = short.runbook.steps;
      expect(short.verdict, JSON.stringify(short.checks)).to.equal('upheld');
      expect(move?.owners).to.deep.equal([{ service: 'CAL-RG', before: 'Node1', after: 'Node2' }]);
      expect(move?.cutOff[0]?.ms).to.be.greaterThan(0);
      expect(note?.runs.map(({ node, exit }) => [node, exit])).to.deep.equal([
        ['Node1', 0],
        ['Node2', 0],
      ]);
      expect(short.runbook.atEnd.map(({ verdict }) => verdict)).to.deep.equal(['upheld', 'upheld', 'upheld']);
      const motd = short.runbook.drift.find(({ path }) => path === '/etc/motd');
      expect(motd?.diff).to.include('+moved by hand');
    });

    it('exit 1, with the place of each finding on the terminal', () => {
      expect(ran.exitCode).to.equal(1);
      expect(ran.stdout).to.match(
        /troubles\.md:11: wrong \(§6\.6\.3, step 9\): exit status \d+ instead of 0: .*\(repaired\)/,
      );
      expect(ran.lastLine).to.match(/1 of 2 procedures went as the document says.*Report: /);
    });

    it('a command that no such command has: refused, in its own words, and repaired', () => {
      expect(step('wrong')).to.include({ verdict: 'otherwise', repaired: true });
      expect(step('wrong')?.findings.join()).to.match(/scrgadm/);
    });

    it('a shell and a program that ask what nobody answers: told with what they asked, long before their time is over', () => {
      expect(step('asks')?.findings.join()).to.include(
        'waits for input that the document does not give: it asks "Proceed? [y/n]"',
      );
      expect(step('configurator')?.findings.join()).to.match(
        /waits for input that the document does not give: it asks "/,
      );
      for (const name of ['asks', 'configurator']) {
        const [run] = step(name)?.runs ?? [];
        expect(run?.ended).to.equal('waiting');
        expect((run?.untilMs ?? 0) - (run?.fromMs ?? 0)).to.be.lessThan(50_000);
      }
    });

    it('a command that never ends is ended, and what it printed is kept', () => {
      expect(step('never-ends')?.findings.join()).to.match(/had not ended after 2 s/);
      expect(step('never-ends')?.runs[0]).to.include({ ended: 'timeout', output: 'working\n' });
    });

    it('answers are typed as they are asked for; one that nobody asks for is told', () => {
      expect(step('answered')).to.include({ verdict: 'as promised' });
      expect(step('unasked')?.findings.join()).to.include('never asked "Are you sure?"');
    });

    it('output and user are as the document has them', () => {
      const found = step('wrong-output')?.findings.join();
      expect(found)
        .to.include('"All Tasks Passed" is not in its output')
        .and.include('/half/ is in its output');
      expect(step('as-nobody'), JSON.stringify(step('as-nobody'))).to.include({ verdict: 'as promised' });
    });

    it('nodes that differ afterwards are shown as a diff', () => {
      const [drift] = troubles.drift.filter(({ kind }) => kind === 'nodes');
      expect(drift).to.include({ what: 'Node2 against Node1', path: '/etc/only-here' });
      expect(drift?.diff).to.include('+mended');
      expect(troubles.atEnd.map(({ text, verdict }) => [text, verdict])).to.deep.equal([
        ['CAL-RG on Node1', 'upheld'],
        ['no drift', 'refuted'],
      ]);
    });

    it('has a page, with the outage over the steps', () => {
      const page = readFileSync(join(folder, 'both', 'index.html'), 'utf8');
      expect(page).to.include('steps on a time axis; users were cut off: CAL-RG for');
      expect(page).to.include('Proceed? [y/n]');
    });
  });

  it('interrupted in the middle: exit 130, and the steps so far are kept', async () => {
    const running = startCli(['runbook', document('troubles'), '--out', join(folder, 'cut')]);
    const timeline = join(folder, 'cut', 'troubles.asymmetric', 'timeline.jsonl');
    const settled = () =>
      (existsSync(timeline) && readFileSync(timeline, 'utf8').includes('"stage":"settled"')) || undefined;
    await until('the first step', 120_000, settled, { everyMs: 100 });
    running.kill('SIGINT');
    const { exitCode } = await running;
    expect(exitCode).to.equal(130);
    const [drill] = reportIn('cut').drills;
    expect(drill?.problem).to.match(/cut off|interrupted/);
    expect(drill?.runbook?.steps[0]).to.include({ name: 'wrong', verdict: 'otherwise' });
    expect(drill?.runbook?.steps.at(-1)).to.include({ verdict: 'not run' });
  });
});
