import { expect } from 'chai';
import { loadCatalog } from '../harness/catalog.ts';
import { checkers } from '../harness/checkers/index.ts';
import { claims, expectedOf } from '../harness/guide/claims.ts';
import { mergeVerdicts } from '../harness/guide/verdicts.ts';
import { judge } from '../harness/judge.ts';
import { breakages } from './helpers/breakages.ts';
import { typed } from './helpers/commanded.ts';
import { healthy, type Recorded, withAdded } from './helpers/timelines.ts';
import { mountOf, mountsOn } from './helpers/told.ts';

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

  it('expects a check to refute the claim that the guide gets wrong, and nothing else', () => {
    const refused = typed('Node1', 'scrgadm -R -j CAL-SVR-RS', 4000, 1);
    const { timeline, facts } = withAdded(...refused);
    const wrong = { ...facts, claims: ['6.8/restart'] };
    const { verdict, checks } = judge(timeline, wrong);
    const found = checks.find(({ name }) => name === 'restart-as-written');
    expect(found).to.include({ verdict: 'refuted', expected: 'refuted' });
    expect(verdict).to.equal('upheld');
    // The same finding where it is not expected, and another check that is red beside it.
    const unexpected = judge(timeline, { ...facts, checks: ['restart-as-written'] });
    expect(unexpected.verdict).to.equal('refuted');
    const twice = withAdded(...refused, mountsOn('Node2', 4000, mountOf('7:4')), mountsOn('Node2', 4100));
    expect(judge(twice.timeline, wrong).verdict).to.equal('refuted');
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

  it('that are expected to be refuted have checks that no claim of the same drill expects to be upheld', async () => {
    for (const { options } of await loadCatalog()) {
      const told = options.claims.flatMap((id) =>
        (claims.find((claim) => claim.id === id)?.checks ?? []).map(
          (check) => [check, expectedOf(id, options.name)] as const,
        ),
      );
      for (const [check, verdict] of told)
        expect(
          told.filter(([name]) => name === check).map(([, other]) => other),
          `${check} in ${options.name}`,
        ).to.deep.equal(told.filter(([name]) => name === check).map(() => verdict));
    }
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
