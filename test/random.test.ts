import { expect } from 'chai';
import { randomFrom } from '../harness/random.ts';

describe('chance', () => {
  const draws = (seed: number, purpose: string) => {
    const random = randomFrom(seed, purpose);
    return Array.from({ length: 5 }, () => random.integer(0, 1_000_000));
  };

  it('is the same for the same seed and purpose, and another for any other', () => {
    expect(draws(7, 'moment of the fault')).to.deep.equal(draws(7, 'moment of the fault'));
    expect(draws(7, 'moment of the fault')).to.not.deep.equal(draws(8, 'moment of the fault'));
    expect(draws(7, 'moment of the fault')).to.not.deep.equal(draws(7, 'another'));
  });

  it('spreads the first draws of neighbouring seeds over the whole range', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) =>
      randomFrom(seed + 1, 'moment of the fault').integer(0, 9),
    );
    for (let digit = 0; digit < 10; digit++) {
      // 100 are expected, with a standard deviation below 10; the seeds are fixed, so this holds always or never.
      expect(firsts.filter((one) => one === digit).length).to.be.within(65, 135);
    }
  });

  it('stays within its bounds', () => {
    const random = randomFrom(1, 'bounds');
    for (let i = 0; i < 1000; i++) expect(random.integer(3, 5)).to.be.within(3, 5);
  });
});
