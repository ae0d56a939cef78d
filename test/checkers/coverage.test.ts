import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkers } from '../../harness/checkers/index.ts';
import { isAsked } from '../../harness/judge.ts';
import { healthy } from '../helpers/timelines.ts';

describe('tests of checkers', () => {
  it('there are some for each: on the drill that all tests of checkers know, or on drills of its own', () => {
    const texts = readdirSync(import.meta.dirname).map((file) =>
      readFileSync(join(import.meta.dirname, file), 'utf8'),
    );
    const untested = checkers.filter(
      (checker) =>
        !isAsked(checker, healthy().facts) && !texts.some((text) => text.includes(`'${checker.name}'`)),
    );
    expect(untested.map(({ name }) => name)).to.deep.equal([]);
  });
});
