import { expect } from 'chai';
import type { DrillFacts } from '../harness/timeline.ts';
import { buildReport, exitCodeOf, type RunFacts } from '../reports/build.ts';
import { report as reportSchema } from '../reports/model.ts';
import { breakages } from './helpers/breakages.ts';
import { healthy, type Recorded } from './helpers/timelines.ts';
import { facts as healthyFacts } from './helpers/told.ts';

const run: RunFacts = {
  id: 'run-1',
  seed: 7,
  started: '2026-01-01T00:00:00+00:00',
  durationMs: 20000,
  stages: [],
  versions: {},
  engine: { kind: 'private', host: 'unix:///run/engine.sock', version: '20.10' },
  machine: { platform: 'linux', kernel: '6', cpu: 'some', cores: 2, memoryMiB: 4096 },
  command: 'npm run drill',
  interrupted: false,
  expectedClaims: healthyFacts.claims,
};

const build = (...recorded: Recorded[]) =>
  buildReport(
    run,
    recorded.map((one) => ({ ...one, logs: [] })),
  );
const as = ({ timeline, facts }: Recorded, changes: Partial<DrillFacts>): Recorded => ({
  timeline,
  facts: { ...facts, ...changes },
});

function broken(what: string): Recorded {
  const breakage = breakages[what];
  if (!breakage) throw new Error(`no breakage "${what}"`);
  return breakage.recorded;
}

const lost = broken('an acknowledged write is lost');
const thin = broken('the load is thin');

describe('the report', () => {
  it('of a healthy drill meets its schema and says so in one sentence', () => {
    const built = build(healthy());
    expect(reportSchema.parse(built)).to.deep.equal(built);
    expect(built.exitCode).to.equal(0);
    expect(built.sentence).to.equal(
      'node-kill on asymmetric: upheld; users could not write for 1,320 ms; no acknowledged write lost.',
    );
    expect(built.drills[0]?.steps).to.have.length(1);
  });

  it('holds the command that repeats a drill', () => {
    const commandOf = (changes: Partial<DrillFacts>) => build(as(healthy(), changes)).drills[0]?.command;
    const plain = 'npm run drill -- run node-kill --model asymmetric --seed 7';
    expect(commandOf({})).to.equal(plain);
    expect(commandOf({ profile: 'guide', sabotage: 'no-fsync' })).to.equal(
      `${plain} --profile guide --sabotage no-fsync`,
    );
  });

  it('says which check refuted, and what was lost', () => {
    const { sentence } = build(lost);
    expect(sentence).to.include('refuted (acknowledged-writes)').and.include('1 acknowledged write lost');
    expect(sentence).not.to.include('no acknowledged write');
  });

  it('gives no numbers of a drill that proves nothing', () => {
    expect(build(thin).sentence).to.equal('node-kill on asymmetric: inconclusive (load-validity).');
  });

  it('says "at least" of an outage whose end was not seen', () => {
    expect(build(broken('the service never returns')).sentence).to.include('for at least 3,116 ms');
  });

  it('does not say that no write was lost when nobody could tell', () => {
    expect(build(broken('nobody reads the volume')).sentence).not.to.include('acknowledged write');
  });

  for (const what of Object.keys(breakages))
    it(`can be built when ${what}`, () => {
      const built = build(broken(what));
      expect(reportSchema.parse(built)).to.deep.equal(built);
      expect(built.exitCode).to.be.oneOf([1, 2]);
    });

  it('gives the spread over repetitions', () => {
    const { sentence } = build(healthy(), as(healthy(), { repetition: 2 }), as(healthy(), { repetition: 3 }));
    expect(sentence).to.equal(
      'node-kill on asymmetric: 3 of 3 upheld; writes cut off for 1,320 / 1,320 / 1,320 ms (minimum / median / maximum); no acknowledged write lost.',
    );
  });

  it('names the drill that differs among several', () => {
    const { sentence } = build(healthy(), as(lost, { model: 'symmetric', seed: 8 }));
    expect(sentence).to.match(
      /^1 of 2 upheld; node-kill on symmetric, seed 8: refuted \(acknowledged-writes\);/,
    );
  });
});

describe('the exit code', () => {
  it('is 0 as expected, 1 for a verdict that differs, 2 for an inconclusive one, and 1 beats 2', () => {
    expect(build(healthy()).exitCode).to.equal(0);
    expect(build(lost).exitCode).to.equal(1);
    expect(build(thin).exitCode).to.equal(2);
    expect(build(thin, lost).exitCode).to.equal(1);
    expect(build(thin, healthy()).exitCode).to.equal(2);
  });

  it('is 2 when no drill ran, whatever claims were asked for', () => {
    expect(buildReport({ ...run, expectedClaims: [] }, []).exitCode).to.equal(2);
  });

  it('is 1 when a claim of a selected drill was not exercised', () => {
    expect(build(as(healthy(), { claims: [] })).exitCode).to.equal(1);
  });

  it('is 1 when one drill refutes a claim that only another is expected to refute', () => {
    const { drills, claims } = build(healthy(), healthy());
    const [claim] = claims;
    if (!claim) throw new Error('no claims');
    const observed = drills.map((drill, index) => ({
      ...drill,
      claims: [
        {
          ...claim,
          verdict: 'refuted' as const,
          expected: (['refuted', 'upheld'] as const)[index] ?? 'upheld',
        },
      ],
    }));
    expect(exitCodeOf(observed, [{ ...claim, verdict: 'refuted', expected: 'refuted' }])).to.equal(1);
  });

  it('is 130 when the run was interrupted', () => {
    expect(buildReport({ ...run, interrupted: true }, [{ ...lost, logs: [] }]).exitCode).to.equal(130);
  });

  it('does not mind a claim that no drill reaches yet', () => {
    const expectedClaims = [...run.expectedClaims, '6.7/symmetric-procedure/corrected'];
    const built = buildReport({ ...run, expectedClaims }, [{ ...healthy(), logs: [] }]);
    expect(built.exitCode).to.equal(0);
    const unreached = built.claims.find(({ id }) => id === '6.7/symmetric-procedure/corrected');
    expect(unreached?.verdict).to.equal('not exercised');
  });
});

describe('the claim ledger', () => {
  it('merges the observations of several drills, with the evidence of the worst', () => {
    const ledger = build(healthy(), lost, thin).claims;
    const takesOver = ledger.find(({ id }) => id === '6.1.1/backup-takes-over');
    expect(takesOver?.verdict).to.equal('refuted');
    expect(takesOver?.evidence[0]).to.equal('3 observations: 1 upheld, 1 refuted, 1 inconclusive.');
    expect(ledger.find(({ id }) => id === '6.1.1/disk-switched')?.verdict).to.equal('inconclusive');
  });
});

describe('series and lanes', () => {
  it('count every operation once, in the slice of its planned moment', () => {
    const [writes, reads] = build(healthy()).drills[0]?.series ?? [];
    const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0);
    expect(sum(writes?.ok) + sum(reads?.ok)).to.equal(571);
    expect(sum(writes?.indeterminate) + sum(reads?.indeterminate)).to.equal(113);
    expect(writes?.medianLatencyMs[0]).to.equal(4);
    expect(writes?.medianLatencyMs[45]).to.equal(null);
  });

  it('show where mount and address were, and the outage', () => {
    const lanes = build(healthy()).drills[0]?.lanes ?? [];
    expect(lanes.map(({ name }) => name)).to.deep.equal([
      'drill',
      'CAL-RG clients',
      'Node1',
      'Node2',
      'penguin',
    ]);
    const stylesOf = (name: string) =>
      lanes.find((lane) => lane.name === name)?.spans.map(({ style }) => style);
    expect(stylesOf('Node2')).to.deep.equal([
      'up',
      'mount',
      'address',
      'process',
      'method',
      'method',
      'method',
    ]);
    expect(stylesOf('CAL-RG clients')).to.include.members(['outage', 'phase', 'served']);
    const answers = lanes
      .find(({ name }) => name === 'CAL-RG clients')
      ?.spans.filter(({ style }) => style === 'served');
    expect(answers?.map(({ label }) => label)).to.deep.equal(['answers from Node1', 'answers from Node2']);
  });
});
