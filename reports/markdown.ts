/** The summary for a CI job's page: what differs, the numbers, and how to repeat it. */
import {
  count,
  differs,
  duration,
  length,
  milliseconds,
  shortened,
  verdictInWords,
  verdictSymbol,
  visible,
} from './format.ts';
import { procedures } from './markdown-runbook.ts';
import type { CheckResult, ClaimResult, DrillResult, Report } from './model.ts';
import {
  distribution,
  groupRepetitions,
  operationTotals,
  outageSamples,
  type Repetitions,
} from './repetitions.ts';

/** GitHub refuses summaries beyond 1 MiB; evidence is the only part without a natural limit. */
const LONGEST_TEXT = 300;
const MOST_DETAILS = 50;

export function renderMarkdown(report: Report): string {
  const groups = groupRepetitions(report.drills);
  const parts = [
    `# ${symbolOf(report)} ${escaped(report.sentence)}`,
    report.run.interrupted ? '**The run was interrupted:** drills after that moment are missing.' : '',
    groups.length > 0 ? drillsTable(groups) : 'No drill was run.',
    ...procedures(report.drills, escaped),
    downTime(report.availability),
    ...differences(report.drills),
    groups.length > 0 ? `## Repeat it\n\n${commandBlock(groups)}` : '',
    facts(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function downTime(availability: Report['availability']): string {
  if (availability === null) return '';
  const percent = (value: number) => `${value.toFixed(3)} %`;
  const interval = (one: { percent: number; lowPercent: number; highPercent: number }) =>
    `${percent(one.percent)} (${one.lowPercent.toFixed(3)} to ${one.highPercent.toFixed(3)})`;
  const rows = availability.rows.map(({ model, guidePercent, correctedPercent, simulated, measured }) =>
    row([
      escaped(model),
      percent(guidePercent),
      percent(correctedPercent),
      interval(simulated),
      measured === null
        ? 'not measured'
        : `${interval(measured)}, ${count(measured.moves)} × ${milliseconds(measured.medianMs)}`,
    ]),
  );
  const head = ['Model', 'The guide', 'Its own terms', 'Simulated', 'With the measured moves'];
  return [
    '## Down time (guide 6.1.5)',
    '',
    row(head),
    row(['---', '---:', '---:', '---:', '---:']),
    ...rows,
  ].join('\n');
}

function symbolOf(report: Report): string {
  if (report.run.interrupted || report.exitCode === 2) return '❓';
  return report.exitCode === 0 ? '✅' : '❌';
}

/**
 * Text in which nothing is markup: what Markdown reads becomes an entity, which, unlike a backslash, also holds inside
 * table cells; addresses are broken likewise, so that nothing in a log line becomes a link or a mention.
 */
export function escaped(text: string): string {
  return shortened(visible(text).replace(/\s+/g, ' ').trim(), LONGEST_TEXT)
    .replace(/[&<>`|\\*_~[\]#@$]/g, entity)
    .replaceAll('://', '&#58;//')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`)
    .replace(/^(\d+)\./, '$1&#46;')
    .replace(/^[-+=]/, entity);
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function drillsTable(groups: readonly Repetitions[]): string {
  const repeated = groups.some((group) => group.drills.length > 1);
  const head = [
    'Drill',
    'Model',
    'Verdict',
    'Write outage',
    'Read outage',
    'Lost',
    'Duplicated',
    'Operations',
  ];
  const align = ['---', '---', '---', '---:', '---:', '---:', '---:', '---:'];
  const rows = groups.map((group) => {
    const totals = operationTotals(group.drills);
    return row([
      escaped(group.first.name),
      escaped(group.first.model),
      verdictCell(group),
      outageCell(group, 'write'),
      outageCell(group, 'read'),
      count(totals.lost),
      count(totals.duplicated),
      count(totals.ok + totals.failed + totals.indeterminate),
    ]);
  });
  const note = repeated ? '\n\nOutages of repeated drills: median (least to most).' : '';
  return [row(head), row(align), ...rows].join('\n') + note;
}

function verdictCell({ first, drills, differing }: Repetitions): string {
  const shown = differing[0] ?? first;
  const words = `${verdictSymbol(shown.verdict)} ${verdictInWords(shown)}`;
  const text = differing.length > 0 ? `**${words}**` : words;
  if (drills.length === 1) return text;
  return `${text} (${differing.length > 0 ? `${differing.length} of ` : ''}${drills.length} repetitions)`;
}

function outageCell({ drills }: Repetitions, kind: 'write' | 'read'): string {
  const spread = distribution(outageSamples(drills, kind));
  if (!spread) return 'none';
  const median = length(spread.medianMs, spread.medianCensored);
  if (spread.count === 1) return median;
  return `${median} (${milliseconds(spread.minMs)} to ${length(spread.maxMs, spread.maxCensored)})`;
}

function differences(drills: readonly DrillResult[]): string[] {
  const lines = drills.flatMap((drill) => {
    const where = `${escaped(drill.name)} on ${escaped(drill.model)}, repetition ${drill.repetition}`;
    return [
      ...(drill.problem === null ? [] : [`- **${where}** broke: ${escaped(drill.problem)}`]),
      ...(drill.validity.valid
        ? []
        : [`- **${where}** is not valid: ${drill.validity.reasons.map(escaped).join('; ')}`]),
      ...[...drill.checks, ...drill.claims]
        .filter(differs)
        .map((result) => `- **${where}**: ${difference(result)}`),
    ];
  });
  if (lines.length === 0) return [];
  const more = lines.length - MOST_DETAILS;
  const shown = lines.slice(0, MOST_DETAILS).join('\n');
  return [
    '## What is not as expected',
    more > 0 ? `${shown}\n- and ${count(more)} more, in the report` : shown,
  ];
}

function difference(result: CheckResult | ClaimResult): string {
  const what = 'question' in result ? result.question : `${result.id}: ${result.statement}`;
  const evidence = result.evidence.slice(0, 5).map((line) => `  - ${escaped(line)}`);
  return [`${escaped(what)} ${verdictSymbol(result.verdict)} ${verdictInWords(result)}`, ...evidence].join(
    '\n',
  );
}

/** A fence longer than any run of backticks within cannot be closed from inside. */
function commandBlock(groups: readonly Repetitions[]): string {
  const commands = groups.map((group) =>
    visible((group.differing[0] ?? group.first).command).replace(/\s+/g, ' '),
  );
  const runs = commands.join(' ').match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return [`${fence}sh`, ...commands, fence].join('\n');
}

function facts({ run }: Report): string {
  const engine = `${run.engine.kind} ${run.engine.version}`;
  return `Run ${escaped(run.id)}, seed ${run.seed}, took ${duration(run.durationMs)}, on ${escaped(engine)}, ${escaped(run.machine.cpu)} with ${run.machine.cores} cores.`;
}
