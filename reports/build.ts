/** From timelines to the report model. Pure: everything that a renderer shows is decided here. */
import { ExitCode } from '../harness/errors.ts';
import { availabilityOf } from '../harness/guide/availability.ts';
import { claimOf, claims, expectedOf } from '../harness/guide/claims.ts';
import { judgeRun } from '../harness/guide/comparisons.ts';
import { mergeVerdicts } from '../harness/guide/verdicts.ts';
import { judge } from '../harness/judge.ts';
import { stagesOf } from '../harness/stages.ts';
import { type DrillFacts, ofKind, type Timeline } from '../harness/timeline.ts';
import { several } from '../harness/wording.ts';
import { differs, type Judged } from './format.ts';
import { lanesOf } from './lanes.ts';
import { type ClaimResult, type DrillResult, type Report, SCHEMA_VERSION, type Verdict } from './model.ts';
import { sentenceOf } from './sentence.ts';
import { seriesOf } from './series.ts';

/** What one drill left behind. */
export interface RecordedDrill {
  timeline: Timeline;
  facts: DrillFacts;
  logs: DrillResult['logs'];
}

/** What a run says of itself, and the ids of the claims that it is compared on (those of the selected drills). */
export type RunFacts = Report['run'] & {
  expectedClaims: readonly string[];
  /** Years to simulate each row of the table of down time for; without it, there is no such table. */
  simulatedYears?: number | undefined;
};

export function buildReport(
  { expectedClaims, simulatedYears, ...run }: RunFacts,
  recorded: readonly RecordedDrill[],
): Report {
  const drills = recorded.map(buildDrill);
  const availability = simulatedYears === undefined ? null : availabilityOf(drills, simulatedYears);
  const ledger = mergeClaims(expectedClaims, drills, judgeRun(drills, availability));
  const exitCode = run.interrupted ? ExitCode.interrupted : exitCodeOf(drills, ledger);
  return {
    schemaVersion: SCHEMA_VERSION,
    run,
    verdict: mergeVerdicts(drills.map(({ verdict }) => verdict)),
    exitCode,
    sentence: sentenceOf(drills, ledger, run.interrupted),
    drills,
    availability,
    claims: ledger,
  };
}

function buildDrill({ timeline, facts, logs }: RecordedDrill): DrillResult {
  const judgement = judge(timeline, facts);
  const { id, name, title, model, profile, seed, repetition, sabotage, problem } = facts;
  return {
    ...{ id, name, title, model, profile, seed, repetition, sabotage, problem },
    ...judgement,
    durationMs: facts.endedMs - facts.beganMs,
    command: commandOf(facts),
    ratePerSecond: facts.load.ratePerSecond,
    cpuPerNode: facts.cpuPerNode ?? null,
    series: facts.services.flatMap((service) => seriesOf(timeline, service)),
    lanes: lanesOf(timeline, facts, judgement.outages, judgement.phases),
    steps: [
      ...(facts.earlierAttempt
        ? [
            {
              atMs: facts.beganMs,
              text: `Second attempt with the same seed; the first was ${facts.earlierAttempt}`,
            },
          ]
        : []),
      ...ofKind(timeline, 'step').map(({ atMs, text }) => ({ atMs, text })),
    ],
    stages: stagesOf(timeline, facts),
    logs,
  };
}

/** The command line that repeats one drill; options at their default are left out. */
function commandOf({ name, model, seed, profile, sabotage, runbook }: DrillFacts): string {
  const variation = runbook?.variation ?? null;
  return [
    runbook === undefined
      ? `npm run drill -- run ${name} --model ${model} --seed ${seed}`
      : `npm run drill -- runbook ${runbook.runbook.file} --seed ${seed}`,
    ...(variation?.kind === 'fault' ? [`--fault-at-every-step=${variation.fault}`] : []),
    ...(variation?.kind === 'rollback' ? ['--rollback-from-every-step'] : []),
    ...(profile === 'fast' ? [] : [`--profile ${profile}`]),
    ...(sabotage === null ? [] : [`--sabotage ${sabotage}`]),
  ].join(' ');
}

/** The claim ledger of the run, in the guide's order: every claim that is compared or was observed. */
function mergeClaims(
  compared: readonly string[],
  drills: readonly DrillResult[],
  overRun: readonly ClaimResult[],
): ClaimResult[] {
  const observations = Map.groupBy(
    drills.flatMap((drill) => drill.claims),
    ({ id }) => id,
  );
  const inOrder = new Set([...claims.map(({ id }) => id), ...compared, ...observations.keys()]);
  return [...inOrder]
    .filter((id) => compared.includes(id) || observations.has(id))
    .map((id) => overRun.find((one) => one.id === id) ?? mergeClaim(id, observations.get(id) ?? []));
}

function mergeClaim(id: string, observed: readonly ClaimResult[]): ClaimResult {
  const verdict = mergeVerdicts(observed.map((one) => one.verdict));
  const decisive = observed.find((one) => one.verdict === verdict);
  if (!decisive) {
    const claim = claimOf(id);
    const statement = claim?.statement ?? 'A claim that this version does not know.';
    const evidence = [claim?.notYet ?? 'No drill of this run reached it.'];
    // Without its sides in the run, a comparison is nothing that the run could have made.
    const expected = claim?.overRun ? verdict : expectedOf(id);
    return { id, statement, verdict, expected, evidence };
  }
  const expected = mergeVerdicts(observed.map((one) => one.expected));
  if (observed.length === 1) return { ...decisive, expected };
  return { ...decisive, expected, evidence: [tally(observed), ...decisive.evidence] };
}

function tally(observed: readonly ClaimResult[]): string {
  const groups = [...Map.groupBy(observed, ({ verdict }) => verdict)];
  const parts = groups.map(([verdict, { length }]: [Verdict, readonly unknown[]]) => `${length} ${verdict}`);
  return `${several(observed.length, 'observation')}: ${parts.join(', ')}.`;
}

/**
 * A verdict that is certain and not the expected one beats one that is merely missing (DESIGN: exit codes). Each
 * drill's own claims count beside the ledger, where one drill's expected refutation could hide another's.
 */
export function exitCodeOf(drills: readonly DrillResult[], ledger: readonly ClaimResult[]): number {
  const judged: Judged[] = [...drills, ...drills.flatMap((drill) => drill.claims), ...ledger];
  const differing = judged.filter(differs);
  if (differing.some(({ verdict }) => verdict !== 'inconclusive')) return ExitCode.differs;
  return differing.length > 0 || drills.length === 0 ? ExitCode.inconclusive : ExitCode.asExpected;
}
