/** Drills by models: verdict and outage of each pair, over its repetitions. */
import { count, differs, length, plural } from '../format.ts';
import type { Verdict } from '../model.ts';
import { distribution, outageSamples, type Repetitions } from '../repetitions.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

const KIND: Record<Verdict, string> = {
  upheld: 'upheld',
  refuted: 'refuted',
  inconclusive: 'inconclusive',
  'not exercised': 'unexercised',
};

/** `anchorOf`: of the group's place in `groups`. */
export function matrix(groups: readonly Repetitions[], anchorOf: (index: number) => string): Markup {
  const models = [...new Set(groups.map(({ first }) => first.model))];
  const rows = [...Map.groupBy(groups, rowKey)];
  const columns = [{ name: 'Drill' }, ...models.map((name) => ({ name }))];
  return table(
    'Drills by models: ✓ upheld, ✗ refuted, ? inconclusive, and for how long clients could not write (median; over repetitions least to most)',
    columns,
    rows.map(([, own]) => {
      const [one] = own;
      if (one === undefined) return null;
      const { name, sabotage } = one.first;
      return html`<tr>
        <th scope="row">${hyphened(name)}${sabotage !== null && html`<span class="meaning">sabotage ${sabotage}</span>`}</th>
        ${models.map((model) => {
          const here = own.filter(({ first }) => first.model === model);
          return here.length === 0
            ? html`<td class="quiet" aria-label="not for this model">·</td>`
            : html`<td>${here.map((group) => cell(group, anchorOf(groups.indexOf(group))))}</td>`;
        })}
      </tr>`;
    }),
    'matrix',
  );
}

/** A long name breaks after its hyphens alone. */
function hyphened(name: string): Markup {
  return name.split(/(?<=-)/).map((part) => html`${part}<wbr />`);
}

function rowKey({ first }: Repetitions): string {
  return JSON.stringify([first.name, first.sabotage, first.profile]);
}

function cell(group: Repetitions, anchor: string): Markup {
  const { drills, differing, first } = group;
  const shown = differing[0] ?? first;
  const spread = distribution(outageSamples(drills, 'write'));
  const tone = differs(shown) ? 'differs' : shown.verdict === 'upheld' ? '' : 'calm';
  const lasted = spread ? length(spread.medianMs, spread.medianCensored) : 'no outage';
  const words = [
    ...(differs(shown) ? [`expected ${shown.expected}`] : []),
    ...(drills.length > 1 && differing.length > 0 ? [`${differing.length} of ${drills.length}`] : []),
  ];
  return html`<div class="cell">
    <a class=${`verdict ${KIND[shown.verdict]} ${tone}`} href=${`#${anchor}`}><span class=${differs(shown) ? null : 'sr'}>${shown.verdict}${differs(shown) ? '' : ', '}</span>${!differs(shown) && lasted}</a>
    ${words.length > 0 && html`<span class="differs">${words.join(', ')}</span>`}
    ${differs(shown) && html`<span class="meaning">${lasted}</span>`}
    ${spread && spread.count > 1 && html`<span class="meaning" title=${plural(spread.count, 'repetition')}>${count(spread.minMs)}–${length(spread.maxMs, spread.maxCensored)}</span>`}
  </div>`;
}
