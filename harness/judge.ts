/** From what happened to verdicts. Pure, so that a stored run can be judged again by newer checkers. */
import type { CheckResult, ClaimResult, DrillResult, Verdict } from '../reports/model.ts';
import { type Checker, runChecker } from './checkers/checker.ts';
import { checkers as allCheckers } from './checkers/index.ts';
import { ledgerOf } from './checkers/ledger.ts';
import { faultsOf, verifyFault } from './faults/verification.ts';
import { claimOf, expectedOf, expectedOfCheck, expectedOfRunbook } from './guide/claims.ts';
import { mergeVerdicts } from './guide/verdicts.ts';
import { measurementsOf } from './measured.ts';
import { operationsOf, outagesOf } from './outage.ts';
import { phasesOf } from './phases.ts';
import { runbookChecks } from './runbook/judged/checks.ts';
import { isRunbook } from './runbook/judged/course.ts';
import { runbookResult } from './runbook/judged/result.ts';
import type { DrillFacts, ServiceFacts, Timeline } from './timeline.ts';

/** The part of a drill's result that its timeline decides. */
export type Judgement = Pick<
  DrillResult,
  | 'verdict'
  | 'expected'
  | 'validity'
  | 'checks'
  | 'claims'
  | 'outages'
  | 'phases'
  | 'operations'
  | 'faults'
  | 'measurements'
  | 'runbook'
>;

/** Judges one drill. Its own conditions come first: when one is not met, nothing else is called upheld or refuted. */
export function judge(
  timeline: Timeline,
  facts: DrillFacts,
  checkers: readonly Checker[] = allCheckers,
): Judgement {
  const asked = checkers.filter((checker) => isAsked(checker, facts));
  const found = [
    ...asked.map((checker) => runChecker(checker, timeline, facts)),
    ...(isRunbook(facts) ? runbookChecks(timeline, facts) : []),
  ];
  const checks = found.map((check) => ({
    ...check,
    expected: expectedOfCheck(check.name, facts.name, facts.claims),
  }));
  const unmet = checks.filter((check) => check.validity && check.verdict !== 'upheld');
  const validity = {
    valid: unmet.length === 0,
    reasons: unmet.flatMap(({ name, evidence }) => evidence.map((line) => `${name}: ${line}`)),
  };
  const settle = (verdict: Verdict) => settled(verdict, validity.valid, facts.problem);
  const own = checks.filter((check) => !check.validity).map(asExpected);
  return {
    verdict: settle(mergeVerdicts(own)),
    expected: 'upheld',
    validity,
    checks,
    claims: facts.claims
      .filter((id) => claimOf(id)?.overRun !== true)
      .map((id) => judgeClaim(id, checks, facts, settle)),
    outages: facts.services.flatMap((service) => outagesOf(timeline, service, facts)),
    phases: facts.services.flatMap((service) => phasesOf(timeline, service, facts)),
    operations: facts.services.map((service) => countOperations(timeline, service)),
    measurements: measurementsOf(timeline, facts),
    ...(isRunbook(facts) ? { runbook: runbookResult(timeline, facts) } : {}),
    faults: faultsOf(timeline).map((fault) => ({
      name: fault.name,
      target: fault.target,
      appliedMs: fault.appliedMs ?? fault.plannedMs ?? 0,
      ...verifyFault(timeline, fault),
    })),
  };
}

/** A check that refutes what is expected to be refuted speaks for the drill, and one that does not speaks against it. */
function asExpected({ verdict, expected }: CheckResult): Verdict {
  if (verdict === expected) return 'upheld';
  return verdict === 'upheld' ? 'refuted' : verdict;
}

export function isAsked({ name, scope }: Checker, { checks, claims, runbook }: DrillFacts): boolean {
  // Where the procedure is what sets the service up, there is no load before it.
  if (runbook?.runbook.start === 'bare' && name === 'load-validity') return false;
  if (scope !== 'promise' || checks.includes(name)) return true;
  return claims.some((id) => claimOf(id)?.checks.includes(name));
}

/** A drill that broke off may have missed something, but what it did see refuted stays refuted. */
function settled(verdict: Verdict, valid: boolean, problem: string | null): Verdict {
  if (verdict === 'not exercised') return verdict;
  if (!valid) return 'inconclusive';
  return problem === null ? verdict : mergeVerdicts([verdict, 'inconclusive']);
}

function judgeClaim(
  id: string,
  checks: readonly CheckResult[],
  facts: DrillFacts,
  settle: (verdict: Verdict) => Verdict,
): ClaimResult {
  const claim = claimOf(id);
  const names = [...(claim?.checks ?? []), ...(claim?.runbookChecks ?? [])];
  const bearing = checks.filter(({ name }) => names.includes(name));
  const found = bearing.flatMap(({ name, evidence }) => evidence.map((line) => `${name}: ${line}`));
  return {
    id,
    statement: claim?.statement ?? 'A claim that this version does not know.',
    verdict: settle(mergeVerdicts(bearing.map(({ verdict }) => verdict))),
    expected: isRunbook(facts) ? expectedOfRunbook(id) : expectedOf(id, facts.name),
    evidence: found.length > 0 ? found : [claim?.notYet ?? 'No check bears on it.'],
    drill: facts.id,
  };
}

/** Writes and reads; a login is the client's own business. */
function countOperations(timeline: Timeline, service: ServiceFacts): DrillResult['operations'][number] {
  const outcomes = operationsOf(timeline, service, 'write', 'read').map(({ outcome }) => outcome);
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  const { lost, duplicated } = ledgerOf(timeline, service);
  return {
    service: service.name,
    ok: count('ok'),
    failed: count('failed'),
    indeterminate: count('indeterminate'),
    lost: lost.length,
    duplicated: duplicated.length,
  };
}
