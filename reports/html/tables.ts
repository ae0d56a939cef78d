/** The tables of one drill: phases, checks, claims, operations, faults. */
import {
  count,
  differingFirst,
  differs,
  milliseconds,
  outageMs,
  percent,
  relativeSeconds,
} from '../format.ts';
import type { CheckResult, ClaimResult, DrillResult, Phase } from '../model.ts';
import { html, type Markup } from './markup.ts';
import type { TimeFrame } from './time.ts';
import { seenMark, verdictWithExpectation } from './verdicts.ts';
import { isUnexplained, phaseMeaning } from './words.ts';

interface Column {
  name: string;
  /** Share of the width, where the content alone would give a poor one. */
  width?: string;
  number?: boolean;
}

/** A table that scrolls in its own box when a screen is too narrow for it. */
export function table(caption: string, columns: Column[], rows: Markup, kind = ''): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${caption}>
    <table class=${kind}>
      <caption>${caption}</caption>
      <thead>
        <tr>${columns.map((column) => html`<th scope="col" class=${column.number ? 'number' : ''} style=${column.width ? `width:${column.width}` : null}>${column.name}</th>`)}</tr>
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
      { name: 'What it is', width: '36%' },
    ];
    const left = (outage ?? sum) - sum;
    return table(several ? `Phases of the outage of ${service}` : 'Phases of the outage', columns, [
      phases.map((phase) => phaseRow(phase, frame, outage ?? sum)),
      Math.abs(left) >= 0.05 && restRow(left, outage ?? sum),
      html`<tr class="total">
        <th scope="row">${outage === undefined ? 'All phases' : 'Write outage'}</th>
        <td class="number">${milliseconds(outage ?? sum)}</td>
        <td class="number">${percent(1, 1)}</td>
        <td colspan="3"></td>
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
  return html`<tr class=${isUnexplained(phase.name) ? 'rest' : ''}>
    <th scope="row">${phase.name}</th>
    <td class="number">${milliseconds(ms)}</td>
    <td class="number">${percent(ms, whole)}</td>
    <td class="number">${relativeSeconds(phase.fromMs - frame.zeroMs)}</td>
    <td>${phase.node || '–'}</td>
    <td class="quiet">${phaseMeaning(phase.name)}</td>
  </tr>`;
}

function restRow(ms: number, whole: number): Markup {
  const overlap = ms < 0;
  return html`<tr class="rest">
    <th scope="row">${overlap ? 'overlap' : 'outside the phases'}</th>
    <td class="number">${milliseconds(ms)}</td>
    <td class="number">${percent(ms, whole)}</td>
    <td class="number">–</td>
    <td>–</td>
    <td class="quiet">${overlap ? 'phases that ran at the same time' : 'no phase covers this time'}</td>
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
      (check) => html`<tr class=${differs(check) ? 'differing' : ''}>
        <th scope="row">${check.question}<span class="meaning mono">${check.name}</span></th>
        <td>${verdictWithExpectation(check)}</td>
        <td>${evidenceList(check.evidence)}</td>
      </tr>`,
    ),
    'judged',
  );
}

export function claimsTable(caption: string, claims: readonly ClaimResult[], withDrill = false): Markup {
  return table(
    caption,
    judgedColumns('Claim'),
    differingFirst(claims).map(
      (claim) => html`<tr class=${differs(claim) ? 'differing' : ''}>
        <th scope="row">
          ${claim.statement}
          <span class="meaning mono">${claim.id}${withDrill && claim.drill ? `, ${claim.drill}` : ''}</span>
        </th>
        <td>${verdictWithExpectation(claim)}</td>
        <td>${evidenceList(claim.evidence)}</td>
      </tr>`,
    ),
    'judged',
  );
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
