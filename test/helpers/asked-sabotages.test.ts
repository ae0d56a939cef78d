import { expect } from 'chai';
import { sabotages } from '../../harness/sabotages.ts';
import { askedSabotages } from './asked-sabotages.ts';

describe('the sabotages that the container tests run', () => {
  it('are those of node-kill, or all', () => {
    expect(askedSabotages('all')).to.deep.equal(sabotages);
    for (const words of [undefined, '']) {
      const drills = askedSabotages(words).map(({ drill }) => drill);
      expect([...new Set(drills)]).to.deep.equal(['node-kill']);
    }
  });

  it('are shared out without one left out or done twice', () => {
    for (const count of [1, 2, 4, 7, sabotages.length]) {
      const shares = Array.from({ length: count }, (_, index) => askedSabotages(`${index + 1}/${count}`));
      expect(new Set(shares.flat())).to.have.property('size', sabotages.length);
      expect(shares.flat()).to.have.length(sabotages.length);
      expect(Math.max(...shares.map(({ length }) => length))).to.be.at.most(
        Math.ceil(sabotages.length / count),
      );
    }
  });

  for (const words of ['some', '0/2', '3/2', '1/0', '1/1000', '1/2/3'])
    it(`are none for "${words}"`, () => {
      expect(() => askedSabotages(words)).to.throw(`DRILL_SABOTAGES is "${words}"`);
    });
});
