import { expect } from 'chai';
import fc from 'fast-check';
import { batchesOf } from '../../../images/client/batches.ts';

describe('ids in batches', () => {
  it('as many as may be, and as long as may be', () => {
    expect(batchesOf(['a', 'b', 'c', 'd', 'e'], 2, 100)).to.deep.equal(['a;b', 'c;d', 'e']);
    expect(batchesOf(['aaa', 'bbb', 'ccc'], 10, 7)).to.deep.equal(['aaa;bbb', 'ccc']);
    expect(batchesOf([], 2, 100)).to.deep.equal([]);
  });

  it('all of them, in order, none twice', () => {
    const ids = fc.array(fc.stringMatching(/^[a-z.-]{1,30}$/));
    fc.assert(
      fc.property(
        ids,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 200 }),
        (all, most, longest) => {
          const batches = batchesOf(all, most, longest);
          expect(batches.flatMap((batch) => batch.split(';'))).to.deep.equal(all);
          for (const batch of batches)
            expect(batch.length <= longest || !batch.includes(';'), batch).to.equal(true);
        },
      ),
    );
  });
});
