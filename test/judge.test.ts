import { expect } from 'chai';
import { checkers } from '../harness/checkers/index.ts';
import { claims, expectedOf } from '../harness/guide/claims.ts';
import { mergeVerdicts } from '../harness/guide/verdicts.ts';
import { judge } from '../harness/judge.ts';
import { breakages } from './helpers/breakages.ts';
import { healthy, type Recorded } from './helpers/timelines.ts';

const judged = ({ timeline, facts }: Recorded) => judge(timeline, facts);

function broken(what: keyof typeof breakages): Recorded {
  const breakage = breakages[what];
  if (!breakage) throw new Error(`no breakage "${what}"`);
  return breakage.recorded;
}

function withProblem({ timeline, facts }: Recorded): Recorded {
  return { timeline, facts: { ...facts, problem: 'a step timed out' } };
}

describe('judge', () => {
  it('upholds a healthy drill, its claims and its fault', () => {
    const { verdict, validity, claims: found, faults, operations } = judged(healthy());
    expect(verdict).to.equal('upheld');
    expect(validity).to.deep.equal({ valid: true, reasons: [] });
    expect(found.map((claim) => claim.verdict)).to.deep.equal(found.map(() => 'upheld'));
    expect(faults).to.have.length(1);
    expect(faults[0]).to.include({ name: 'power-loss', target: 'Node1', appliedMs: 6003, verified: true });
    expect(operations[0]).to.include({ ok: 571, failed: 16, indeterminate: 113, lost: 0, duplicated: 0 });
  });

  it('checks what must hold in every drill, and of promises those that the drill asks for', () => {
    const { timeline, facts } = healthy();
    const named = (more: Partial<typeof facts>) =>
      judge(timeline, { ...facts, claims: [], ...more }).checks.map(({ name }) => name);
    const always = checkers.filter(({ scope }) => scope !== 'promise').map(({ name }) => name);
    expect(named({})).to.deep.equal(always);
    expect(named({ checks: ['backup-idle'] })).to.deep.equal([...always, 'backup-idle']);
    expect(named({ claims: ['6.1.1/disk-switched'] })).to.deep.equal([...always, 'old-owner-fenced']);
  });

  it('refutes the drill and the claims on which the check bears', () => {
    const { verdict, claims: found } = judged(broken('the LUN is mounted on both nodes'));
    expect(verdict).to.equal('refuted');
    expect(found.filter((claim) => claim.verdict === 'refuted').map(({ id }) => id)).to.deep.equal([
      '6.1.1/one-active-node',
      '6.2.1/one-node-at-a-time',
    ]);
  });

  it('counts what was lost', () => {
    expect(judged(broken('an acknowledged write is lost')).operations[0]?.lost).to.equal(1);
    expect(judged(broken('a write is applied twice')).operations[0]?.duplicated).to.equal(1);
  });

  it('calls nothing upheld or refuted when the drill itself is not valid', () => {
    const { timeline } = broken('the LUN is mounted on both nodes');
    const blind = timeline.filter(({ kind }) => kind !== 'looks');
    const { verdict, validity, checks, claims: found } = judge(blind, healthy().facts);
    expect(verdict).to.equal('inconclusive');
    expect(validity.valid).to.equal(false);
    expect(validity.reasons.join()).to.include('witness-sees');
    expect(checks.find(({ name }) => name === 'single-mount')?.verdict).to.equal('refuted');
    expect(found.every((claim) => claim.verdict === 'inconclusive')).to.equal(true);
  });

  it('is at least inconclusive when the drill script broke, but keeps what was seen refuted', () => {
    expect(judged(withProblem(healthy())).verdict).to.equal('inconclusive');
    expect(judged(withProblem(broken('an acknowledged write is lost'))).verdict).to.equal('refuted');
    expect(judged(withProblem(broken('the load is thin'))).verdict).to.equal('inconclusive');
  });

  it('is inconclusive when a checker throws', () => {
    const throwing = checkers.map((checker) =>
      checker.name === 'single-mount' ? { ...checker, check: () => raise() } : checker,
    );
    const { timeline, facts } = healthy();
    expect(judge(timeline, facts, throwing).verdict).to.equal('inconclusive');
  });
});

describe('verdicts', () => {
  it('merge as refuted, inconclusive, upheld, not exercised', () => {
    expect(mergeVerdicts(['upheld', 'inconclusive', 'refuted'])).to.equal('refuted');
    expect(mergeVerdicts(['upheld', 'inconclusive', 'not exercised'])).to.equal('inconclusive');
    expect(mergeVerdicts(['not exercised', 'upheld'])).to.equal('upheld');
    expect(mergeVerdicts([])).to.equal('not exercised');
  });
});

describe('claims', () => {
  it('have unique ids and name checks that exist', () => {
    expect(new Set(claims.map(({ id }) => id)).size).to.equal(claims.length);
    const known = checkers.map(({ name }) => name);
    expect(claims.flatMap(({ checks }) => checks).filter((name) => !known.includes(name))).to.deep.equal([]);
  });

  it('are borne by a check or a whole run, or say why not', () => {
    for (const { id, checks, overRun, notYet } of claims)
      expect(checks.length > 0 || overRun, id).to.equal(notYet === null);
  });

  it('that no drill reaches are expected not to be exercised', () => {
    const none = claims.find(({ notYet }) => notYet !== null);
    expect(expectedOf(none?.id ?? '')).to.equal('not exercised');
    expect(expectedOf('6.1.5/n-plus-1')).to.equal('refuted');
    expect(expectedOf('6.1.1/backup-takes-over', 'node-kill')).to.equal('upheld');
  });
});

function raise(): never {
  throw new Error('it broke');
}
