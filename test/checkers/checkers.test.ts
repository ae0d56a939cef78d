import { expect } from 'chai';
import { runChecker } from '../../harness/checkers/checker.ts';
import { checkers } from '../../harness/checkers/index.ts';
import { isAsked } from '../../harness/judge.ts';
import type { Verdict } from '../../reports/model.ts';
import { breakages } from '../helpers/breakages.ts';
import { healthy, type Recorded } from '../helpers/timelines.ts';

function verdictsOf({ timeline, facts }: Recorded): Record<string, Verdict> {
  return Object.fromEntries(
    asked.map((checker) => [checker.name, runChecker(checker, timeline, facts).verdict]),
  );
}

/** Others judge what this drill does not do, and have tests of their own. */
const asked = checkers.filter((checker) => isAsked(checker, healthy().facts));
const allUpheld = Object.fromEntries(asked.map(({ name }) => [name, 'upheld']));

describe('checkers', () => {
  it('uphold a healthy drill, each with evidence', () => {
    const { timeline, facts } = healthy();
    const results = asked.map((checker) => runChecker(checker, timeline, facts));
    for (const { name, verdict, evidence } of results) {
      expect(verdict, `${name}: ${evidence.join(' ')}`).to.equal('upheld');
      expect(evidence, name).not.to.be.empty;
    }
  });

  for (const [what, { recorded, turns }] of Object.entries(breakages))
    it(`when ${what}: ${Object.keys(turns).join(', ')} alone`, () => {
      expect(verdictsOf(recorded)).to.deep.equal({ ...allUpheld, ...turns });
    });

  it('each turn from upheld by some breakage', () => {
    const turned = new Set(Object.values(breakages).flatMap(({ turns }) => Object.keys(turns)));
    expect([...turned].toSorted()).to.deep.equal(asked.map(({ name }) => name).toSorted());
  });

  it('are inconclusive when they throw', () => {
    const [first] = checkers;
    if (!first) throw new Error('no checkers');
    const broken = {
      ...first,
      check: () => {
        throw new Error('it broke');
      },
    };
    const { timeline, facts } = healthy();
    const { verdict, evidence } = runChecker(broken, timeline, facts);
    expect(verdict).to.equal('inconclusive');
    expect(evidence.join()).to.include('it broke');
  });

  it('never uphold what nobody told of', () => {
    const { facts } = healthy();
    const crashed = { ...facts, nodes: [], services: [] };
    for (const checker of checkers)
      for (const known of [facts, crashed])
        expect(runChecker(checker, [], known).verdict, checker.name).to.equal('inconclusive');
  });
});
