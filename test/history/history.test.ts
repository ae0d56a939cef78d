/** The history's files, whole and damaged, and what a run is told of the runs before it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { changesOf, gapsOf, trendsOf } from '../../harness/history/changes.ts';
import { entryOf, historyEntry } from '../../harness/history/entry.ts';
import { compared } from '../../harness/history/recording.ts';
import { SCHEMAS, schemaText } from '../../harness/history/schemas.ts';
import { addToHistory, historyFolder, readBaselines, readHistory } from '../../harness/history/store.ts';
import { historyInWords } from '../../harness/history/words.ts';
import { report as reportSchema } from '../../reports/model.ts';
import { sampleReport } from '../fixtures/report.ts';
import { cli } from '../helpers/cli.ts';
import { drillEntry, here, night } from '../helpers/history-entries.ts';

describe('the history', () => {
  const root = mkdtempSync(join(tmpdir(), 'ha-drills-history-'));
  let folder = root;
  let count = 0;
  beforeEach(() => {
    count += 1;
    folder = join(root, String(count));
  });
  after(() => rmSync(root, { recursive: true }));

  it('gives back what was added, the oldest first, and leaves nothing else in the folder', () => {
    const [late, early] = [night(2, [1300]), night(1, [1200])];
    for (const entry of [late, early, late]) addToHistory(folder, entry);
    expect(readHistory(folder)).to.deep.equal({ folder, entries: [early, late], damaged: [] });
    expect(readdirSync(folder).sort()).to.deep.equal(['run-001.json', 'run-002.json']);
  });

  it('is empty where there is no folder', () => {
    expect(readHistory(folder).entries).to.deep.equal([]);
    expect(readBaselines(folder)).to.deep.equal({ baselines: [], damaged: [] });
    expect(historyInWords([], [])).to.deep.equal(['The history is empty.']);
  });

  it('leaves out damaged entries, and names them', () => {
    addToHistory(folder, night(1, [1200]));
    const whole = JSON.stringify(night(2, [1200]));
    writeFileSync(join(folder, 'run-002.json'), whole.slice(0, 200));
    writeFileSync(join(folder, 'run-003.json'), '');
    writeFileSync(join(folder, 'run-004.json'), 'null');
    writeFileSync(join(folder, 'run-005.json'), whole);
    writeFileSync(join(folder, 'run-006.json'), whole.replace('"upheld"', '"passed"'));
    mkdirSync(join(folder, 'run-007.json'));
    writeFileSync(join(folder, 'run-008.json.1.new'), whole);
    const { entries, damaged } = readHistory(folder);
    expect(entries.map(({ run }) => run)).to.deep.equal(['run-001']);
    expect(damaged.map(({ file }) => file)).to.deep.equal(
      [2, 3, 4, 5, 6, 7].map((number) => `run-00${number}.json`),
    );
    const words = historyInWords(entries, damaged).join('\n');
    expect(words).to.match(/left out: run-002\.json: it is no JSON, or cut short/);
    expect(words).to.match(/left out: run-005\.json: it tells of run run-002/);
    expect(words).to.match(/left out: run-006\.json: it does not fit: drills\.0\.verdict/);
  });

  it('refuses an entry and a baseline of a newer version with words', () => {
    addToHistory(folder, night(1, [1200]));
    writeFileSync(join(folder, 'run-002.json'), '{"historyVersion":2}');
    expect(() => readHistory(folder)).to.throw(/run-002\.json has historyVersion 2; this ha-drills reads 1/);
    mkdirSync(join(folder, 'baselines'));
    writeFileSync(join(folder, 'baselines', 'a.json'), '{"baselineVersion":7}');
    expect(() => readBaselines(folder)).to.throw(/baselineVersion 7; this ha-drills reads 1/);
  });

  it('adds no run whose id is a path, or that does not fit', () => {
    expect(() => addToHistory(folder, night(1, [], { run: '../../evil' }))).to.throw(/no plain word/);
    expect(() => addToHistory(folder, night(1, [], { started: 'yesterday' }))).to.throw(/started/);
    expect(readHistory(folder).entries).to.deep.equal([]);
  });

  it('is where it is told to be: by the option, else by the environment, else in reports', () => {
    const before = process.env['HA_DRILLS_HISTORY'];
    try {
      delete process.env['HA_DRILLS_HISTORY'];
      expect(historyFolder(true)).to.match(/\/reports\/history$/);
      process.env['HA_DRILLS_HISTORY'] = '/tmp/elsewhere';
      expect(historyFolder()).to.equal('/tmp/elsewhere');
      expect(historyFolder('/tmp/named')).to.equal('/tmp/named');
    } finally {
      if (before === undefined) delete process.env['HA_DRILLS_HISTORY'];
      else process.env['HA_DRILLS_HISTORY'] = before;
    }
  });

  it('shows where nights are missing', () => {
    const entries = [night(1, [1200]), night(2, [1200]), night(7, [])];
    expect(gapsOf(entries)).to.deep.equal([{ after: 'run-002', before: 'run-007', days: 5 }]);
    expect(historyInWords(entries, []).slice(1)).to.deep.equal([
      '2026-01-02 02:00  run-002  exit 0, 1 of 1 drill as expected',
      '                  … nothing for 5 days …',
      '2026-01-07 02:00  run-007  exit 0, no drill ran',
    ]);
  });
});

describe('the JSON Schemas of the history', () => {
  for (const one of SCHEMAS)
    it(`${basename(one.file)} is current: renew it with node harness/history/schemas.ts --write`, () => {
      expect(readFileSync(one.file, 'utf8')).to.equal(schemaText(one));
    });
});

describe('an entry of the history', () => {
  it('holds verdicts, outages, phases, seeds and the machine of a report', () => {
    const report = sampleReport({ repetitions: 2 });
    const entry = entryOf(report);
    expect(historyEntry.parse(entry)).to.deep.equal(entry);
    expect(entry.machines).to.deep.equal([
      { cpu: 'AMD EPYC 7B13', cores: 8, memoryMiB: 32_093, kernel: '6.12.9', engine: '28.0.1', jobs: null },
    ]);
    const [one] = entry.drills;
    const [write] = report.drills[0]?.outages ?? [];
    expect(one).to.include({ drill: 'node-kill', repetition: 1, seed: 4711, attempt: 1, valid: true });
    expect(one?.writes[0]?.ms).to.be.closeTo((write?.untilMs ?? 0) - (write?.fromMs ?? 0), 0.1);
    const sum = one?.phases.reduce((total, { ms }) => total + ms, 0) ?? 0;
    expect(sum).to.be.closeTo(one?.writes[0]?.ms ?? 0, 1);
    expect(entry.claims.length).to.equal(report.claims.length);
  });

  it('leaves out sabotages, counts second attempts, and knows a part from a whole', () => {
    expect(entryOf(sampleReport({ sabotage: 'no-fsync' })).drills).to.deep.equal([]);
    const report = sampleReport();
    const again = { ...report, drills: report.drills.map((drill) => ({ ...drill, earlierAttempt: 'x' })) };
    expect(entryOf(again).drills[0]?.attempt).to.equal(2);
    const whole = { ...report.run, allClaims: true };
    expect(entryOf({ ...report, run: whole }).whole).to.equal(true);
    expect(entryOf({ ...report, run: { ...whole, shard: { index: 1, count: 2 } } }).whole).to.equal(false);
    expect(entryOf({ ...report, run: { ...whole, missingShards: [{ index: 1, count: 2 }] } }).whole).to.equal(
      false,
    );
  });

  it('names the machine of each shard once', () => {
    const report = sampleReport({ repetitions: 3 });
    const { machine } = report.run;
    const part = (index: number, cores: number) => ({
      ...{ index, count: 3, run: `part-${index}`, started: report.run.started, durationMs: 1, jobs: 1 },
      ...{ interrupted: false, machine: { ...machine, cores }, engineVersion: '28' },
      drills: [report.drills[index - 1]?.id ?? ''],
    });
    const entry = entryOf({ ...report, run: { ...report.run, parts: [part(1, 2), part(2, 4), part(3, 2)] } });
    expect(entry.machines.map(({ cores }) => cores)).to.deep.equal([2, 4]);
    expect(entry.drills.map(({ machine: which }) => which)).to.deep.equal([0, 1, 0]);
  });
});

describe('what changed since the last run', () => {
  const claim = (id: string, verdict: 'upheld' | 'refuted') => ({ id, verdict, expected: 'upheld' as const });

  it('is nothing where there was none, or none of these drills', () => {
    expect(changesOf(night(2, [1200]), [])).to.equal(null);
    expect(changesOf(night(1, [1200]), [night(2, [1200])])).to.equal(null);
    const other = night(1, [drillEntry(1200, { drill: 'other' })]);
    expect(changesOf(night(2, [1200]), [other])).to.equal(null);
    expect(changesOf(night(2, []), [night(1, [1200])])).to.equal(null);
  });

  it('names verdicts and claims that are other, drills that came and went, and how long outages were', () => {
    const before = night(1, [drillEntry(1200), drillEntry(900, { drill: 'gone' })], {
      claims: [claim('a', 'upheld'), claim('b', 'upheld')],
    });
    const now = night(2, [drillEntry(1800, { verdict: 'refuted' }), drillEntry(500, { drill: 'came' })], {
      claims: [claim('a', 'upheld'), claim('b', 'refuted'), claim('c', 'refuted')],
    });
    const changes = changesOf(now, [before]);
    const kill = { drill: 'node-kill', model: 'asymmetric', profile: 'fast' };
    expect(changes).to.deep.include({
      sinceRun: 'run-001',
      otherMachine: [],
      verdicts: [{ ...kill, from: 'upheld', to: 'refuted' }],
      claims: [{ id: 'b', from: 'upheld', to: 'refuted' }],
      newDrills: [{ ...kill, drill: 'came' }],
      goneDrills: [{ ...kill, drill: 'gone' }],
    });
    expect(changes?.outages[0]).to.deep.equal({
      ...kill,
      ...{ phase: null, beforeMs: 1200, nowMs: 1800, usualMs: 1200, runs: 1, ratio: 1.5 },
      ...{ interval: null, p: null, verdict: 'too few' },
    });
  });

  it('compares with the last run that selected alike, and calls nothing gone that was not asked for', () => {
    const whole = night(1, [drillEntry(1200), drillEntry(900, { drill: 'other' })]);
    const part = night(2, [drillEntry(1300)], { whole: false });
    expect(
      changesOf(night(3, [1200, drillEntry(900, { drill: 'other' })]), [whole, part])?.sinceRun,
    ).to.equal('run-001');
    const small = changesOf(night(3, [1200], { whole: false }), [whole, part]);
    expect(small?.sinceRun).to.equal('run-002');
    expect(changesOf(night(3, [1200], { whole: false }), [whole])?.goneDrills).to.deep.equal([]);
  });

  it('compares no lengths across machines, and says how they differ', () => {
    const before = night(1, [1200], { machines: [{ ...here, kernel: '6.1' }] });
    const changes = changesOf(night(2, [1800]), [before]);
    expect(changes?.otherMachine).to.deep.equal(['kernel 6.1, then 6.8']);
    expect(changes?.outages[0]).to.include({
      beforeMs: null,
      usualMs: null,
      nowMs: 1800,
      verdict: 'too few',
    });
  });

  it('calls a run slower that repeats enough, with an interval', () => {
    const often = (ms: number) => [0, 10, 20, 30, 40, 50, 60].map((by) => drillEntry(ms + by));
    const changes = changesOf(night(3, often(1800)), [night(1, often(1200)), night(2, often(1210))]);
    const [one] = changes?.outages ?? [];
    expect(one).to.include({ verdict: 'slower', runs: 2, beforeMs: 1240, nowMs: 1830, usualMs: 1235 });
    expect(one?.interval?.lowMs).to.be.within(550, 620);
    expect(one?.p).to.be.below(0.01);
  });

  it('trends have a point for each run that did the drill, whatever else is missing', () => {
    const runs = [
      night(1, [1200, 1300]),
      night(2, [drillEntry(1, { drill: 'other' })]),
      night(5, [drillEntry(1400, { valid: false, verdict: 'inconclusive' })]),
      night(6, [drillEntry(0, { writes: [], phases: [] })], { machines: [{ ...here, jobs: 1 }] }),
      night(9, [drillEntry(1500)]),
    ];
    const [trend, ...rest] = trendsOf(night(7, [1250]), runs);
    expect(rest).to.deep.equal([]);
    expect(
      trend?.runs.map(({ run, writeMs, verdict, sameMachine }) => [run, writeMs, verdict, sameMachine]),
    ).to.deep.equal([
      ['run-001', 1250, 'upheld', true],
      ['run-005', null, 'inconclusive', true],
      ['run-006', 0, 'upheld', false],
      ['run-007', 1250, 'upheld', true],
    ]);
    expect(trend?.runs.at(-1)?.phases).to.deep.equal([
      { name: 'detection', ms: 1000 },
      { name: 'service start', ms: 250 },
    ]);
  });

  it('a report with all of it meets its schema', () => {
    const first = sampleReport();
    const second = { ...first, run: { ...first.run, id: 'second', started: '2025-03-15T09:26:53+01:00' } };
    const full = compared(second, { folder: '', entries: [entryOf(first)], damaged: [] });
    expect(reportSchema.parse(full)).to.deep.equal(full);
    expect(full.changes?.sinceRun).to.equal(first.run.id);
    expect(full.trends?.[0]?.runs).to.have.length(2);
  });
});

describe('drill history and drill baseline', function () {
  this.timeout(30_000);
  const root = mkdtempSync(join(tmpdir(), 'ha-drills-baseline-'));
  after(() => rmSync(root, { recursive: true }));
  const drill = (...words: string[]) => cli([...words, '--history', root]);

  it('set, show and compare, with the exit codes 0, 1, 2 and 3', async () => {
    const lengths = (day: number, ms: number) => night(day, [drillEntry(ms + ((day * 37) % 50))]);
    expect((await drill('baseline', 'set')).exitCode).to.equal(3);
    for (let day = 1; day <= 10; day++) addToHistory(root, lengths(day, 1200));
    const none = await drill('baseline', 'compare');
    expect([none.exitCode, none.stderr]).to.satisfy(
      ([code, says]: [number, string]) => code === 3 && says.includes('there is no baseline yet'),
    );
    const set = await drill('baseline', 'set', '--last', '10');
    expect(set.stdout).to.match(/by 10 runs: run-001, .*run-010/);
    expect((await drill('baseline', 'show')).stdout).to.include('node-kill on asymmetric: 1,');
    addToHistory(root, lengths(11, 1200));
    expect((await drill('baseline', 'compare')).exitCode).to.equal(2);
    for (let day = 12; day <= 17; day++) addToHistory(root, lengths(day, 1200));
    expect((await drill('baseline', 'compare')).exitCode).to.equal(0);
    for (let day = 18; day <= 24; day++) addToHistory(root, lengths(day, 1700));
    const slower = await drill('baseline', 'compare');
    expect(slower.exitCode).to.equal(1);
    expect(slower.stdout).to.match(/^SLOWER: node-kill on asymmetric/);
    expect((await drill('baseline', 'compare', 'run-017')).exitCode).to.equal(0);
    expect((await drill('baseline', 'compare', '--effect', '80')).exitCode).to.equal(0);
    expect((await drill('baseline', 'compare', '--pool', '3')).exitCode).to.equal(2);
    const foreign = night(25, [1200], { machines: [{ ...here, kernel: '7.0' }] });
    addToHistory(root, foreign);
    const refused = await drill('baseline', 'compare');
    expect(refused.exitCode).to.equal(3);
    expect(refused.stderr).to.match(/run-025.*kernel 6\.8, then 7\.0/);
  });

  it('refuses what cannot be meant', async () => {
    const cases: [string[], RegExp][] = [
      [['baseline', 'set', 'run-001', '--last', '3'], /name runs, or how many/],
      [['baseline', 'compare', 'no-such-run'], /no run "no-such-run"/],
      [['baseline', 'compare', '--level', '1.5'], /above 0 and below 1/],
      [['baseline', 'compare', '--effect', '-3'], /above 0/],
      [['run', 'node-kill', '--sabotage', 'no-takeover'], /broken variant does not belong into the history/],
    ];
    for (const [words, says] of cases) {
      const { exitCode, stderr } = await drill(...words);
      expect(stderr).to.match(says);
      expect(exitCode).to.equal(3);
    }
    const gate = await cli(['run', 'node-kill', '--gate']);
    expect([gate.exitCode, gate.stderr]).to.satisfy(
      ([code, says]: [number, string]) => code === 3 && says.includes('give --history'),
    );
    const taken = await cli(['run', '--history', 'node-kill']);
    expect(taken.stderr).to.match(/that is a drill, and was taken for a folder/);
  });
});
