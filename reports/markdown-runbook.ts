/** Certificates of procedures in the summary: a table of steps, or of boundaries. */
import { duration, milliseconds } from './format.ts';
import type { DrillResult, RunbookResult } from './model.ts';

/** `escaped`: makes text in which nothing is markup. */
export function procedures(drills: readonly DrillResult[], escaped: (text: string) => string): string[] {
  const all = drills.flatMap(({ id, runbook }) => (runbook === undefined ? [] : [{ id, runbook }]));
  const boundaries = all.flatMap(({ runbook }) => runbook.boundary ?? []);
  return [
    ...(boundaries.length === 0 ? [] : [boundariesTable(boundaries, escaped)]),
    ...all
      .filter(({ runbook }) => runbook.boundary === null)
      .map(({ id, runbook }) => stepsTable(id, runbook, escaped)),
  ];
}

const row = (cells: string[]) => `| ${cells.join(' | ')} |`;

const MARKS = { 'as promised': '✓', otherwise: '✗', 'not run': '–' } as const;

function stepsTable(
  id: string,
  { document, steps }: RunbookResult,
  escaped: (text: string) => string,
): string {
  const rows = steps.map((step) => {
    const worst = Math.max(0, ...step.cutOff.map(({ ms }) => ms));
    const took = step.fromMs === null || step.untilMs === null ? '' : duration(step.untilMs - step.fromMs);
    return row([
      MARKS[step.verdict],
      escaped(step.name),
      escaped(step.nodes.join(', ')),
      took,
      step.fromMs === null
        ? ''
        : `${milliseconds(worst)}${step.allowedMs === null ? '' : ` of ${milliseconds(step.allowedMs)}`}`,
      escaped(step.findings.join('; ')),
    ]);
  });
  return [
    `## Steps of ${escaped(document)} (${escaped(id)})`,
    '',
    row(['', 'Step', 'Node', 'Took', 'Users cut off', 'Otherwise than the document says']),
    row(['---', '---', '---', '---:', '---:', '---']),
    ...rows,
  ].join('\n');
}

function boundariesTable(
  boundaries: readonly NonNullable<RunbookResult['boundary']>[],
  escaped: (text: string) => string,
): string {
  const rows = boundaries
    .toSorted((a, b) => a.done - b.done)
    .map(({ safe, reached, where, struck, differences, outcomes }) =>
      row([
        reached ? (safe ? '✓' : '✗') : '–',
        escaped(where),
        escaped(struck === '' ? `taken back: ${differences} differences` : struck),
        escaped(outcomes.join('; ')),
      ]),
    );
  return [
    '## Boundaries',
    '',
    row(['', 'Where', 'What was done', 'Users']),
    row(['---', '---', '---', '---']),
    ...rows,
  ].join('\n');
}
