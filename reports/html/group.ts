/** One drill on one model: its numbers, and its repetitions if there are several. */
import { count, differs, duration, length, outageLength, plural, verdictInWords } from '../format.ts';
import type { DrillResult, Trend } from '../model.ts';
import { longestOutage, operationTotals, outageSamples, type Repetitions } from '../repetitions.ts';
import { drillDetails } from './drill.ts';
import { html, type Markup } from './markup.ts';
import { metrics } from './metrics.ts';
import { distributions } from './strip-plot.ts';
import { table } from './tables.ts';
import { trendSection } from './trend.ts';
import { verdictWithExpectation } from './verdicts.ts';

export interface GroupPlace {
  anchor: string;
  logLinesOf: (drill: DrillResult) => number;
  trend: Trend | null;
}

export function groupBody(group: Repetitions, { anchor, logLinesOf, trend }: GroupPlace): Markup {
  if (group.drills.length === 1) {
    return html`${metrics(group)} ${trendSection(trend)} ${drillDetails(group.first, { anchor: `${anchor}-1`, logLines: logLinesOf(group.first) })}`;
  }
  const opened = group.differing[0] ?? group.first;
  const shown = shownOf(group);
  const left = group.drills.length - shown.length;
  return html`
    ${metrics(group)} ${trendSection(trend)}
    <section>
      <h3>Over the repetitions</h3>
      ${distributions(group)} ${repetitionsTable(group, anchor, shown)}
      ${left > 0 && html`<p class="quiet">Shown below are ${shown.length}: at most four that differ, the first, the fastest, that of the median and the slowest. Of the other ${left}, everything is in <code>report.json</code> and in their folders.</p>`}
    </section>
    ${shown.map(
      (drill) => html`<details class="repetition" open=${drill === opened}>
        <summary>
          Repetition ${drill.repetition}: ${verdictInWords(drill)}, ${outageWords(drill)}
        </summary>
        ${drillDetails(drill, { anchor: `${anchor}-${group.drills.indexOf(drill) + 1}`, logLines: logLinesOf(drill) })}
      </details>`,
    )}
  `;
}

/** More pictures of one experiment than this tell less than its distribution, and make a page that nobody opens. */
const MOST_SHOWN = 6;
const MOST_DIFFERING = 4;

function shownOf({ drills, differing, first }: Repetitions): DrillResult[] {
  if (drills.length <= MOST_SHOWN) return drills;
  const byOutage = outageSamples(drills, 'write').toSorted((a, b) => a.ms - b.ms);
  const extremes = [byOutage[0], byOutage[byOutage.length >> 1], byOutage.at(-1)].map((one) => one?.drill);
  const wanted = new Set([...differing.slice(0, MOST_DIFFERING), first, ...extremes]);
  return drills.filter((drill) => wanted.has(drill));
}

function outageWords(drill: DrillResult): string {
  const outage = longestOutage(drill, 'write') ?? longestOutage(drill, 'read');
  return outage ? `${outage.kind} outage ${outageLength(outage)}` : 'no outage';
}

function repetitionsTable(group: Repetitions, anchor: string, shown: readonly DrillResult[]): Markup {
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
        <th scope="row">${shown.includes(drill) ? html`<a href=${`#${anchor}-${index + 1}`}>${drill.repetition}</a>` : drill.repetition}</th>
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
