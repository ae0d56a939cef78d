/** The table of down time: the simulation against what can be reckoned, and the claims against the table. */
import { expect } from 'chai';
import { availabilityOf, judgeAvailability } from '../harness/guide/availability.ts';
import { type FailureModel, failureModels } from '../harness/guide/availability-model.ts';
import { simulate } from '../harness/guide/availability-simulation.ts';
import type { DrillResult } from '../reports/model.ts';
import { sampleDrill } from './fixtures/report.ts';

const YEARS = 20_000;
const modelOf = (name: string): FailureModel => {
  const found = failureModels.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
};
const [NODE, ARRAY] = [4 / 365, 1 / 365];
/** Parts fail by themselves, so shares of time multiply; of two nodes a service needs one. */
const reckoned: Record<string, number> = {
  single: 1 - (1 - NODE) * (1 - ARRAY),
  asymmetric: 1 - (1 - NODE ** 2) * (1 - ARRAY),
  symmetric: 1 - (1 - NODE ** 2) * (1 - ARRAY ** 2),
  '2+1': 1 - (1 - NODE ** 2) * (1 - ARRAY),
  '8+1': 1 - (1 - NODE ** 2) * (1 - ARRAY),
};

describe('down time', function () {
  this.timeout(120_000);

  for (const [name, share] of Object.entries(reckoned))
    it(`${name}: what is simulated is what can be reckoned`, () => {
      const { instant } = simulate(modelOf(name), { years: YEARS, seed: 3 });
      // Twice the half of a 95 % interval: wrong by chance once in ten thousand runs, and the seed is fixed.
      const half = instant.highPercent - instant.percent;
      expect(instant.percent).to.be.closeTo(100 * share, 2 * half);
      expect(half / instant.percent).to.be.lessThan(0.2);
    });

  it('a simulation that forgot an array, a node or a repair would show', () => {
    const model = modelOf('asymmetric');
    const forgetful: Partial<FailureModel>[] = [
      { services: [{ nodes: [0, 1], arrays: [] }] },
      { services: [{ nodes: [0], arrays: [0] }] },
      { arrays: 2, services: [{ nodes: [0, 1], arrays: [0, 1] }] },
    ];
    for (const change of forgetful) {
      const { instant } = simulate({ ...model, ...change }, { years: YEARS, seed: 3 });
      const half = instant.highPercent - instant.percent;
      expect(Math.abs(instant.percent - 100 * (reckoned['asymmetric'] ?? 0))).to.be.greaterThan(2 * half);
    }
  });

  it('moving takes as often as nodes fail, and as long as was measured', () => {
    const day = 86_400_000;
    const { instant, moving, movesPerYear } = simulate(modelOf('asymmetric'), {
      years: YEARS,
      seed: 3,
      movesMs: [day / 10, (3 * day) / 10],
    });
    expect(movesPerYear).to.be.closeTo(4, 0.1);
    expect(moving.percent - instant.percent).to.be.closeTo((100 * movesPerYear * 0.2) / 365, 1e-6);
  });

  it('the same seed gives the same figures, another one others', () => {
    const of = (seed: number) => simulate(modelOf('2+1'), { years: 1000, seed }).instant.percent;
    expect(of(1)).to.equal(of(1));
    expect(of(1)).to.not.equal(of(2));
  });

  it('the guide is right but for N+1, by its own terms and by simulation', () => {
    const verdicts = judgeAvailability(availabilityOf([], YEARS)).map(({ id, verdict }) => [id, verdict]);
    expect(verdicts).to.deep.equal([
      ['6.1.5/single-server', 'upheld'],
      ['6.1.5/asymmetric', 'upheld'],
      ['6.1.5/symmetric', 'upheld'],
      ['6.1.5/n-plus-1', 'refuted'],
    ]);
  });

  it('moves of hours would refute what the guide says of a cluster', () => {
    const slow: DrillResult = {
      ...sampleDrill(),
      faults: [{ name: 'power-loss', target: 'Node1', appliedMs: 0, verified: true, detail: '' }],
      outages: [
        {
          service: 'CAL-RG',
          kind: 'write',
          fromMs: 0,
          untilMs: 3 * 3_600_000,
          censored: false,
          probeIntervalMs: 20,
        },
      ],
    };
    const verdictWith = (drill: DrillResult) =>
      judgeAvailability(availabilityOf([drill], YEARS)).find(({ id }) => id === '6.1.5/asymmetric')?.verdict;
    expect(verdictWith(slow)).to.equal('refuted');
    // A broken variant is not the model.
    expect(verdictWith({ ...slow, sabotage: 'no-takeover' })).to.equal('upheld');
  });
});
