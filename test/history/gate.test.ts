/** The gate on switchover time: how often it errs, what it refuses, and what it says. */
import { expect } from 'chai';
import { baselineName, baselinesOf } from '../../harness/history/baseline.ts';
import { compareAll, DEFAULT_LIMITS, detectable, familyOf, holm } from '../../harness/history/compare.ts';
import type { HistoryEntry } from '../../harness/history/entry.ts';
import { DEFAULT_POOL, gate } from '../../harness/history/gate.ts';
import { gateInWords } from '../../harness/history/words.ts';
import { randomFrom } from '../../harness/random.ts';
import { normalBelow, rankTest } from '../../harness/statistics.ts';
import { alarms, type Shape, shapeNames } from '../helpers/drawn-lengths.ts';
import { drillEntry, here, night } from '../helpers/history-entries.ts';

const limits = { ...DEFAULT_LIMITS, pool: DEFAULT_POOL };
const SET = '2026-02-01T00:00:00.000Z';
/** Lengths that differ a little from night to night. */
const around = (ms: number, day: number) => ms + ((day * 37) % 50);
const nights = (from: number, until: number, ms: number, changes: Partial<HistoryEntry> = {}) =>
  Array.from({ length: until - from + 1 }, (_, index) =>
    night(from + index, [around(ms, from + index)], changes),
  );
const calm = nights(1, 10, 1200);
const baselines = baselinesOf(calm, SET);

describe('the gate: how often it errs', function () {
  this.timeout(120_000);
  const PAIRS = 100;
  const free = { ...DEFAULT_LIMITS, effect: 0, leastMs: 0 };
  /** Beyond so many of 100 at 5 %, something else than chance is at work: 3 standard deviations above. */
  const MOST = 11;
  /** Of 100 drills that are 30 % slower, how many are found at least, and by which sample. */
  const found: Record<Shape, { counts: { base: number; now: number }; alone: number; amongOthers: number }> =
    {
      normal: { counts: { base: 10, now: 7 }, alone: 97, amongOthers: 97 },
      lognormal: { counts: { base: 30, now: 30 }, alone: 80, amongOthers: 80 },
      bimodal: { counts: { base: 30, now: 30 }, alone: 95, amongOthers: 90 },
    };

  for (const shape of shapeNames)
    it(`${shape}: 100 pairs of equal distributions, and 100 that are 30 % slower`, () => {
      const equal = { shape, counts: { base: 10, now: 7 }, factor: 1, pairs: PAIRS, seed: 5 };
      const [loose, strict] = [alarms(equal, free), alarms(equal, DEFAULT_LIMITS)];
      const { counts, ...least } = found[shape];
      const slower = alarms({ ...equal, counts, factor: 1.3 }, DEFAULT_LIMITS);
      console.log(
        `      equal: ${loose.alone} alarms at 5 % without a threshold, ${strict.alone} with it, ${strict.together} together; 30 % slower with ${counts.base} and ${counts.now} values: ${slower.alone} found alone, ${slower.amongOthers} among ${PAIRS} drills`,
      );
      // The test itself has its level: fewer would mean that it is not the one that was chosen.
      expect(loose.alone).to.be.within(1, MOST);
      expect(strict.alone).to.be.at.most(5);
      expect([loose.together, strict.together]).to.deep.equal([0, 0]);
      expect(slower.alone).to.be.at.least(least.alone);
      expect(slower.amongOthers).to.be.at.least(least.amongOthers);
    });
});

describe('the gate: what is compared', () => {
  it('finds a drill that is slower by the pooled nights since the baseline, and the phase that is', () => {
    const slow = nights(11, 17, 1600);
    const last = slow.at(-1) as HistoryEntry;
    const result = gate(last, [...calm, ...slow], baselines, limits);
    expect(result.verdict).to.equal('slower');
    expect(result.pooled).to.deep.equal(slow.map(({ run }) => run));
    const [one] = result.comparisons;
    expect(one?.counts).to.deep.equal({ base: 10, now: 7 });
    expect(one?.interval.low).to.be.within(300, 420);
    expect(one?.phases.map(({ name, verdict }) => [name, verdict])).to.deep.equal([
      ['detection', 'same'],
      ['service start', 'slower'],
    ]);
    const words = gateInWords(result).join('\n');
    expect(words).to.match(
      /SLOWER: node-kill on asymmetric: median write outage 1,2\d\d ms, then 1,6\d\d ms/,
    );
    expect(words).to.match(/of its phases: service start 2\d\d ms, then 6\d\d ms/);
    expect(words).to.match(
      /1 drill slower than the baseline: 1 drill of run run-017, pooled with 6 runs before/,
    );
  });

  it('calls nothing slower that is not, and says so', () => {
    const same = nights(11, 17, 1200);
    const result = gate(same.at(-1) as HistoryEntry, [...calm, ...same], baselines, limits);
    expect(result.verdict).to.equal('no slower');
    expect(gateInWords(result).at(-1)).to.match(
      /^No drill is slower than the baseline: 1 drill of run run-017/,
    );
  });

  it('pools no run of the baseline, none before it, none after the run, and no more than it is told', () => {
    const other = nights(11, 30, 1200);
    const middle = other[9] as HistoryEntry;
    const all = [...nights(-9, 0, 1200), ...calm, ...other];
    expect(gate(middle, all, baselines, limits).pooled).to.deep.equal(
      other.slice(3, 10).map(({ run }) => run),
    );
    expect(gate(other[0] as HistoryEntry, all, baselines, limits).pooled).to.deep.equal(['run-011']);
    expect(gate(middle, all, baselines, { ...limits, pool: 2 }).pooled).to.have.length(2);
  });

  it('certain, but by less than the threshold: the same; by less than 100 ms: the same', () => {
    for (const [before, after] of [
      [1200, 1400],
      [1010, 1090],
    ] as const) {
      const base = baselinesOf(nights(1, 10, before), SET);
      const late = nights(11, 17, after);
      const result = gate(late.at(-1) as HistoryEntry, late, base, limits);
      expect(result.comparisons[0]?.adjusted).to.be.below(0.01);
      expect(result.comparisons[0]?.verdict).to.equal('same');
    }
  });

  it('says with how few values it cannot tell, and which slow-down would have been found', () => {
    const late = nights(11, 13, 3000);
    const result = gate(late.at(-1) as HistoryEntry, late, baselines, limits);
    expect(result.verdict).to.equal('too few');
    expect(gateInWords(result)[0]).to.match(
      /^too few: node-kill on asymmetric: 10 values in the baseline and 3 now/,
    );
    const more = nights(11, 18, 3000);
    expect(gate(more.at(-1) as HistoryEntry, more, baselines, limits).verdict).to.equal('slower');
  });

  it('leaves out what was not valid, counts who noticed nothing as 0, and drills that never cut anybody off', () => {
    const mixed = nights(11, 17, 1600).map((entry, index) =>
      index < 2 ? { ...entry, drills: entry.drills.map((drill) => ({ ...drill, valid: false })) } : entry,
    );
    const result = gate(mixed.at(-1) as HistoryEntry, mixed, baselines, limits);
    expect(result.comparisons[0]?.counts).to.deep.equal({ base: 10, now: 5 });
    const silent = (day: number) => night(day, [drillEntry(0, { writes: [], phases: [] })]);
    const calmBase = baselinesOf([1, 2, 3, 4, 5, 6, 7].map(silent), SET);
    expect(gate(silent(11), [], calmBase, limits).comparisons).to.deep.equal([]);
    const loud = nights(11, 18, 1200);
    const noticed = gate(loud.at(-1) as HistoryEntry, loud, calmBase, limits);
    expect(noticed.comparisons[0]).to.include({ verdict: 'slower', baseMs: 0, ratio: null });
    expect(gateInWords(noticed)[0]).to.include('median write outage 0 ms, then 1,2');
  });

  const others: [string, Partial<typeof here>, RegExp][] = [
    ['CPU', { cpu: 'Intel' }, /CPU AMD, then Intel/],
    ['number of cores', { cores: 2 }, /cores 4, then 2/],
    ['memory', { memoryMiB: 8000 }, /memory 16000 MiB, then 8000 MiB/],
    ['kernel', { kernel: '6.11' }, /kernel 6\.8, then 6\.11/],
    ['engine', { engine: '29.0' }, /engine 28\.0, then 29\.0/],
    ['number of jobs', { jobs: 1 }, /--jobs 2, then 1/],
  ];
  for (const [what, changes, says] of others)
    it(`refuses to compare across another ${what}`, () => {
      const foreign = night(11, [1200], { machines: [{ ...here, ...changes }] });
      expect(() => gate(foreign, [], baselines, limits)).to.throw(says);
      expect(() => gate(foreign, [], baselines, limits)).to.throw(/drill baseline set run-011/);
    });

  it('takes a little more or less memory for the same machine', () => {
    const own = night(11, [1200], { machines: [{ ...here, memoryMiB: 16_100 }] });
    expect(gate(own, [], baselines, limits).comparisons).to.have.length(1);
  });

  it('refuses to compare across another profile', () => {
    const guide = night(11, [drillEntry(11_000, { profile: 'guide' })]);
    expect(() => gate(guide, [], baselines, limits)).to.throw(/has profile guide, and the baseline fast/);
  });

  it('says which drill the baseline does not have', () => {
    const other = night(11, [drillEntry(1200, { drill: 'node-hang' })]);
    const alone = gate(other, [], baselines, limits);
    expect(alone.comparisons).to.deep.equal([]);
    expect(alone.verdict).to.equal('too few');
    expect(gateInWords(alone)[0]).to.equal(
      'not compared: node-hang on asymmetric: the baseline does not have it',
    );
  });

  it('compares each machine of a merged run with its own baseline', () => {
    const two = night(12, [1200, drillEntry(1300, { machine: 1, model: 'symmetric' })], {
      machines: [here, { ...here, cpu: 'Intel' }],
    });
    const split = gate(two, [], baselines, limits);
    expect(split.comparisons.map(({ model }) => model)).to.deep.equal(['asymmetric']);
    expect(split.left.map(({ model, why }) => [model, why.slice(0, 15)])).to.deep.equal([
      ['symmetric', 'no baseline for'],
    ]);
    const both = baselinesOf([two], SET);
    expect(both.map(({ drills }) => drills.map(({ model }) => model))).to.deep.equal([
      ['asymmetric'],
      ['symmetric'],
    ]);
    expect(new Set(both.map(baselineName)).size).to.equal(2);
  });

  it('wants a baseline with something in it', () => {
    expect(() => gate(night(11, [1200]), [], [], limits)).to.throw(/no baseline yet.*drill baseline set/);
    expect(() => baselinesOf([night(1, [])], SET)).to.throw(/no valid drill in run-001/);
  });
});

describe('the gate: its statistics', () => {
  it("Holm's method multiplies by what is left, and never falls", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.5], new Set([0, 1, 2]));
    for (const [index, expected] of [0.03, 0.06, 0.06, 1].entries())
      expect(adjusted[index]).to.be.closeTo(expected, 1e-12);
  });

  it('leaves out of the family what could not be significant in it', () => {
    const of = (base: number, now: number) => ({ base: Array(base).fill(1), now: Array(now).fill(1) });
    // 6 and 6 values can reach 1 in 924: enough for 46 comparisons at 5 %, not for 50.
    expect(familyOf(Array(46).fill(of(6, 6)), 0.05).size).to.equal(46);
    expect(familyOf(Array(50).fill(of(6, 6)), 0.05).size).to.equal(0);
    const mixed = [...Array(50).fill(of(6, 6)), ...Array(10).fill(of(20, 7))];
    expect([...familyOf(mixed, 0.05)]).to.deep.equal([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(familyOf([of(100, 5)], 0.05).size).to.equal(0);
  });

  it('the normal distribution takes over where counting would take too long, without a step', () => {
    expect(normalBelow(-1.959964)).to.be.closeTo(0.025, 1e-6);
    expect(normalBelow(3)).to.be.closeTo(0.99865, 1e-5);
    const values = (length: number, by: number) =>
      Array.from({ length }, (_, index) => ((index * 71) % 97) + by);
    const [counted, taken] = [rankTest(values(50, 0), values(50, 8)), rankTest(values(51, 0), values(50, 8))];
    expect(taken.lower).to.be.closeTo(counted.lower, 0.02);
    expect(taken.twoSided).to.be.closeTo(counted.twoSided, 0.04);
    expect(rankTest(Array(60).fill(1), Array(60).fill(1))).to.deep.equal({ twoSided: 1, lower: 1 });
    expect(rankTest(Array(600).fill(1), Array(600).fill(2)).lower).to.be.below(1e-9);
  });

  it('what can be found shrinks with the sample and grows with the spread', () => {
    const spread = (length: number, by: number) =>
      Array.from({ length }, (_, index) => 1200 + ((index * 37) % 50) * by);
    const of = (base: number, now: number, by: number) =>
      detectable(
        { base: spread(base, by), now: spread(now, by) },
        0.01,
        DEFAULT_LIMITS,
        randomFrom(1, 'test'),
      );
    expect(of(10, 7, 1)).to.equal(0.25);
    expect(of(10, 7, 30)).to.be.above(of(30, 30, 30) ?? 0);
    expect(of(10, 1, 1)).to.equal(null);
  });

  it('with nothing on one side it is too few, and no crash', () => {
    expect(
      compareAll(
        [
          { base: [], now: [1] },
          { base: [1], now: [] },
        ],
        DEFAULT_LIMITS,
      ).map(({ verdict }) => verdict),
    ).to.deep.equal(['too few', 'too few']);
  });
});
