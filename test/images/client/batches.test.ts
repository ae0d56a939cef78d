import { expect } from 'chai';
import fc from 'fast-check';
import { batchesOf } from '../../../images/client/replies.ts';

describe('ids to be read back, in lists of limited length', () => {
  it('each is there once and in order, and no list is too long or could take the next id', () => {
    const uid = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', 'b', '-', '1') });
    fc.assert(
      fc.property(fc.array(uid, { maxLength: 60 }), fc.integer({ min: 40, max: 200 }), (uids, longest) => {
        const batches = batchesOf(uids, longest);
        expect(batches.join(';').split(';').filter(Boolean)).to.deep.equal(uids);
        for (const [index, batch] of batches.entries()) {
          expect(batch.length).to.be.at.most(longest);
          const [next] = batches[index + 1]?.split(';') ?? [];
          if (next !== undefined) expect(`${batch};${next}`.length).to.be.above(longest);
        }
      }),
    );
  });
});
