/** A run of procedures on the terminal: a table of steps, or of boundaries, and what went otherwise. Pure. */
import { milliseconds } from '../../reports/format.ts';
import type { DrillResult, Report, RunbookResult } from '../../reports/model.ts';

export function told({ drills }: Report): string[] {
  const procedures = drills.flatMap((drill) =>
    drill.runbook === undefined ? [] : [{ drill, runbook: drill.runbook }],
  );
  const whole = procedures.filter(({ runbook }) => runbook.boundary === null);
  const parts = procedures.filter(({ runbook }) => runbook.boundary !== null);
  return [
    ...whole.flatMap(({ drill, runbook }) => ofWhole(drill, runbook)),
    ...(parts.length === 0 ? [] : ofBoundaries(parts.map(({ runbook }) => runbook))),
    ...drills.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem}`])),
  ];
}

const MARKS = { 'as promised': 'ok', otherwise: 'NOT', 'not run': '-' } as const;

function ofWhole({ id, checks }: DrillResult, { document, steps }: RunbookResult): string[] {
  const rows = steps.map((step) => [
    MARKS[step.verdict],
    step.name,
    step.nodes.join(','),
    step.fromMs === null || step.untilMs === null ? '' : milliseconds(step.untilMs - step.fromMs),
    cutOffInWords(step),
    step.owners.map(({ after }) => after).join('; '),
  ]);
  const findings = steps.flatMap(({ line, name, guide, findings: found, repaired }) =>
    found.map(
      (text) =>
        `${document}:${line}: ${name}${guide === '' ? '' : ` (${guide})`}: ${text}${repaired ? ' (repaired)' : ''}`,
    ),
  );
  const red = checks
    .filter(({ name, verdict, expected }) => verdict !== expected && name !== 'runbook-steps')
    .map(({ name, verdict, evidence }) => `${id}: ${name} is ${verdict}: ${evidence[0] ?? 'no evidence'}`);
  return [...table(['', 'step', 'node', 'took', 'cut off', 'then with'], rows), ...findings, ...red];
}

function cutOffInWords({ cutOff, allowedMs }: RunbookResult['steps'][number]): string {
  const worst = cutOff.toSorted((a, b) => b.ms - a.ms)[0];
  if (worst === undefined) return '';
  const allowed = allowedMs === null ? '' : ` of ${milliseconds(allowedMs)}`;
  return `${milliseconds(worst.ms)}${worst.open ? ' and on' : ''}${allowed}`;
}

function ofBoundaries(all: readonly RunbookResult[]): string[] {
  const boundaries = all.flatMap(({ boundary }) => boundary ?? []).toSorted((a, b) => a.done - b.done);
  const isFault = boundaries[0]?.kind === 'fault';
  const rows = boundaries.map((one) => [
    one.safe ? 'ok' : one.reached ? 'NOT' : '-',
    String(one.done),
    one.where,
    isFault ? one.struck : one.differences === 1 ? '1 difference' : `${one.differences} differences`,
    one.outcomes.join('; '),
  ]);
  const heads = isFault
    ? ['', 'done', 'boundary', 'fault', 'what came of it']
    : ['', 'done', 'taken back', 'against the start', 'users'];
  const notes = boundaries.flatMap(({ where, otherwise }) => otherwise.map((line) => `${where}: ${line}`));
  return [...table(heads, rows), ...notes];
}

function table(heads: string[], rows: string[][]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
