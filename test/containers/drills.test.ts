/** The real thing: node-kill as it should be, and under every sabotage, in containers. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsOf, nextCommandMs } from '../../harness/checkers/commands.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { leftovers } from '../../harness/engine/leftovers.ts';
import { messageOf } from '../../harness/errors.ts';
import { readRecorded } from '../../harness/run-folder.ts';
import type { SabotageRow } from '../../harness/sabotages.ts';
import { ofKind } from '../../harness/timeline.ts';
import type { DrillResult, Report } from '../../reports/model.ts';
import { parseReport } from '../../reports/read.ts';
import { askedSabotages } from '../helpers/asked-sabotages.ts';
import { type CliResult, cli } from '../helpers/cli.ts';

/** How long a sabotaged drill waits for a service that may never come back, in seconds: many times a takeover. */
const TIMEOUT = '10';
const ATTEMPTS = 3;

interface Ran extends CliResult {
  folder: string;
  report: Report;
  drill: DrillResult;
}

describe('drills in containers', function () {
  this.timeout(300_000);
  let folder: string;
  /** The folder of the run that was upheld. */
  let upheld: string;
  let runs = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const NODE_KILL = { drill: 'node-kill', model: 'asymmetric' };

  /** Runs a drill. A machine too busy to tell makes a drill inconclusive, which is no verdict: then once more, twice at most. */
  async function run(
    name: string,
    args: string[],
    what: { drill: string; model: string } = NODE_KILL,
    meantInconclusive = false,
  ): Promise<Ran> {
    for (let attempt = 1; ; attempt++) {
      const ran = await runOnce(`${name}.${++runs}`, args, what);
      if (ran.drill.verdict !== 'inconclusive' || meantInconclusive || attempt === ATTEMPTS) return ran;
    }
  }

  async function runOnce(
    name: string,
    args: string[],
    { drill: drillName, model }: { drill: string; model: string },
  ): Promise<Ran> {
    const out = join(folder, name);
    const result = await cli(['run', drillName, '--model', model, '--out', out, ...args]);
    expect(existsSync(join(out, 'report.json')), `no report: ${result.stderr}`).to.equal(true);
    const report = parseReport(readFileSync(join(out, 'report.json'), 'utf8'));
    const [drill] = report.drills;
    if (drill === undefined) throw new Error('the report has no drill');
    return { ...result, folder: out, report, drill };
  }

  it('node-kill is upheld, with a report that says what happened', async () => {
    const { exitCode, lastLine, drill, report, folder: out } = await run('upheld', ['--seed', '7']);
    upheld = out;
    expect(exitCode, lastLine).to.equal(0);
    expect(drill.checks.filter(({ verdict, expected }) => verdict !== expected)).to.deep.equal([]);
    expect(drill.claims.map(({ id, verdict }) => [id, verdict])).to.deep.include([
      '6.1.1/backup-takes-over',
      'upheld',
    ]);
    expect(lastLine).to.include('upheld').and.to.include('index.html');
    for (const file of [
      'index.html',
      'junit.xml',
      'summary.md',
      `${drill.id}/timeline.jsonl`,
      `${drill.id}/logs/Node2.log`,
    ]) {
      expect(existsSync(join(out, file)), file).to.equal(true);
    }
    const [write] = drill.outages.filter(({ kind }) => kind === 'write');
    expect(write?.censored).to.equal(false);
    const phases = drill.phases.map(({ name }) => name);
    expect(phases).to.include.members([
      'detection',
      'membership',
      'fencing',
      'mount',
      'address',
      'service start',
      'first success',
    ]);
    const sum = drill.phases.reduce((total, { fromMs, untilMs }) => total + untilMs - fromMs, 0);
    expect(sum).to.be.closeTo((write?.untilMs ?? 0) - (write?.fromMs ?? 0), 0.01);
    expect(report.run.engine.version).to.not.equal('');
  });

  it('a stored run is judged again from its timeline, with the same verdicts', async () => {
    const again = await cli(['recheck', upheld]);
    expect(again.stdout).to.include('Every check as stored');
    expect(again.exitCode).to.equal(0);
  });

  describe('under each sabotage the check meant for it turns red, and no other', function () {
    // A machine that stood still for a second breaks other promises too. Twice in a row would be the drill's own fault.
    this.retries(1);
    const firstTries = new Map<string, string>();
    afterEach(function () {
      const failed = firstTries.get(this.currentTest?.title ?? '');
      if (failed !== undefined) console.log(`      ↻ the first try: ${failed}`);
    });
    for (const row of askedSabotages(process.env['DRILL_SABOTAGES'])) {
      it(`${row.name} → ${row.check} (${row.drill} on ${row.model})`, async function () {
        const { exitCode, drill } = await run(
          `${row.name}-${row.check}`,
          ['--sabotage', row.name, '--seed', '11', '--timeout', TIMEOUT],
          row,
          row.verdict === 'inconclusive',
        );
        try {
          expectRed(row, drill);
        } catch (error) {
          firstTries.set(this.test?.title ?? '', messageOf(error).slice(0, 1000));
          throw error;
        }
        expect(exitCode).to.equal(row.verdict === 'inconclusive' ? 2 : 1);
      });
    }
  });

  it('ports of two stacked loop devices can be cut as well', async () => {
    const {
      exitCode,
      lastLine,
      drill,
      folder: out,
    } = await run('stacked', ['--stacked-ports', '--seed', '13']);
    expect(exitCode, lastLine).to.equal(0);
    expect(readFileSync(join(out, drill.id, 'logs', 'penguin.log'), 'utf8')).to.include('ports are stacked');
  });

  it('the witness looks at what a command did before the next one is typed', async () => {
    const operations = { drill: 'service-operations', model: 'asymmetric' };
    const { exitCode, lastLine, drill, folder: out } = await run('operations', ['--seed', '17'], operations);
    expect(exitCode, lastLine).to.equal(0);
    const timeline = readRecorded(out, drill.id)?.timeline ?? [];
    const looks = ofKind(timeline, 'looked');
    const commands = commandsOf(timeline);
    expect(commands.length).to.be.greaterThan(3);
    for (const one of commands) {
      const nextMs = nextCommandMs(timeline, one);
      const look = looks.find(({ atMs }) => atMs >= one.endMs && atMs <= nextMs);
      expect(look, one.line).to.not.equal(undefined);
    }
  });

  it('leaves nothing behind', async () => {
    const { docker } = await findOrStartEngine(() => undefined);
    const { containers, networks, volumes, loops, mounts } = await leftovers(docker);
    expect({ containers, networks, volumes, loops, mounts }).to.deep.equal({
      containers: [],
      networks: [],
      volumes: [],
      loops: [],
      mounts: [],
    });
  });
});

function expectRed({ check, verdict, unjudged = [] }: SabotageRow, drill: DrillResult): void {
  const found = Object.fromEntries(drill.checks.map((one) => [one.name, one.verdict]));
  const expected = Object.fromEntries(
    drill.checks.map((one) => [one.name, unjudged.includes(one.name) ? 'inconclusive' : one.expected]),
  );
  const evidence = drill.checks
    .filter(({ verdict: found, expected: wanted }) => found !== wanted)
    .map((one) => `${one.name}: ${one.evidence.join(' ')}`);
  expect(found, evidence.join('\n')).to.deep.equal({ ...expected, [check]: verdict });
  expect(drill.verdict).to.equal(verdict === 'upheld' ? 'refuted' : verdict);
}
