/** All drills of a run, one row each, when there is more than one. */
import { count, plural, verdictInWords } from '../format.ts';
import { operationTotals, type Repetitions } from '../repetitions.ts';
import { html, type Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { outageCell } from './metrics.ts';
import { table } from './tables.ts';
import { verdictWithExpectation } from './verdicts.ts';

const MOST_ROWS = 8;

export function overview(groups: readonly Repetitions[], anchorOf: (index: number) => string): Markup {
  const repeated = groups.some((group) => group.drills.length > 1);
  const columns = [
    { name: 'Drill' },
    { name: 'Model' },
    { name: 'Verdict' },
    { name: repeated ? 'Write outage, median' : 'Write outage', number: true },
    { name: repeated ? 'Read outage, median' : 'Read outage', number: true },
    { name: 'Lost', number: true },
    { name: 'Duplicated', number: true },
    { name: 'Operations', number: true },
  ];
  const rows = groups
    .map((group, index) => ({ group, anchor: anchorOf(index) }))
    .toSorted((a, b) => Number(b.group.differing.length > 0) - Number(a.group.differing.length > 0))
    .map(({ group, anchor }) => row(group, anchor));
  const all = table('Drills of this run', columns, rows);
  const models = new Set(groups.map(({ first }) => first.model));
  // One below the other is easy to read for a few; for many, the numbers stand behind the matrix.
  const isWide = models.size > 1 && groups.length > MOST_ROWS;
  return html`<nav id="matrix" aria-label="Drills of this run">
    <h2>Drills by models</h2>
    ${models.size > 1 && matrix(groups, anchorOf)}
    ${isWide ? html`<details class="fold"><summary>Operations and reads of each drill</summary>${all}</details>` : all}
  </nav>`;
}

function row(group: Repetitions, anchor: string): Markup {
  const { first, drills, differing } = group;
  const totals = operationTotals(drills);
  return html`<tr class=${differing.length > 0 ? 'differing' : null}>
    <th scope="row">
      <a href=${`#${anchor}`}>${first.name}</a>
      ${first.sabotage !== null && html`<span class="meaning">sabotage ${first.sabotage}</span>`}
    </th>
    <td>${first.model}</td>
    <td>${groupVerdict(group)}</td>
    <td class="number">${outageCell(drills, 'write')}</td>
    <td class="number">${outageCell(drills, 'read')}</td>
    <td class="number">${count(totals.lost)}</td>
    <td class="number">${count(totals.duplicated)}</td>
    <td class="number">${count(totals.ok + totals.failed + totals.indeterminate)}</td>
  </tr>`;
}

export function groupVerdict({ drills, differing, first }: Repetitions): Markup {
  if (drills.length === 1) return verdictWithExpectation(first);
  const shown = differing[0] ?? first;
  return html`${verdictWithExpectation(shown)}
    <span class="meaning">${differing.length > 0 ? `${differing.length} of ${plural(drills.length, 'repetition')} differ` : `all ${drills.length} repetitions`}</span>`;
}

export function groupVerdictWords({ drills, differing, first }: Repetitions): string {
  return verdictInWords(differing[0] ?? first) + (drills.length > 1 ? `, ${drills.length} repetitions` : '');
}
