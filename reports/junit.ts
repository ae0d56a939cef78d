/** JUnit's XML, as CI servers read it: one suite for each drill and model, one case for each check and each claim. */
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { differs, type Judged, verdictInWords, visible } from './format.ts';
import type { DrillResult, Report } from './model.ts';
import { groupRepetitions, type Repetitions } from './repetitions.ts';

interface Case extends Judged {
  name: string;
  classname: string;
  evidence: readonly string[];
  ms: number;
  /** What broke the drill, if this case stands for the drill itself. */
  problem: string | null;
}

export function renderJunit(report: Report): string {
  const groups = groupRepetitions(report.drills);
  const cases = groups.map(casesOf);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: visible(`ha-drills ${report.run.id}`),
    ...counts(cases.flat()),
    time: seconds(report.run.durationMs),
  });
  for (const [index, group] of groups.entries()) addSuite(root, report, group, cases[index] ?? []);
  return `${root.end({ prettyPrint: true })}\n`;
}

function addSuite(root: XMLBuilder, report: Report, group: Repetitions, cases: readonly Case[]): void {
  const { first, drills } = group;
  const suite = root.ele('testsuite', {
    name: visible(suiteName(first)),
    ...counts(cases),
    time: seconds(drills.reduce((sum, drill) => sum + drill.durationMs, 0)),
    timestamp: visible(report.run.started),
  });
  const properties = suite.ele('properties');
  const property = (name: string, value: string): void => {
    properties.ele('property', { name, value: visible(value) });
  };
  property('run', report.run.id);
  property('run seed', String(report.run.seed));
  for (const drill of drills) {
    const which = drills.length > 1 ? ` of repetition ${drill.repetition}` : '';
    property(`seed${which}`, String(drill.seed));
    property(`command${which}`, drill.command);
    // It counts once, by its second attempt: viewers would add up two of the same name.
    if (drill.earlierAttempt !== undefined) property(`first attempt${which}`, drill.earlierAttempt);
  }
  for (const one of cases) addCase(suite, one);
}

function suiteName(drill: DrillResult): string {
  const sabotage = drill.sabotage === null ? '' : `, sabotage ${drill.sabotage}`;
  return `${drill.name} on ${drill.model} (${drill.profile}${sabotage})`;
}

/** Viewers add up the cases and not the suites, so a drill's duration stands once, on its first case. */
function casesOf({ drills }: Repetitions): Case[] {
  return drills.flatMap((drill) => {
    const which = drills.length > 1 ? `, repetition ${drill.repetition}` : '';
    const base = { classname: `${drill.model}.${drill.name}`, ms: 0, problem: null };
    const judged: Case[] = [
      ...drill.checks.map((check) => ({
        ...base,
        ...pick(check),
        name: `check ${check.name}: ${check.question}${which}`,
      })),
      ...drill.claims.map((claim) => ({
        ...base,
        ...pick(claim),
        name: `claim ${claim.id}: ${claim.statement}${which}`,
      })),
    ];
    const all = [...ownCase(drill, judged, which), ...judged];
    return all.map((one, index) => (index === 0 ? { ...one, ms: drill.durationMs } : one));
  });
}

function pick({ verdict, expected, evidence }: Judged & { evidence: string[] }) {
  return { verdict, expected, evidence };
}

/** The drill gets a case of its own only when no check or claim would show that something is wrong with it. */
function ownCase(drill: DrillResult, judged: readonly Case[], which: string): Case[] {
  if (drill.problem === null && (!differs(drill) || judged.some(differs))) return [];
  return [
    {
      ...pick({ ...drill, evidence: drill.validity.reasons }),
      name: `drill ${drill.name}: ${drill.title}${which}`,
      classname: `${drill.model}.${drill.name}`,
      ms: 0,
      problem: drill.problem,
    },
  ];
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

/**
 * An unexpected "inconclusive" is an error, which JUnit keeps for tests that could not tell: CI servers show it apart
 * from failures, but never as passed. What was expected to tell nothing is skipped: a pass would claim too much.
 */
function outcomeOf(one: Case): Outcome {
  if (one.problem !== null) return 'error';
  if (differs(one)) return one.verdict === 'inconclusive' ? 'error' : 'failure';
  return one.verdict === 'inconclusive' || one.verdict === 'not exercised' ? 'skipped' : 'passed';
}

function addCase(suite: XMLBuilder, one: Case): void {
  const element = suite.ele('testcase', {
    name: visible(one.name),
    classname: visible(one.classname),
    time: seconds(one.ms),
  });
  const outcome = outcomeOf(one);
  const evidence = visible(one.evidence.join('\n'));
  if (outcome === 'passed') {
    if (evidence !== '') element.ele('system-out').txt(evidence);
    return;
  }
  const message = visible(one.problem ?? verdictInWords(one));
  if (outcome === 'skipped') element.ele('skipped', { message });
  else element.ele(outcome, { message, type: one.problem === null ? one.verdict : 'problem' }).txt(evidence);
}

function counts(cases: readonly Case[]) {
  const number = (outcome: Outcome): number => cases.filter((one) => outcomeOf(one) === outcome).length;
  return {
    tests: cases.length,
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
