/** Stored runs that are damaged or foreign: refused with what is wrong, and no page is opened or made of them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sampleReport } from '../fixtures/report.ts';
import { cli } from '../helpers/cli.ts';

/** Nothing is opened: there is no opener on this path. */
const noOpener = { PATH: '/nonexistent' };

describe('a stored run', function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), 'ha-drills-stored-'));
  const text = JSON.stringify(sampleReport());
  const store = (report: string): string => {
    const run = mkdtempSync(join(folder, 'run-'));
    writeFileSync(join(run, 'report.json'), report);
    return run;
  };
  after(() => rmSync(folder, { recursive: true }));

  const bad: [what: string, report: string, says: RegExp][] = [
    ['is truncated', text.slice(0, 900), /truncated/],
    ['is empty', '', /empty/],
    ['is of another program', '{"schemaVersion":"1.0","results":[]}', /no report of ha-drills/],
    ['is of a newer version', text.replace('"schemaVersion":1', '"schemaVersion":2'), /version 2.*newer/s],
    ['lacks a field', text.replace('"sentence"', '"sentences"'), /sentence/],
  ];
  for (const command of ['report open', 'recheck'])
    for (const [what, report, says] of bad)
      it(`that ${what}: drill ${command} refuses it`, async () => {
        const run = store(report);
        const { exitCode, stderr, stdout } = await cli([...command.split(' '), run], noOpener);
        expect(stderr).to.match(says);
        expect(exitCode).to.equal(3);
        expect(stdout).to.equal('');
        expect(existsSync(join(run, 'index.html'))).to.equal(false);
      });

  it('without a page gets one when it is opened', async () => {
    const run = store(text);
    const { exitCode, stdout } = await cli(['report', 'open', run], noOpener);
    expect(exitCode).to.equal(0);
    expect(stdout.trim()).to.equal(join(run, 'index.html'));
    expect(readFileSync(join(run, 'index.html'), 'utf8')).to.include('<h1>');
  });

  it('without a drill is a page that says so', async () => {
    const run = store(JSON.stringify({ ...sampleReport(), drills: [], claims: [], exitCode: 2 }));
    expect((await cli(['report', 'open', run], noOpener)).exitCode).to.equal(0);
    expect(readFileSync(join(run, 'index.html'), 'utf8')).to.include('No drill was run');
  });

  it('whose timeline was cut off is not judged again', async () => {
    const run = store(text);
    const [drill] = sampleReport().drills;
    mkdirSync(join(run, drill?.id ?? '', 'logs'), { recursive: true });
    writeFileSync(join(run, drill?.id ?? '', 'facts.json'), '{}');
    writeFileSync(
      join(run, drill?.id ?? '', 'timeline.jsonl'),
      '{"kind":"step","atMs":1,"text":"a"}\n{"kind":"st',
    );
    const { exitCode, stderr } = await cli(['recheck', run], noOpener);
    expect(stderr).to.match(/timeline\.jsonl, line 2, is no event/);
    expect(exitCode).to.equal(3);
  });
});
