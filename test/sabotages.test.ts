/** Every check has a sabotage that turns it red, and every sabotage names what exists. */
import { expect } from 'chai';
import { loadCatalog } from '../harness/catalog.ts';
import { checkers } from '../harness/checkers/index.ts';
import { claimOf, expectedOf } from '../harness/guide/claims.ts';
import { sabotages } from '../harness/sabotages.ts';
import { NODE_SABOTAGES } from '../images/node/config.ts';

describe('sabotages', () => {
  for (const { name } of checkers) {
    it(`check ${name}: at least one sabotage turns it red`, () => {
      expect(sabotages.filter(({ check }) => check === name).map((row) => row.name)).to.not.be.empty;
    });
  }

  it('each names a check, a drill and a model that exist, and the verdict that its check can give', async () => {
    const drills = await loadCatalog();
    for (const { drill, model, check, verdict } of sabotages) {
      const checker = checkers.find(({ name }) => name === check);
      expect(checker, check).to.not.equal(undefined);
      const options = drills.find((one) => one.options.name === drill)?.options;
      expect(options?.models).to.include(model);
      // Where the guide is wrong, it is red to find that it is right.
      const refutes = options?.claims.some(
        (id) => claimOf(id)?.checks.includes(check) && expectedOf(id, drill) === 'refuted',
      );
      expect(verdict).to.equal(
        checker?.scope === 'validity' ? 'inconclusive' : refutes ? 'upheld' : 'refuted',
      );
    }
  });

  it('every broken variant of the node is listed', () => {
    expect(sabotages.map(({ name }) => name)).to.include.members([...NODE_SABOTAGES]);
  });
});
