/** The table of the guide's errata names each of them once, and only steps that there are. */
import { join } from 'node:path';
import { expect } from 'chai';
import { readRunbook } from '../harness/runbook/read.ts';
import { repository } from './helpers/cli.ts';
import {
  differences,
  ERRATA,
  type Rehearsed,
  RUNBOOKS,
  readErrata,
  runbookNames,
  sightingsIn,
} from './helpers/errata.ts';

const PROCEDURES = [
  ...['asymmetric', 'logging', 'n-plus-one', 'operations', 'removal', 'symmetric'],
  ...['upgrade-primary-first', 'upgrade-secondary-first'],
];

function runbookOf(name: string) {
  const { runbook, problems } = readRunbook(join(repository, RUNBOOKS, `${name}.md`));
  if (runbook === null) throw new Error(`${name}: ${problems.map(({ message }) => message).join('; ')}`);
  return runbook;
}

describe("the guide's procedures as runbooks", () => {
  const table = readErrata();

  it('each procedure is there as it is written, and corrected', () => {
    const wanted = PROCEDURES.flatMap((name) => [`${name}.as-written`, `${name}.corrected`]);
    expect(runbookNames()).to.deep.equal(wanted.sort());
  });

  it('all documents are in order', () => {
    for (const name of runbookNames()) expect(runbookOf(name).steps, name).to.not.be.empty;
  });

  it('a corrected one stops at what goes wrong, and its cluster survives the death of a node', () => {
    for (const name of runbookNames().filter((one) => one.endsWith('.corrected'))) {
      const { onFailure, atEnd } = runbookOf(name);
      expect(onFailure, name).to.equal('stop');
      // Nothing is left that could, after a removal.
      const wanted = name.startsWith('removal') ? 'nowhere' : 'survives';
      expect(
        atEnd.map(({ kind }) => kind),
        name,
      ).to.include(wanted);
    }
  });

  it('the table has every erratum', () => {
    const numbers = Array.from({ length: ERRATA }, (_, index) => String(index + 1));
    expect(Object.keys(table.errata)).to.have.members(numbers);
  });

  it('each is seen at a step that there is, in a document that is as written', () => {
    const asWritten = runbookNames().filter((name) => name.endsWith('.as-written'));
    const all = [
      ...Object.values(table.errata).flatMap((one) => ('seen' in one ? one.seen : [])),
      ...table.further,
    ];
    for (const { runbook, step } of all) {
      expect(asWritten).to.include(runbook);
      const { steps, atEnd } = runbookOf(runbook);
      expect(
        [...steps.map(({ name }) => name), ...atEnd.map(({ text }) => text)],
        `${runbook} has no step ${step}`,
      ).to.include(step);
    }
  });

  it('every document that is as written has something to find', () => {
    for (const name of runbookNames().filter((one) => one.endsWith('.as-written')))
      expect(sightingsIn(table, name), name).to.not.be.empty;
  });
});

describe('the table of errata against a run', () => {
  const expected = [{ runbook: 'x', step: 'mkdir', message: 'invalid option' }];
  const ran = (findings: string[], more: Partial<Rehearsed> = {}): Rehearsed => ({
    steps: [{ name: 'mkdir', verdict: findings.length > 0 ? 'otherwise' : 'as promised', findings }],
    atEnd: [{ text: 'CAL-RG serves', verdict: 'upheld', evidence: [] }],
    ...more,
  });

  it('says nothing where they agree', () => {
    expect(differences(expected, ran(["exit status 1: mkdir: invalid option -- 'P'"]))).to.deep.equal([]);
  });

  it('tells of a finding that did not come, and of one with other words', () => {
    expect(differences(expected, ran([]))).to.deep.equal([
      'mkdir was to say "invalid option", and says: nothing',
    ]);
    expect(differences(expected, ran(['no space']))).to.deep.equal([
      'mkdir was to say "invalid option", and says: no space',
    ]);
  });

  it('tells of a finding that nobody has written down, at a step or at the end', () => {
    expect(differences([], ran(['no space']))).to.deep.equal([
      'mkdir is not in the table, and says: no space',
    ]);
    const atEnd = [{ text: 'CAL-RG serves', verdict: 'refuted' as const, evidence: ['Nobody does.'] }];
    expect(differences([], ran([], { atEnd }))).to.deep.equal([
      'CAL-RG serves is not in the table, and says: refuted: Nobody does.',
    ]);
  });

  it('tells of a step that was not reached', () => {
    const steps = [{ name: 'mkdir', verdict: 'not run' as const, findings: [] }];
    expect(differences([], ran([], { steps }))).to.deep.equal(['mkdir was not run']);
  });
});
