/** What `drill runbook --check` says. Pure. */
import type { Problem, Runbook } from './document.ts';
import type { ReadRunbook } from './read.ts';

/** As compilers have it, so that editors can jump there. */
export function problemLines(file: string, problems: readonly Problem[]): string[] {
  return problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

export function summary({ title, model, start, steps, asides, atEnd }: Runbook): string {
  const rollbacks = steps.filter(({ rollback }) => rollback !== null).length;
  const parts = [
    counted(steps.length, 'step'),
    ...(asides.length > 0 ? [`${counted(asides.length, 'block')} beside them`] : []),
    `${rollbacks} with a rollback`,
    `${atEnd.length} to hold at the end`,
  ];
  const rows = steps.map(
    ({ name, nodes, place }) => `  ${String(place.line).padStart(4)}  ${name.padEnd(24)} ${nodes.join(', ')}`,
  );
  return [`"${title}" on ${model}, from ${start}: ${parts.join(', ')}`, ...rows].join('\n');
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function verdictOf(
  file: string,
  { runbook, problems }: ReadRunbook,
): { lines: string[]; inOrder: boolean } {
  if (runbook === null)
    return {
      lines: [
        ...problemLines(file, problems),
        `${file}: ${counted(problems.length, 'problem')}; nothing was run`,
      ],
      inOrder: false,
    };
  return { lines: [summary(runbook), `${file} is in order; nothing was run`], inOrder: true };
}
