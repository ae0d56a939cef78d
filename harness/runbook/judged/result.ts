/** The certificate of a procedure, as the report has it. Pure. */
import type { RunbookResult } from '../../../reports/model.ts';
import { outagesOf } from '../../outage.ts';
import type { Timeline } from '../../timeline.ts';
import { heldAtEnd } from './at-end.ts';
import type { RunbookDrill } from './course.ts';
import { betweenNodes, sinceStart, snapshotAt } from './drift.ts';
import { ownedAt, ownedInWords, versionAt, versionInWords } from './seen.ts';
import { type JudgedStep, judgedSteps, totalCutOff } from './steps.ts';
import { usersOf } from './users.ts';
import { boundaryOf, outcomeInWords } from './variations.ts';

export function runbookResult(timeline: Timeline, facts: RunbookDrill): RunbookResult {
  const { runbook, variation } = facts.runbook;
  const boundary = boundaryOf(timeline, facts);
  const [start, end] = [
    snapshotAt(timeline, 'start'),
    snapshotAt(timeline, 'end') ?? snapshotAt(timeline, 'rolled-back'),
  ];
  const between = end === undefined ? [] : betweenNodes(end, facts.nodes);
  const since = start === undefined || end === undefined ? [] : sinceStart(start, end);
  return {
    document: runbook.file,
    start: runbook.start,
    steps: judgedSteps(timeline, facts).map((one) => stepResult(timeline, facts, one)),
    outages: totalCutOff(timeline, facts).map((one) => ({ ...one, allowedMs: runbook.outageMs })),
    interruptions: usersOf(facts).flatMap((users) =>
      outagesOf(timeline, users.service, users.facts).flatMap(
        ({ service, kind, fromMs, untilMs, censored }) =>
          kind === 'write' ? [{ service, fromMs, untilMs, censored }] : [],
      ),
    ),
    atEnd: variation === null ? heldAtEnd(timeline, facts) : [],
    drift: [
      ...between.map((one) => ({ ...one, kind: 'nodes' as const })),
      ...since.map((one) => ({ ...one, kind: 'start' as const })),
    ],
    boundary:
      boundary === null
        ? null
        : {
            kind: boundary.variation.kind,
            done: boundary.variation.kind === 'fault' ? boundary.variation.after : boundary.variation.from,
            where: boundary.where,
            struck: boundary.struck,
            reached: boundary.reached,
            safe: boundary.safe,
            outcomes: boundary.services.map((one) => outcomeInWords(one, boundary.services.length > 1)),
            cutOffMs: Math.max(0, ...boundary.services.map(({ cutOffMs }) => cutOffMs)),
            open: boundary.services.some(({ open }) => open),
            otherwise: boundary.otherwise,
            differences: boundary.drift.length,
          },
  };
}

function stepResult(
  timeline: Timeline,
  facts: RunbookDrill,
  judged: JudgedStep,
): RunbookResult['steps'][number] {
  const { step, verdict, findings, repaired, window, cutOff, runs } = judged;
  const { name, place, guide, nodes, text, file, outageMs } = step;
  const [fromMs, untilMs] = [window?.fromMs ?? null, window?.untilMs ?? null];
  const at = <T>(atMs: number | null, look: (atMs: number) => T, otherwise: T) =>
    atMs === null ? otherwise : look(atMs);
  // What was read for this step: the record is read right before the step begins, and before it counts as settled.
  const version = (node: string, atMs: number | null) =>
    at(atMs, (moment) => versionInWords(versionAt(timeline, node, moment)), '');
  return {
    name,
    line: place.line,
    guide,
    nodes,
    commands: file === null ? text : `${file.append ? 'appended to' : 'written to'} ${file.path}:\n${text}`,
    verdict,
    findings,
    repaired,
    fromMs,
    untilMs,
    allowedMs: outageMs,
    cutOff,
    owners: usersOf(facts).map(({ service }) => {
      const owner = (moment: number) => ownedInWords(ownedAt(timeline, service, moment));
      return { service: service.name, before: at(fromMs, owner, ''), after: at(untilMs, owner, '') };
    }),
    versions: facts.nodes.map((node) => ({
      node,
      before: version(node, fromMs),
      after: version(node, untilMs),
    })),
    runs: runs.map((run) => ({
      block: run.block,
      node: run.node,
      role: run.role,
      fromMs: run.fromMs,
      untilMs: run.untilMs,
      exit: run.exit,
      ended: run.ended,
      output: run.output,
    })),
  };
}
