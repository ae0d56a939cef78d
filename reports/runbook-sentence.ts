/** A run of procedures in one sentence. */
import { seconds } from '../harness/runbook/outputs.ts';
import { several, someOf, thousands } from '../harness/wording.ts';
import { shortened } from './format.ts';
import type { DrillResult, RunbookResult } from './model.ts';

/** In a headline; the whole stands in the table of steps. */
const LONGEST_FINDING = 140;

export type Procedure = DrillResult & { runbook: RunbookResult };

export function isProcedure(drill: DrillResult): drill is Procedure {
  return drill.runbook !== undefined;
}

export function ofProcedures(procedures: readonly Procedure[]): string[] {
  const [first] = procedures;
  if (first === undefined) return [];
  const { boundary } = first.runbook;
  if (boundary !== null) return ofBoundaries(procedures, boundary.kind);
  return procedures.length === 1 ? ofOne(first) : [ofMany(procedures)];
}

function ofOne({ name, model, runbook, validity, problem }: Procedure): string[] {
  const { steps, outages, atEnd } = runbook;
  const wrong = steps.filter(({ verdict }) => verdict === 'otherwise');
  const done = steps.filter(({ verdict }) => verdict !== 'not run').length;
  const went =
    wrong.length === 0
      ? `${thousands(done)} of ${several(steps.length, 'step')} went as the document says`
      : `goes wrong at ${several(wrong.length, 'step')}, first at ${wrong[0]?.name} (line ${wrong[0]?.line}): ${shortened(wrong[0]?.findings[0] ?? '', LONGEST_FINDING)}`;
  const [worst] = outages.toSorted((a, b) => b.ms - a.ms);
  const allowed =
    worst === undefined || worst.allowedMs === null ? '' : `, ${seconds(worst.allowedMs)} allowed`;
  const held = atEnd.filter(({ verdict }) => verdict === 'upheld').length;
  return [
    `${name} on ${model}: ${went}`,
    ...(worst === undefined ? [] : [`users were cut off for ${seconds(worst.ms)} in total${allowed}`]),
    ...(atEnd.length === 0 || done < steps.length
      ? []
      : [`${held} of ${atEnd.length} that must hold at the end ${held === 1 ? 'does' : 'do'}`]),
    ...(validity.valid ? [] : [`inconclusive: ${validity.reasons[0] ?? ''}`]),
    ...(problem === null ? [] : [problem]),
  ];
}

function ofMany(procedures: readonly Procedure[]): string {
  const right = procedures.filter(({ runbook }) =>
    runbook.steps.every(({ verdict }) => verdict === 'as promised'),
  );
  const wrong = procedures.filter((one) => !right.includes(one));
  const names = [...new Set(wrong.map(({ name, model }) => `${name} on ${model}`))];
  const others = names.length === 0 ? '' : `, not ${someOf(names, 3)}`;
  return `${thousands(right.length)} of ${several(procedures.length, 'procedure')} went as the document says${others}`;
}

function ofBoundaries(procedures: readonly Procedure[], kind: 'fault' | 'rollback'): string[] {
  const all = procedures.flatMap(({ runbook }) => runbook.boundary ?? []);
  const unsafe = all.filter(({ safe }) => !safe);
  const what =
    kind === 'fault'
      ? `${all.length - unsafe.length} of ${all.length} boundaries are safe points`
      : `${all.length - unsafe.length} of ${all.length} ways back lead back to the start`;
  const names = [...new Set(procedures.map(({ runbook, model }) => `${runbook.document} on ${model}`))].join(
    ', ',
  );
  return [
    `${names}: ${what}`,
    ...(unsafe.length === 0 ? [] : [`not ${unsafe.map(({ where }) => where).join(', nor ')}`]),
  ];
}
