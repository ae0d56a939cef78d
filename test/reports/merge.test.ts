/** Shards of a run, merged, are the run; what is no shard of it is refused with what differs. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { claims } from '../../harness/guide/claims.ts';
import { saveFacts, writeReport } from '../../harness/run-folder.ts';
import type { DrillFacts } from '../../harness/timeline.ts';
import { buildReport, type RunFacts } from '../../reports/build.ts';
import { mergeShards, type Shard } from '../../reports/merge.ts';
import type { Report } from '../../reports/model.ts';
import { breakages } from '../helpers/breakages.ts';
import { cli } from '../helpers/cli.ts';
import { healthy, type Recorded } from '../helpers/timelines.ts';
import { facts as healthyFacts } from '../helpers/told.ts';

const run: RunFacts = {
  id: 'whole',
  seed: 20260101,
  started: '2026-01-01T02:00:00.000Z',
  durationMs: 20_000,
  stages: [{ name: 'drills', durationMs: 9000 }],
  versions: { 'ha-drills': '0.1.0', node: 'v24.21.0', engine: '20.10', base: 'ha-drills/base:1' },
  engine: { kind: 'private', host: 'unix:///run/engine.sock', version: '20.10' },
  machine: { platform: 'linux', kernel: '6', cpu: 'some', cores: 2, memoryMiB: 4096 },
  command: 'drill run --all',
  interrupted: false,
  jobs: 1,
  git: { commit: 'c0ffee', dirty: false },
  allClaims: true,
  simulatedYears: 20,
  expectedClaims: [],
};

/** Recorded later by so many ms, under another name. */
function later({ timeline, facts }: Recorded, byMs: number, changes: Partial<DrillFacts>): Recorded {
  const moved = timeline.map((event) => ({
    ...event,
    atMs: event.atMs + byMs,
    ...(event.plannedMs === undefined ? {} : { plannedMs: event.plannedMs + byMs }),
  }));
  const { beganMs, endedMs } = facts;
  return {
    timeline: moved,
    facts: { ...facts, beganMs: beganMs + byMs, endedMs: endedMs + byMs, ...changes },
  };
}

const lost = breakages['an acknowledged write is lost']?.recorded;
if (lost === undefined) throw new Error('no such breakage');

/** Two of them on each shard; claims over a run rest on drills of both, and one drill was done twice. */
const recorded: Recorded[] = [
  healthy(),
  later(healthy(), 10_000, { id: 'node-hang.asymmetric', name: 'node-hang' }),
  later(healthy(), 20_000, {
    id: 'node-kill.symmetric',
    model: 'symmetric',
    earlierAttempt: 'inconclusive: load',
  }),
  later(lost, 30_000, { id: 'node-reboot.asymmetric', name: 'node-reboot' }),
];

const claimsOf = (some: readonly Recorded[]) => [...new Set(some.flatMap(({ facts }) => facts.claims))];
const built = (facts: Partial<RunFacts>, some: readonly Recorded[]) =>
  buildReport(
    { ...run, ...facts },
    some.map((one) => ({ ...one, logs: [] })),
  );

const whole = built({ expectedClaims: [...claims.map(({ id }) => id), ...claimsOf(recorded)] }, recorded);

function shard(index: number, count: number, changes: Partial<RunFacts> = {}): Shard {
  const own = recorded.filter((_, place) => place % count === index - 1);
  const facts = { id: `part-${index}`, shard: { index, count }, expectedClaims: claimsOf(own), ...changes };
  return { from: `shards/${index}`, report: built(facts, own) };
}

const merged = (shards: readonly Shard[]) => mergeShards(shards, { id: 'whole', command: run.command });

/** All but what tells of the machines that did it, and for how long. */
function apart(report: Report): unknown {
  const { parts: _, stages: __, durationMs: ___, ...rest } = report.run;
  return { ...report, run: rest };
}

describe('merging shards', () => {
  for (const count of [2, 3, 4])
    it(`${count} shards make the report of the whole run, in whatever order they come`, () => {
      const shards = Array.from({ length: count }, (_, place) => shard(place + 1, count));
      expect(apart(merged(shards))).to.deep.equal(apart(whole));
      expect(apart(merged(shards.toReversed()))).to.deep.equal(apart(whole));
    });

  it('judges claims over a run on all of it, which no shard could', () => {
    const over = claims.filter(({ overRun }) => overRun).map(({ id }) => id);
    const evidence = (report: Report) =>
      report.claims.filter(({ id }) => over.includes(id)).flatMap((claim) => claim.evidence);
    const shards = [shard(1, 2), shard(2, 2)];
    expect(evidence(merged(shards))).to.deep.equal(evidence(whole));
    for (const { report } of shards) expect(evidence(report)).to.not.deep.equal(evidence(whole));
  });

  it('keeps second attempts, and says what each shard was', () => {
    const report = merged([shard(1, 2), shard(2, 2, { jobs: 2 })]);
    expect(report.drills.find(({ model }) => model === 'symmetric')?.earlierAttempt).to.include('load');
    expect(report.run.parts?.map(({ index, jobs, drills }) => [index, jobs, drills])).to.deep.equal([
      [1, 1, [healthyFacts.id, 'node-kill.symmetric']],
      [2, 2, ['node-hang.asymmetric', 'node-reboot.asymmetric']],
    ]);
    expect(report.run.jobs).to.equal(undefined);
  });

  it('names the shards that are missing, and does not call the rest a success', () => {
    const fine = recorded.slice(0, 3);
    const own = built(
      { shard: { index: 2, count: 3 }, allClaims: false, expectedClaims: claimsOf(fine) },
      fine,
    );
    const report = merged([{ from: 'shards/2', report: own }]);
    expect(own.exitCode).to.equal(0);
    expect(report.exitCode).to.equal(2);
    expect(report.sentence).to.match(/^shard 1 of 3 is missing; shard 3 of 3 is missing; 3 of 3 upheld/);
    expect(report.run.missingShards).to.have.length(2);
  });

  it('shows a shard that ran no drill', () => {
    const empty = { from: 'shards/1', report: built({ shard: { index: 1, count: 1 } }, []) };
    const report = merged([empty]);
    expect(report.sentence).to.match(/^no drill ran/);
    expect(report.run.parts?.[0]?.drills).to.deep.equal([]);
    expect(report.exitCode).to.not.equal(0);
  });

  const foreign: [what: string, changes: Partial<RunFacts>, says: RegExp][] = [
    ['seed', { seed: 8 }, /seed 20260101 and 8/],
    [
      'version',
      { versions: { ...run.versions, 'ha-drills': '0.2.0' } },
      /version of ha-drills 0\.1\.0 and 0\.2\.0/,
    ],
    [
      'image',
      { versions: { ...run.versions, base: 'other' } },
      /version of base ha-drills\/base:1 and other/,
    ],
    ['engine', { engine: { ...run.engine, version: '28' } }, /engine private 20\.10 and private 28/],
    ['commit', { git: { commit: 'beef', dirty: false } }, /working copy.*c0ffee.*beef/],
    ['changed files', { git: { commit: 'c0ffee', dirty: true } }, /"dirty":false.*"dirty":true/],
    ['number of shards', { shard: { index: 2, count: 3 } }, /number of shards 2 and 3/],
    ['claims', { allClaims: false }, /claims that are compared all and those of its drills/],
  ];
  for (const [what, changes, says] of foreign)
    it(`refuses a shard of another ${what}`, () => {
      expect(() => merged([shard(1, 2), shard(2, 2, changes)])).to.throw(
        /shards\/1 and shards\/2 are not shards of one run/,
      );
      expect(() => merged([shard(1, 2), shard(2, 2, changes)])).to.throw(says);
    });

  it('refuses another profile, the same shard twice, the same drill twice, and a run that is no shard', () => {
    const guide = recorded.slice(0, 1).map((one) => later(one, 0, { id: 'other', profile: 'guide' }));
    const other = { from: 'guide', report: built({ shard: { index: 2, count: 2 } }, guide) };
    expect(() => merged([shard(1, 2), other])).to.throw(/profile fast and guide/);
    expect(() => merged([shard(1, 2), shard(1, 2)])).to.throw(/both shard 1 of 2/);
    const twice = {
      from: 'twice',
      report: { ...shard(1, 2).report, run: { ...whole.run, shard: { index: 2, count: 2 } } },
    };
    expect(() => merged([shard(1, 2), twice])).to.throw(
      /drill node-kill-asymmetric is in shards\/1 and in twice/,
    );
    expect(() => merged([{ from: 'whole', report: whole }])).to.throw(
      /whole holds run whole, which is no shard/,
    );
  });
});

describe('drill report merge', function () {
  this.timeout(30_000);
  const root = mkdtempSync(join(tmpdir(), 'ha-drills-merge-'));
  const at = (name: string) => join(root, name);
  after(() => rmSync(root, { recursive: true }));

  before(() => {
    for (const index of [1, 2]) {
      const { report } = shard(index, 2);
      for (const { timeline, facts } of recorded.filter((_, place) => place % 2 === index - 1)) {
        saveFacts(at(`${index}`), facts);
        const lines = timeline.map((event) => JSON.stringify(event));
        writeFileSync(join(at(`${index}`), facts.id, 'timeline.jsonl'), `${lines.join('\n')}\n`);
      }
      writeReport(at(`${index}`), report);
    }
  });

  it('writes a report that can be judged again, and adds the run to the history', async () => {
    const { exitCode, stdout } = await cli([
      ...['report', 'merge', at('1'), at('2')],
      ...['--out', at('merged'), '--history', at('history')],
    ]);
    expect(stdout).to.include('shard 1 of 2: 2 drills\nshard 2 of 2: 2 drills\n');
    expect(exitCode).to.equal(1);
    const again = await cli(['recheck', at('merged')]);
    expect(again.lastLine).to.include('Every check as stored');
    const history = await cli(['history', '--history', at('history'), '--json']);
    const { entries, damaged } = JSON.parse(history.stdout);
    expect([entries.length, damaged]).to.deep.equal([1, []]);
    expect(entries[0]).to.include({ whole: true, exitCode: 1 });
    expect(entries[0].drills.map(({ attempt }: { attempt: number }) => attempt)).to.deep.equal([1, 1, 2, 1]);
  });

  it('names a missing folder, a truncated, a foreign and a newer report: exit 3, and nothing is written', async () => {
    const bad = (name: string, text: string) => {
      cpSync(at('2'), at(name), { recursive: true });
      writeFileSync(join(at(name), 'report.json'), text);
      return at(name);
    };
    const text = readFileSync(join(at('2'), 'report.json'), 'utf8');
    const cases: [string, RegExp][] = [
      [at('nowhere'), /nowhere holds no report\.json/],
      [bad('cut', text.slice(0, 5000)), /cut\/report\.json: The report is truncated/],
      [bad('foreign', '{"name":"package"}'), /foreign\/report\.json: .*no report of ha-drills/],
      [
        bad('newer', text.replace('"schemaVersion": 1', '"schemaVersion": 9')),
        /newer\/report\.json: .*version 9/,
      ],
      [bad('evil', text.replaceAll('"node-hang.asymmetric"', '"../../evil"')), /no id of a drill/],
    ];
    for (const [folder, says] of cases) {
      const { exitCode, stderr } = await cli(['report', 'merge', at('1'), folder, '--out', at('never')]);
      expect(stderr).to.match(says);
      expect(exitCode).to.equal(3);
      expect(existsSync(at('never'))).to.equal(false);
    }
  });
});
