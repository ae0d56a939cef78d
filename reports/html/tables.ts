/** The tables of one drill: phases, checks, claims, operations, faults. */

import { several } from '../../harness/wording.ts';
import {
  count,
  differingFirst,
  differs,
  milliseconds,
  outageMs,
  percent,
  plural,
  relativeSeconds,
} from '../format.ts';
import type { CheckResult, ClaimResult, DrillResult, Phase } from '../model.ts';
import { html, type Markup } from './markup.ts';
import type { TimeFrame } from './time.ts';
import { seenMark, verdictWithExpectation } from './verdicts.ts';
import { isUnexplained } from './words.ts';

interface Column {
  name: string;
  /** Share of the width, where the content alone would give a poor one. */
  width?: string;
  number?: boolean;
}

/** A table that scrolls in its own box when a screen is too narrow for it. */
export function table(caption: string, columns: Column[], rows: Markup, kind = ''): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${caption}>
    <table class=${kind || null}>
      <caption>${caption}</caption>
      <thead>
        <tr>${columns.map((column) => html`<th scope="col" class=${column.number ? 'number' : null} style=${column.width ? `width:${column.width}` : null}>${column.name}</th>`)}</tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}

export function evidenceList(evidence: readonly string[]): Markup {
  if (evidence.length === 0) return html`<span class="quiet">none</span>`;
  return html`<ul class="evidence">${evidence.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** Adds up: what the phases leave of the outage is a row of its own, so the sum is the outage. */
export function phasesTable(drill: DrillResult, frame: TimeFrame): Markup {
  const services = [...new Set(drill.phases.map((phase) => phase.service))];
  const several = services.length > 1;
  return services.map((service) => {
    const phases = drill.phases.filter((phase) => phase.service === service);
    const outage = phasedOutageMs(drill, service);
    const sum = phases.reduce((total, phase) => total + phase.untilMs - phase.fromMs, 0);
    const columns = [
      { name: 'Phase', width: '16%' },
      { name: 'Length', number: true },
      { name: 'Share', number: true },
      { name: `From ${frame.zeroName}`, number: true },
      { name: 'Node' },
    ];
    const left = (outage ?? sum) - sum;
    return table(several ? `Phases of the outage of ${service}` : 'Phases of the outage', columns, [
      phases.filter(({ name }) => !isUnexplained(name)).map((phase) => phaseRow(phase, frame, outage ?? sum)),
      unexplainedRow(
        phases.filter(({ name }) => isUnexplained(name)),
        outage ?? sum,
      ),
      Math.abs(left) >= 0.05 && restRow(left, outage ?? sum),
      html`<tr class="total">
        <th scope="row">${outage === undefined ? 'All phases' : 'Write outage'}</th>
        <td class="number">${milliseconds(outage ?? sum)}</td>
        <td class="number">${percent(1, 1)}</td>
        <td colspan="2"></td>
      </tr>`,
    ]);
  });
}

/** The outages of the service that the phases are about, added up. */
function phasedOutageMs(drill: DrillResult, service: string): number | undefined {
  const own = drill.outages.filter((outage) => outage.service === service);
  const writes = own.filter((outage) => outage.kind === 'write');
  const counted = writes.length > 0 ? writes : own;
  return counted.length > 0 ? counted.reduce((sum, outage) => sum + outageMs(outage), 0) : undefined;
}

function phaseRow(phase: Phase, frame: TimeFrame, whole: number): Markup {
  const ms = phase.untilMs - phase.fromMs;
  return html`<tr>
    <th scope="row">${phase.name}</th>
    <td class="number">${milliseconds(ms)}</td>
    <td class="number">${percent(ms, whole)}</td>
    <td class="number">${relativeSeconds(phase.fromMs - frame.zeroMs)}</td>
    <td>${phase.node || '–'}</td>
  </tr>`;
}

/** What the phases leave is one number, however many pieces it has; the picture shows where they are. */
function unexplainedRow(pieces: readonly Phase[], whole: number): Markup {
  if (pieces.length === 0) return null;
  const ms = pieces.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  return html`<tr class="rest">
    <th scope="row">unexplained${pieces.length > 1 && `, in ${pieces.length} pieces`}</th>
    <td class="number">${milliseconds(ms)}</td>
    <td class="number">${percent(ms, whole)}</td>
    <td class="number">–</td>
    <td>–</td>
  </tr>`;
}

function restRow(ms: number, whole: number): Markup {
  const overlap = ms < 0;
  return html`<tr class="rest">
    <th scope="row">
      ${overlap ? 'overlap' : 'outside the phases'}${' '}
      <span class="meaning">${overlap ? 'phases that ran at the same time' : 'no phase covers this time'}</span>
    </th>
    <td class="number">${milliseconds(ms)}</td>
    <td class="number">${percent(ms, whole)}</td>
    <td class="number">–</td>
    <td>–</td>
  </tr>`;
}

/** The same for checks and claims, so that their columns stand under each other. */
function judgedColumns(first: string): Column[] {
  return [{ name: first, width: '40%' }, { name: 'Verdict', width: '18%' }, { name: 'Evidence' }];
}

export function checksTable(caption: string, checks: readonly CheckResult[]): Markup {
  return table(
    caption,
    judgedColumns('Question'),
    differingFirst(checks).map(
      (check) => html`<tr class=${differs(check) ? 'differing' : null}>
        <th scope="row">${check.question}<span class="meaning mono">${check.name}</span></th>
        <td>${verdictWithExpectation(check)}</td>
        <td>${evidenceList(shownOf(check))}</td>
      </tr>`,
    ),
    'judged',
  );
}

/** Nobody reads on where all is as expected; what differs is shown with everything. */
const MOST_LINES = 5;

function shownOf(check: CheckResult): string[] {
  const { evidence } = check;
  if (differs(check) || evidence.length <= MOST_LINES + 1) return evidence;
  const left = plural(evidence.length - MOST_LINES, 'more line');
  return [...evidence.slice(0, MOST_LINES), `… ${left}: all in report.json`];
}

/** Where its evidence is that of the checks above, it is not told again. */
export function claimsTable({ claims, checks }: DrillResult): Markup {
  const told = new Map(
    checks.flatMap(({ name, evidence }) => evidence.map((line) => [`${name}: ${line}`, name] as const)),
  );
  return table(
    'What the guide says, and what was seen',
    judgedColumns('Claim'),
    differingFirst(claims).map(
      (claim) => html`<tr class=${differs(claim) ? 'differing' : null}>
        <th scope="row">
          ${claim.statement}
          <span class="meaning mono">${claim.id}</span>
        </th>
        <td>${verdictWithExpectation(claim)}</td>
        <td>${ownEvidence(claim, told)}</td>
      </tr>`,
    ),
    'judged',
  );
}

function ownEvidence({ evidence }: ClaimResult, told: ReadonlyMap<string, string>): Markup {
  const own = evidence.filter((line) => !told.has(line));
  const from = [...new Set(evidence.flatMap((line) => told.get(line) ?? []))];
  if (from.length === 0) return evidenceList(own);
  return evidenceList([...own, `as ${several(from.length, 'check')} above: ${from.join(', ')}`]);
}

export function operationsTable(drill: DrillResult): Markup {
  const names = ['ok', 'failed', 'indeterminate', 'lost', 'duplicated'] as const;
  const titles = ['Succeeded', 'Failed', 'No answer in time', 'Lost', 'Duplicated'];
  return table(
    'Operations by service',
    [{ name: 'Service' }, ...titles.map((name) => ({ name, number: true }))],
    drill.operations.map(
      (row) => html`<tr>
        <th scope="row">${row.service}</th>
        ${names.map((name) => html`<td class="number">${count(row[name])}</td>`)}
      </tr>`,
    ),
  );
}

export function faultsTable(drill: DrillResult): Markup {
  return table(
    'Faults applied',
    [
      { name: 'Fault' },
      { name: 'Target' },
      { name: 'Time of the run', number: true },
      { name: 'Seen to take effect' },
    ],
    drill.faults.map(
      (fault) => html`<tr>
        <th scope="row">${fault.name}</th>
        <td>${fault.target}</td>
        <td class="number">${(fault.appliedMs / 1000).toFixed(3)} s</td>
        <td>${seenMark(fault.verified)}<span class="meaning">${fault.detail}</span></td>
      </tr>`,
    ),
  );
}
