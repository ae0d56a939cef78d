/** A run in one sentence: what a person reads who reads nothing else. */
import { ms, several, thousands } from '../harness/wording.ts';
import { differs } from './format.ts';
import type { ClaimResult, DrillResult } from './model.ts';
import {
  distribution,
  groupRepetitions,
  longestOutage,
  operationTotals,
  outageSamples,
} from './repetitions.ts';
import { isProcedure, ofProcedures } from './runbook-sentence.ts';

export function sentenceOf(
  drills: readonly DrillResult[],
  ledger: readonly ClaimResult[],
  interrupted: boolean,
): string {
  const clauses = [
    ...(interrupted ? ['interrupted'] : []),
    ...(drills.length === 0 ? ['no drill ran'] : ofDrills(drills)),
    ...(drills.some(differs) ? [] : ofClaims(ledger)),
  ];
  return `${clauses.join('; ')}.`;
}

function ofDrills(drills: readonly DrillResult[]): string[] {
  if (drills.every(isProcedure)) return [...ofProcedures(drills), ...writes(drills)];
  const groups = groupRepetitions(drills);
  const [only] = groups;
  if (!only || groups.length > 1) return ofMany(drills);
  const what = `${only.first.name} on ${only.first.model}`;
  if (drills.length > 1)
    return [`${what}: ${share(drills)}`, ...differing(drills), ...spread(drills), ...writes(drills)];
  const numbers = only.first.validity.valid ? [outage(only.first), ...writes(drills)] : [];
  return [`${what}: ${verdictOf(only.first)}`, ...numbers];
}

function ofMany(drills: readonly DrillResult[]): string[] {
  const worst = worstOutage(drills);
  return [
    `${share(drills)}`,
    ...differing(drills),
    ...(worst ? [`longest time without writes ${worst}`] : []),
    ...writes(drills),
  ];
}

function share(drills: readonly DrillResult[]): string {
  const upheld = drills.filter(({ verdict }) => verdict === 'upheld').length;
  return `${thousands(upheld)} of ${thousands(drills.length)} upheld`;
}

function differing(drills: readonly DrillResult[]): string[] {
  const [first, ...rest] = drills.filter(differs);
  if (!first) return [];
  const more = rest.length > 0 ? ` and ${thousands(rest.length)} more` : '';
  return [`${first.name} on ${first.model}, seed ${first.seed}: ${verdictOf(first)}${more}`];
}

/** The verdict with the checks that made it so. */
function verdictOf({ verdict, checks, validity, problem }: DrillResult): string {
  if (verdict === 'upheld') return verdict;
  const because = checks.filter((check) => check.verdict === verdict && (check.validity || validity.valid));
  const reasons = [...because.map(({ name }) => name), ...(problem === null ? [] : [problem])];
  return reasons.length === 0 ? verdict : `${verdict} (${reasons.join(', ')})`;
}

function outage(drill: DrillResult): string {
  const longest = longestOutage(drill, 'write');
  if (!longest) return 'users could write all the time';
  const length = ms(longest.untilMs - longest.fromMs);
  return `users could not write for ${longest.censored ? 'at least ' : ''}${length}`;
}

function spread(drills: readonly DrillResult[]): string[] {
  const samples = distribution(outageSamples(drills.filter(isValid), 'write'));
  if (!samples) return [];
  const { minMs, medianMs, maxMs, maxCensored } = samples;
  const lengths = `${thousands(minMs)} / ${thousands(medianMs)} / ${maxCensored ? '≥ ' : ''}${ms(maxMs)}`;
  return [`writes cut off for ${lengths} (minimum / median / maximum)`];
}

function worstOutage(drills: readonly DrillResult[]): string | undefined {
  const samples = outageSamples(drills.filter(isValid), 'write').toSorted((a, b) => b.ms - a.ms);
  const [worst] = samples;
  return (
    worst &&
    `${worst.censored ? 'at least ' : ''}${ms(worst.ms)} (${worst.drill.name} on ${worst.drill.model})`
  );
}

/** Says that nothing was lost only where every ledger could be reckoned up. */
function writes(drills: readonly DrillResult[]): string[] {
  const { lost, duplicated } = operationTotals(drills.filter(isValid));
  const wrong = [
    ...(lost > 0 ? [`${several(lost, 'acknowledged write')} lost`] : []),
    ...(duplicated > 0 ? [`${several(duplicated, 'write')} applied more than once`] : []),
  ];
  if (wrong.length > 0) return wrong;
  const known = drills.every(({ checks }) =>
    checks.some(({ name, verdict }) => name === 'acknowledged-writes' && verdict === 'upheld'),
  );
  return known && drills.every(isValid) ? ['no acknowledged write lost'] : [];
}

function isValid({ validity }: DrillResult): boolean {
  return validity.valid;
}

function ofClaims(ledger: readonly ClaimResult[]): string[] {
  const [first, ...rest] = ledger.filter(differs);
  if (!first) return [];
  const more = rest.length > 0 ? ` and ${several(rest.length, 'more claim')}` : '';
  return [`claim ${first.id} ${first.verdict}, expected ${first.expected}${more}`];
}
