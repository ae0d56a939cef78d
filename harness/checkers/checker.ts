import type { CheckResult, Verdict } from '../../reports/model.ts';
import { mergeVerdicts } from '../guide/verdicts.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';

/** What a checker found. Evidence: lines with what was seen and the number, for a person. */
export interface Finding {
  verdict: Verdict;
  evidence: string[];
}

/**
 * Where a check counts. "validity": a condition of the drill itself; when it is not met, the drill is inconclusive and
 * not refuted. "invariant": what must hold in every drill. "promise": in drills that ask for it, by name or by a claim.
 */
export type Scope = 'validity' | 'invariant' | 'promise';

/** One check. `check` is pure: the same timeline gives the same finding, today or from a stored run. */
export interface Checker {
  /** Same as its file's name. */
  name: string;
  /** The question it answers, for a person. */
  question: string;
  scope: Scope;
  check(timeline: Timeline, facts: DrillFacts): Finding;
}

/** Runs a checker; one that throws is inconclusive, never a pass. */
export function runChecker(checker: Checker, timeline: Timeline, facts: DrillFacts): CheckResult {
  const { name, question, scope } = checker;
  const validity = scope === 'validity';
  try {
    return { name, question, validity, expected: 'upheld', ...checker.check(timeline, facts) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      question,
      validity,
      expected: 'upheld',
      verdict: 'inconclusive',
      evidence: [`The checker failed: ${reason}`],
    };
  }
}

/** One finding over several services; evidence names the service where there is more than one. */
export function overServices(facts: DrillFacts, check: (service: ServiceFacts) => Finding): Finding {
  const findings = facts.services.map((service) => ({ service, ...check(service) }));
  const several = findings.length > 1;
  return {
    verdict: findings.length === 0 ? 'inconclusive' : mergeVerdicts(findings.map(({ verdict }) => verdict)),
    evidence: findings.flatMap(({ service, evidence }) =>
      evidence.map((line) => (several ? `${service.name}: ${line}` : line)),
    ),
  };
}

export function upheld(...evidence: string[]): Finding {
  return { verdict: 'upheld', evidence };
}

export function refuted(...evidence: string[]): Finding {
  return { verdict: 'refuted', evidence };
}

export function inconclusive(...evidence: string[]): Finding {
  return { verdict: 'inconclusive', evidence };
}
