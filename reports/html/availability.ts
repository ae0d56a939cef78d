/** Table 6-2 of the guide, by four ways of finding its figures. */
import { milliseconds, plural } from '../format.ts';
import type { Availability } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

const NO_BREAK_SPACE = '\u00a0';

export function inPercent(value: number): string {
  return `${value.toFixed(3)}${NO_BREAK_SPACE}%`;
}

export function availabilitySection(availability: Availability | null): Markup {
  if (availability === null) return null;
  const { rows, years, tolerance } = availability;
  const isOff = (value: number, guide: number) => Math.abs(value - guide) > tolerance;
  const columns = [
    { name: 'Model' },
    { name: 'The guide', number: true },
    { name: 'Its own terms', number: true },
    { name: 'Simulated', number: true },
    { name: 'of it, no node up', number: true },
    { name: 'With the measured moves', number: true },
    { name: 'Moves measured', number: true },
  ];
  const cell = (value: number, guide: number, note: string) =>
    html`<td class="number">
      <span class=${isOff(value, guide) ? 'differs' : null}>${inPercent(value)}</span>
      ${note !== '' && html`<span class="meaning">${note}</span>`}
    </td>`;
  const interval = (one: { lowPercent: number; highPercent: number }) =>
    `${one.lowPercent.toFixed(3)} to ${one.highPercent.toFixed(3)}`;
  return html`<section class="availability" id="availability">
    <h2>Down time, as the guide reckons it and as it is</h2>
    ${table(
      'Share of the time for which a user is cut off (guide 6.1.5, table 6-2), with 95 % intervals',
      columns,
      rows.map(
        ({ model, guidePercent, correctedPercent, simulated, nodesDownPercent, measured }) => html`<tr>
          <th scope="row">${model}</th>
          <td class="number">${inPercent(guidePercent)}</td>
          ${cell(correctedPercent, guidePercent, '')}
          ${cell(simulated.percent, guidePercent, interval(simulated))}
          <td class="number">${inPercent(nodesDownPercent)}</td>
          ${measured === null ? html`<td class="number">–</td>` : cell(measured.percent, guidePercent, interval(measured))}
          <td class="number">
            ${measured === null ? html`<span class="quiet">none</span>` : html`${plural(measured.moves, 'move')} of ${milliseconds(measured.medianMs)}<span class="meaning">make ${measured.movesPercent.toExponential(1)} %</span>`}
          </td>
        </tr>`,
      ),
    )}
    <p class="quiet">
      Each server fails four times a year and each array once, for a day. ${plural(years, 'year')} are simulated for each row. Figures in red are more than ${tolerance} percentage points from the guide's. The guide counts a move as nothing and leaves out that all nodes may be down at once.
    </p>
  </section>`;
}
