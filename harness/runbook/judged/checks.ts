/** A procedure's own checks, beside those of every drill. Pure. */
import type { CheckResult, Verdict } from '../../../reports/model.ts';
import { runChecker } from '../../checkers/checker.ts';
import { ledgerOf } from '../../checkers/ledger.ts';
import { singleAddress } from '../../checkers/single-address.ts';
import { singleMount } from '../../checkers/single-mount.ts';
import { mergeVerdicts } from '../../guide/verdicts.ts';
import type { Timeline } from '../../timeline.ts';
import { seconds } from '../outputs.ts';
import { heldAtEnd } from './at-end.ts';
import type { RunbookDrill } from './course.ts';
import { judgedSteps, placeInWords, totalCutOff } from './steps.ts';
import { boundaryOf, outcomeInWords } from './variations.ts';

export const RUNBOOK_CHECKS = [
  'runbook-steps',
  'runbook-outage',
  'runbook-at-end',
  'runbook-safe-point',
  'runbook-way-back',
  'runbook-clients',
] as const;

type Check = Omit<CheckResult, 'expected'>;

export function runbookChecks(timeline: Timeline, facts: RunbookDrill): Check[] {
  const clients = ofClients(timeline, facts);
  if (facts.runbook.variation !== null) return [...ofBoundary(timeline, facts), ...clients];
  return [ofSteps(timeline, facts), ...ofOutage(timeline, facts), ...ofEnd(timeline, facts), ...clients];
}

function check(
  name: (typeof RUNBOOK_CHECKS)[number],
  question: string,
  verdict: Verdict,
  evidence: string[],
): Check {
  return { name, question, validity: false, verdict, evidence };
}

function ofSteps(timeline: Timeline, facts: RunbookDrill): Check {
  const { file } = facts.runbook.runbook;
  const steps = judgedSteps(timeline, facts);
  const lines = steps.flatMap(({ step, findings, repaired }) =>
    findings.map(
      (finding) => `${placeInWords(file, step)}: ${step.name}: ${finding}${repaired ? ' (repaired)' : ''}.`,
    ),
  );
  const done = steps.filter(({ verdict }) => verdict !== 'not run').length;
  const tally = `${done} of ${steps.length} steps were run, ${steps.filter(({ verdict }) => verdict === 'as promised').length} as the document says.`;
  const verdict = lines.length > 0 ? 'refuted' : done < steps.length ? 'inconclusive' : 'upheld';
  return check('runbook-steps', 'Does each step go as the document says?', verdict, [...lines, tally]);
}

function ofOutage(timeline: Timeline, facts: RunbookDrill): Check[] {
  const { outageMs } = facts.runbook.runbook;
  if (outageMs === null) return [];
  const cutOff = totalCutOff(timeline, facts);
  const lines = cutOff.map(
    ({ service, ms, open }) =>
      `Users of ${service} were cut off for ${seconds(ms)} in total${open ? ', and were still at the end' : ''}; ${seconds(outageMs)} are allowed.`,
  );
  const verdict =
    cutOff.length === 0 ? 'inconclusive' : cutOff.some(({ ms }) => ms > outageMs) ? 'refuted' : 'upheld';
  return [
    check(
      'runbook-outage',
      'Are users cut off no longer than allowed, over the whole procedure?',
      verdict,
      lines,
    ),
  ];
}

function ofEnd(timeline: Timeline, facts: RunbookDrill): Check[] {
  const held = heldAtEnd(timeline, facts);
  if (held.length === 0) return [];
  const lines = held
    .toSorted((a, b) => Number(a.verdict === 'upheld') - Number(b.verdict === 'upheld'))
    .map(
      ({ text, verdict, evidence }) =>
        `${text}: ${verdict === 'upheld' ? 'yes' : verdict === 'refuted' ? 'no' : verdict}. ${evidence.join(' ')}`,
    );
  const verdict = mergeVerdicts(held.map((one) => one.verdict));
  return [check('runbook-at-end', 'Does what must hold at the end of the procedure?', verdict, lines)];
}

function ofBoundary(timeline: Timeline, facts: RunbookDrill): Check[] {
  const boundary = boundaryOf(timeline, facts);
  if (boundary === null) return [];
  const { variation, where, struck, reached, services, otherwise, drift, safe } = boundary;
  const outcomes = services.map((one) => outcomeInWords(one, services.length > 1));
  const verdict = !reached ? 'inconclusive' : safe ? 'upheld' : 'refuted';
  if (variation.kind === 'fault')
    return [
      check('runbook-safe-point', 'Are users served again when a node fails between these steps?', verdict, [
        `${where}, ${struck === '' ? 'which was not reached' : struck}: ${outcomes.join('; ') || 'nothing is known'}.`,
        ...otherwise.map((line) => `In the rest of the procedure: ${line}.`),
      ]),
    ];
  return [
    check('runbook-way-back', 'Does taking the steps back lead back to the start?', verdict, [
      `${where}: ${reached ? `${drift.length} differences` : 'this was not reached'}.`,
      ...otherwise.map((line) => `${line}.`),
      ...drift.map(({ what, path }) => `${what}: ${path}`),
    ]),
  ];
}

/** What holds of calendar services in every drill, for services that clients use by commands: nobody reads their volumes. */
function ofClients(timeline: Timeline, facts: RunbookDrill): Check[] {
  const services = facts.servicesByCommand ?? [];
  if (services.length === 0) return [];
  const writes = services.map((service) => {
    const { acknowledged, missingInService, duplicated, readBack } = ledgerOf(timeline, service);
    const problem = readBack?.problem ?? 'nobody read back';
    const wrong = [...missingInService, ...duplicated];
    const verdict: Verdict =
      wrong.length > 0 ? 'refuted' : problem !== '' || acknowledged.length === 0 ? 'inconclusive' : 'upheld';
    const line = `${service.name}: ${acknowledged.length} writes acknowledged, ${missingInService.length} missing when read back, ${duplicated.length} there twice${problem === '' ? '' : `; ${problem}`}.`;
    return { verdict, evidence: [line] };
  });
  const single = [singleMount, singleAddress].map((checker) =>
    runChecker(checker, timeline, { ...facts, services }),
  );
  const found = [...writes, ...single];
  return [
    check(
      'runbook-clients',
      'Is what its own clients were told is stored there afterwards, once, and their service on one node at a time?',
      mergeVerdicts(found.map(({ verdict }) => verdict)),
      found.flatMap(({ evidence }) => evidence),
    ),
  ];
}
