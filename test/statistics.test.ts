import { expect } from 'chai';
import fc from 'fast-check';
import { randomFrom } from '../harness/random.ts';
import { compare, FEWEST, medianOf, rankTest, ratioInterval } from '../harness/statistics.ts';

const sample = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
const random = () => randomFrom(1, 'test');

/** All ways to pick `size` of the values, by brute force. */
function picks(values: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return values.flatMap((value, index) =>
    picks(values.slice(index + 1), size - 1).map((rest) => [value, ...rest]),
  );
}

describe('bench: rank test', () => {
  it('agrees with the tables', () => {
    expect(rankTest([1, 2, 3], [4, 5, 6])).to.deep.equal({ twoSided: 0.1, lower: 0.05 });
    const ten = Array.from({ length: 10 }, (_, index) => index);
    const higher = ten.map((value) => value + 10);
    expect(rankTest(ten, higher).lower).to.be.closeTo(1 / 184_756, 1e-12);
    expect(rankTest(ten, ten).twoSided).to.equal(1);
  });

  it('is what counting every way by hand gives, ties included', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const all = [...a, ...b];
        const rank = (value: number) =>
          all.filter((one) => one < value).length + (all.filter((one) => one === value).length + 1) / 2;
        const sum = (values: number[]) => values.reduce((total, value) => total + rank(value), 0);
        const sums = picks(all, a.length).map(sum);
        const expected = sums.filter((one) => one <= sum(a) + 1e-9).length / sums.length;
        expect(rankTest(a, b).lower).to.be.closeTo(expected, 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in both directions', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(rankTest(a, b).twoSided).to.be.closeTo(rankTest(b, a).twoSided, 1e-9);
      }),
    );
  });
});

describe('bench: ratio of medians', () => {
  it('takes the mean of the two in the middle', () => {
    expect(medianOf([4, 1, 3, 2])).to.equal(2.5);
    expect(medianOf([3, 1, 2])).to.equal(2);
    expect(medianOf([])).to.be.NaN;
  });

  it('has an interval around it that is a point for samples without spread', () => {
    expect(ratioInterval([2, 2, 2], [4, 4], random())).to.deep.equal({ low: 0.5, high: 0.5 });
    const { low, high } = ratioInterval([1, 2, 3, 4, 5, 6], [10, 11, 12, 13, 14, 15], random());
    const ratio = 3.5 / 12.5;
    expect(low)
      .to.be.below(ratio)
      .and.to.be.at.least(1 / 15);
    expect(high)
      .to.be.above(ratio)
      .and.to.be.at.most(6 / 10);
  });

  it('is the same for the same seed', () => {
    const values = [1, 5, 2, 8, 3, 9];
    expect(ratioInterval(values, values, random())).to.deep.equal(ratioInterval(values, values, random()));
  });
});

describe('bench: the target', () => {
  const flat = (value: number, length = FEWEST) => Array.from({ length }, (_, index) => value + index / 100);

  it('is met or missed when the whole interval says so', () => {
    expect(compare(flat(40), flat(100), 0.45, random()).verdict).to.equal('met');
    expect(compare(flat(60), flat(100), 0.45, random()).verdict).to.equal('missed');
  });

  it('is not decided when the interval reaches to both sides', () => {
    expect(compare([30, 35, 40, 50, 55, 60], flat(100), 0.45, random()).verdict).to.equal('not decided');
  });

  it('is not decided by too few', () => {
    expect(compare(flat(1, FEWEST - 1), flat(100), 0.45, random()).verdict).to.equal('too few');
    expect(compare(flat(1), flat(100, FEWEST - 1), 0.45, random()).verdict).to.equal('too few');
  });
});
