/** The certificate of a procedure: its steps, what users noticed of each, and what it left behind. */
import { duration, milliseconds, plural, visible } from '../format.ts';
import type { DrillResult, Report, RunbookResult } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { runbookPicture } from './runbook-picture.ts';
import { evidenceList, table } from './tables.ts';
import { verdictMark } from './verdicts.ts';

type Step = RunbookResult['steps'][number];

export function runbookSection(drill: DrillResult): Markup {
  const { runbook } = drill;
  if (runbook === undefined) return null;
  const { document, steps, atEnd, drift } = runbook;
  return html`<section class="certificate">
    <h3>The procedure</h3>
    <p class="quiet">${visible(document)}, from ${runbook.start === 'bare' ? 'bare nodes' : 'a cluster that serves'}. ${totals(runbook)}</p>
    ${runbookPicture(runbook)}
    <ul class="legend">
      <li><span class="swatch-step"></span>a step, until users had settled</li>
      ${steps.some(({ verdict }) => verdict === 'otherwise') && html`<li><span class="swatch-wrong"></span>a step that went otherwise than the document says</li>`}
      <li><span class="swatch-outage"></span>users could not write</li>
    </ul>
    ${table(plural(steps.length, 'step'), STEP_COLUMNS, steps.map(stepRow))}
    ${runbook.boundary !== null && boundaryNote(runbook.boundary)}
    ${atEnd.length > 0 && atEndTable(atEnd)}
    <h4>Configuration afterwards</h4>
    ${driftOf(drift, 'nodes', 'Between nodes')} ${driftOf(drift, 'start', 'Since the start')}
  </section>`;
}

function totals({ outages }: RunbookResult): string {
  return outages
    .map(({ service, ms, open, allowedMs }) => {
      if (ms === 0) return `Users of ${visible(service)} were never cut off.`;
      const allowed = allowedMs === null ? '' : ` of ${milliseconds(allowedMs)} allowed`;
      return `Users of ${visible(service)} were cut off for ${milliseconds(ms)}${allowed}${open ? ', and still were at the end' : ''}.`;
    })
    .join(' ');
}

const STEP_COLUMNS = [
  { name: '', number: true, width: '32px' },
  { name: 'Step', width: '30%' },
  { name: 'As the document says?' },
  { name: 'Took', number: true },
  { name: 'Cut off', number: true },
  { name: 'Then with' },
  { name: 'Versions afterwards' },
];

function stepRow(step: Step, index: number): Markup {
  const { name, line, guide, nodes, verdict, findings, repaired, fromMs, untilMs } = step;
  return html`<tr class=${verdict === 'otherwise' ? 'differing' : ''}>
    <td class="number">${index + 1}</td>
    <th scope="row">
      ${visible(name)}
      <span class="meaning">${visible(`line ${line}, on ${nodes.join(', ')}${guide === '' ? '' : `, ${guide}`}`)}</span>
      ${typed(step)}
    </th>
    <td>
      ${verdictOf(verdict)}${repaired && html` <span class="quiet">repaired</span>`}
      ${findings.length > 0 && evidenceList(findings.map(visible))}
    </td>
    <td class="number">${fromMs === null || untilMs === null ? '–' : duration(untilMs - fromMs)}</td>
    <td class="number">${cutOff(step)}</td>
    <td>${changes(
      step.owners.map(({ service, before, after }) => ({ of: service, before, after })),
      step.owners.length > 1,
    )}</td>
    <td>${changes(
      step.versions.map(({ node, before, after }) => ({ of: node, before, after })),
      true,
    )}</td>
  </tr>`;
}

const WORDS = {
  'as promised': ['upheld', 'yes'],
  otherwise: ['refuted', 'no'],
  'not run': ['unexercised', 'not run'],
} as const;

function verdictOf(verdict: Step['verdict']): Markup {
  const [kind, words] = WORDS[verdict];
  return html`<span class=${`verdict ${kind}`}>${words}</span>`;
}

function cutOff({ cutOff: all, allowedMs }: Step): Markup {
  const cut = all.filter(({ ms }) => ms > 0);
  const allowed =
    allowedMs === null ? null : html`<span class="meaning">${milliseconds(allowedMs)} allowed</span>`;
  if (cut.length === 0) return html`${all.length === 0 ? '–' : '0'}${allowed}`;
  return html`${cut.map(
    ({ service, ms, open }) =>
      html`<div>${open && '≥ '}${milliseconds(ms)}${all.length > 1 && html`<span class="meaning">${service}</span>`}</div>`,
  )}${allowed}`;
}

/** What changed stands out; what did not is said once, quietly. */
function changes(all: { of: string; before: string; after: string }[], named: boolean): Markup {
  return all.map(({ of, before, after }) => {
    const name = named ? html`<span class="quiet">${visible(of)} </span>` : null;
    const isChanged = before !== after && before !== '' && after !== '';
    return html`<div>${name}${isChanged ? html`<strong>${visible(after)}</strong><span class="meaning">was ${visible(before)}</span>` : html`<span>${visible(after) || '–'}</span>`}</div>`;
  });
}

/** The commands as they were typed, and what each node said to them. */
function typed({ commands, runs, name }: Step): Markup {
  return html`<details class="fold typed">
    <summary><span class="quiet">commands and output</span></summary>
    <pre>${visible(commands)}</pre>
    ${runs.map(
      ({ node, block, role, exit, ended, fromMs, untilMs, output }) => html`<p class="quiet">
          ${visible(role === 'step' ? node : `${role} ${block}, ${node}`)}: ${endOf(exit, ended)}${untilMs === null ? '' : ` after ${duration(untilMs - fromMs)}`}
        </p>
        <pre aria-label=${visible(`output of ${name} on ${node}`)}>${visible(output.trimEnd()) || '(nothing)'}</pre>`,
    )}
  </details>`;
}

function endOf(exit: number | null, ended: Step['runs'][number]['ended']): string {
  if (ended === 'timeout') return 'ended for taking too long';
  if (ended === 'waiting') return 'ended while it waited for input';
  if (ended === 'node-down') return 'the node is down';
  return ended === null ? 'cut off' : `exit status ${exit}`;
}

function atEndTable(atEnd: RunbookResult['atEnd']): Markup {
  return table(
    'What must hold at the end',
    [
      { name: 'It must hold that', width: '30%' },
      { name: 'Does it?' },
      { name: 'What was seen', width: '50%' },
    ],
    atEnd.map(
      ({ text, verdict, evidence }) => html`<tr class=${verdict === 'refuted' ? 'differing' : ''}>
        <th scope="row">${visible(text)}</th><td>${verdictMark(verdict)}</td><td>${evidenceList(evidence.map(visible))}</td>
      </tr>`,
    ),
  );
}

function driftOf(drift: RunbookResult['drift'], kind: 'nodes' | 'start', title: string): Markup {
  const own = drift.filter((one) => one.kind === kind);
  if (own.length === 0) return html`<p class="quiet">${title}: no difference.</p>`;
  return html`<details class="fold">
    <summary>${title}: ${plural(own.length, 'difference')}</summary>
    ${own.map(({ what, path, diff }) => html`<p class="quiet">${visible(`${what}: ${path}`)}</p><pre class="diff">${lines(diff)}</pre>`)}
  </details>`;
}

const LONGEST_DIFF = 200;

function lines(diff: string): Markup {
  const all = visible(diff).trimEnd().split('\n');
  const kinds: Record<string, string> = { '+': 'added', '-': 'taken', '@': 'quiet' };
  return html`${all.slice(0, LONGEST_DIFF).map((line) => html`<span class=${kinds[line[0] ?? ''] ?? ''}>${`${line}\n`}</span>`)}${
    all.length > LONGEST_DIFF && `… and ${all.length - LONGEST_DIFF} more lines`
  }`;
}

function boundaryNote(boundary: NonNullable<RunbookResult['boundary']>): Markup {
  const { where, struck, outcomes, otherwise, safe } = boundary;
  return html`<div class=${`notice ${safe ? 'good' : 'bad'}`}>
    <strong>${visible(`${where}${struck === '' ? ', taken back' : `: ${struck}`}`)}:</strong> ${visible(outcomes.join('; '))}
    ${otherwise.length > 0 && evidenceList(otherwise.map(visible))}
  </div>`;
}

/** All boundaries of a procedure in one table, where a run struck or went back at each of them. */
export function boundariesSection({ drills }: Report): Markup {
  const all = drills.flatMap(({ runbook, id }) =>
    runbook?.boundary ? [{ id, ...runbook.boundary, document: runbook.document }] : [],
  );
  if (all.length === 0) return null;
  return html`<section>
    <h2>${all[0]?.kind === 'fault' ? 'Where a fault is safe' : 'Where the way back leads back'}</h2>
    ${[...Map.groupBy(all, ({ document }) => document)].map(([document, rows]) => boundariesTable(document, rows))}
  </section>`;
}

type Row = NonNullable<RunbookResult['boundary']>;

function boundariesTable(document: string, rows: readonly Row[]): Markup {
  const isFault = rows[0]?.kind === 'fault';
  const columns = [
    { name: 'Steps done', number: true },
    { name: isFault ? 'Boundary' : 'Taken back' },
    { name: isFault ? 'Safe?' : 'As at the start?' },
    { name: isFault ? 'Fault' : 'Differences' },
    { name: 'Users', width: '30%' },
    { name: isFault ? 'In the rest of the procedure' : 'Otherwise', width: '30%' },
  ];
  return table(
    visible(document),
    columns,
    rows
      .toSorted((a, b) => a.done - b.done)
      .map(
        (row) => html`<tr class=${row.reached && !row.safe ? 'differing' : ''}>
        <td class="number">${row.done}</td>
        <th scope="row">${visible(row.where)}</th>
        <td>${verdictOf(!row.reached ? 'not run' : row.safe ? 'as promised' : 'otherwise')}</td>
        <td>${isFault ? visible(row.struck) : String(row.differences)}</td>
        <td>${visible(row.outcomes.join('; '))}</td>
        <td>${evidenceList(row.otherwise.map(visible))}</td>
      </tr>`,
      ),
  );
}
