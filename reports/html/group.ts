/** One drill on one model: its numbers, and its repetitions if there are several. */
import { count, differs, duration, length, outageLength, plural, verdictInWords } from '../format.ts';
import type { DrillResult } from '../model.ts';
import { longestOutage, operationTotals, type Repetitions } from '../repetitions.ts';
import { drillDetails } from './drill.ts';
import { html, type Markup } from './markup.ts';
import { metrics } from './metrics.ts';
import { distributions } from './strip-plot.ts';
import { table } from './tables.ts';
import { verdictWithExpectation } from './verdicts.ts';

export interface GroupPlace {
  anchor: string;
  logLinesOf: (drill: DrillResult) => number;
}

export function groupBody(group: Repetitions, { anchor, logLinesOf }: GroupPlace): Markup {
  if (group.drills.length === 1) {
    return html`${metrics(group)} ${drillDetails(group.first, { anchor: `${anchor}-1`, logLines: logLinesOf(group.first) })}`;
  }
  const opened = group.differing[0] ?? group.first;
  return html`
    ${metrics(group)}
    <section>
      <h3>Over the repetitions</h3>
      ${distributions(group)} ${repetitionsTable(group, anchor)}
    </section>
    ${group.drills.map(
      (drill, index) => html`<details class="repetition" open=${drill === opened}>
        <summary>
          Repetition ${drill.repetition}: ${verdictInWords(drill)}, ${outageWords(drill)}
        </summary>
        ${drillDetails(drill, { anchor: `${anchor}-${index + 1}`, logLines: logLinesOf(drill) })}
      </details>`,
    )}
  `;
}

function outageWords(drill: DrillResult): string {
  const outage = longestOutage(drill, 'write') ?? longestOutage(drill, 'read');
  return outage ? `${outage.kind} outage ${outageLength(outage)}` : 'no outage';
}

function repetitionsTable(group: Repetitions, anchor: string): Markup {
  const columns = [
    { name: 'Repetition' },
    { name: 'Verdict' },
    { name: 'Write outage', number: true },
    { name: 'Read outage', number: true },
    { name: 'Lost', number: true },
    { name: 'Duplicated', number: true },
    { name: 'Operations', number: true },
    { name: 'Duration', number: true },
    { name: 'Seed', number: true },
  ];
  return table(
    plural(group.drills.length, 'repetition'),
    columns,
    group.drills.map((drill, index) => {
      const totals = operationTotals([drill]);
      return html`<tr class=${differs(drill) ? 'differing' : null}>
        <th scope="row"><a href=${`#${anchor}-${index + 1}`}>${drill.repetition}</a></th>
        <td>${verdictWithExpectation(drill)}</td>
        <td class="number">${outageOf(drill, 'write')}</td>
        <td class="number">${outageOf(drill, 'read')}</td>
        <td class="number">${count(totals.lost)}</td>
        <td class="number">${count(totals.duplicated)}</td>
        <td class="number">${count(totals.ok + totals.failed + totals.indeterminate)}</td>
        <td class="number">${duration(drill.durationMs)}</td>
        <td class="number">${String(drill.seed)}</td>
      </tr>`;
    }),
  );
}

function outageOf(drill: DrillResult, kind: 'write' | 'read'): string {
  const outage = longestOutage(drill, kind);
  return outage ? length(outage.untilMs - outage.fromMs, outage.censored) : 'none';
}
