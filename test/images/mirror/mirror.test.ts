/** The order of things in a mirror, tried in many orders of things. */
import { expect } from 'chai';
import fc from 'fast-check';
import { type Action, BLOCKS, Model, type Sabotages } from '../../helpers/mirror-model.ts';

const RUNS = 10_000;

const half = fc.constantFrom(0 as const, 1 as const);
const always = (what: 'flush' | 'look' | 'check' | 'crash' | 'close' | 'assemble') =>
  fc.constant({ do: what });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('write'), block: fc.nat(BLOCKS - 1) }) },
  { weight: 4, arbitrary: always('flush') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait'), turns: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose'), half }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore'), half }) },
  { weight: 2, arbitrary: always('look') },
  { weight: 1, arbitrary: always('check') },
  { weight: 1, arbitrary: always('crash') },
  { weight: 1, arbitrary: always('close') },
  { weight: 3, arbitrary: always('assemble') },
) as fc.Arbitrary<Action>;

function neverLoses(sabotages: Sabotages = {}) {
  const schedule = fc.array(action, { minLength: 5, maxLength: 40 });
  return fc.asyncProperty(fc.nat(), schedule, async (seed, actions) => {
    const model = new Model(seed, sabotages);
    await model.perform({ do: 'assemble' });
    for (const one of actions) {
      await model.perform(one);
      await model.turns();
    }
    await model.settle();
  });
}

describe('mirror', function () {
  this.timeout(120_000);

  it(`keeps what it acknowledged through losses, returns and crashes (${RUNS.toLocaleString('en')} schedules)`, async () => {
    await fc.assert(neverLoses(), { numRuns: RUNS });
  });

  it('knows of a lost half though nobody reads or writes, and of none that is there', async () => {
    const model = new Model(1);
    await model.perform({ do: 'assemble' });
    await model.perform({ do: 'wait', turns: 500 });
    await model.perform({ do: 'check' });
    expect(model.missing()).to.deep.equal([]);
    await model.perform({ do: 'lose', half: 1 });
    expect(model.missing()).to.deep.equal([]);
    await model.perform({ do: 'check' });
    expect(model.missing()).to.deep.equal([1]);
  });

  for (const [what, sabotages] of [
    ['acknowledges before the other half is noted as stale', { acknowledgeEarly: true }],
    ['has no mediators', { withoutMediators: true }],
  ] as const) {
    it(`one that ${what} is found out`, async () => {
      const { failed, counterexample } = await fc.check(neverLoses(sabotages), { numRuns: 10 * RUNS });
      expect(failed, JSON.stringify(counterexample)).to.equal(true);
    });
  }
});
