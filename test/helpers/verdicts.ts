/** Tests of one checker: timelines that it upholds, refutes, and cannot tell from, each with evidence. */
import { expect } from 'chai';
import { runChecker } from '../../harness/checkers/checker.ts';
import { checkers } from '../../harness/checkers/index.ts';
import type { Recorded } from './timelines.ts';

export interface Told {
  upheld: Recorded;
  refuted: Record<string, Recorded>;
  inconclusive?: Record<string, Recorded>;
}

export function checks(name: string, { upheld, refuted, inconclusive = {} }: Told): void {
  const found = ({ timeline, facts }: Recorded) => {
    const checker = checkers.find((one) => one.name === name);
    if (checker === undefined) throw new Error(`there is no checker ${name}`);
    const { verdict, evidence } = runChecker(checker, timeline, facts);
    expect(evidence).to.not.be.empty;
    return `${verdict}: ${evidence.join(' ')}`;
  };
  describe(`check ${name}`, () => {
    it('upholds a drill in which all is as it should be', () => {
      expect(found(upheld)).to.match(/^upheld/);
    });
    for (const [what, recorded] of Object.entries(refuted))
      it(`refutes it when ${what}`, () => {
        expect(found(recorded)).to.match(/^refuted/);
      });
    for (const [what, recorded] of Object.entries(inconclusive))
      it(`cannot tell when ${what}`, () => {
        expect(found(recorded)).to.match(/^inconclusive/);
      });
  });
}
