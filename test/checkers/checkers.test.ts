import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runChecker } from '../../harness/checkers/checker.ts';
import { checkers as all } from '../../harness/checkers/index.ts';
import { claimOf } from '../../harness/guide/claims.ts';
import type { Verdict } from '../../reports/model.ts';
import { breakages } from '../helpers/breakages.ts';
import { healthy, type Recorded } from '../helpers/timelines.ts';

/** Those that are asked in the drill that is told here; the others are asked in drills of their own. */
const checkers = all.filter(
  ({ name, scope }) =>
    scope !== 'promise' || healthy().facts.claims.some((id) => claimOf(id)?.checks.includes(name)),
);

function verdictsOf({ timeline, facts }: Recorded): Record<string, Verdict> {
  return Object.fromEntries(
    checkers.map((checker) => [checker.name, runChecker(checker, timeline, facts).verdict]),
  );
}

const allUpheld = Object.fromEntries(checkers.map(({ name }) => [name, 'upheld']));

describe('checkers', () => {
  it('uphold a healthy drill, each with evidence', () => {
    const { timeline, facts } = healthy();
    const results = checkers.map((checker) => runChecker(checker, timeline, facts));
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
    expect([...turned].toSorted()).to.deep.equal(checkers.map(({ name }) => name).toSorted());
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
    for (const checker of all)
      for (const known of [facts, crashed])
        expect(runChecker(checker, [], known).verdict, checker.name).to.equal('inconclusive');
  });
});

describe('tests of checkers', () => {
  it('there are some for each checker: here, or as drills of its own', () => {
    const texts = readdirSync(import.meta.dirname).map((file) =>
      readFileSync(join(import.meta.dirname, file), 'utf8'),
    );
    const asked = new Set(checkers.map(({ name }) => name));
    const untested = all.filter(
      ({ name }) => !asked.has(name) && !texts.some((text) => text.includes(`'${name}'`)),
    );
    expect(untested.map(({ name }) => name)).to.deep.equal([]);
  });
});
