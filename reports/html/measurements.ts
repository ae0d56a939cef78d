/** What was measured in the times of a drill in which nothing was done. */
import { count, duration, milliseconds, percent } from '../format.ts';
import type { DrillResult } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

export function measurementsTable({ measurements, cpuPerNode, services }: Measured): Markup {
  const fixed = cpuPerNode === null ? '' : `, on nodes of ${cpuPerNode} of a CPU core each`;
  const columns = [
    { name: 'Time of the run' },
    ...services.map((name) => ({ name })),
    { name: 'CPU time of nodes', number: true },
  ];
  return table(
    `Measured while nothing was done${fixed}: where each service was, its median write latency, and what it served`,
    columns,
    measurements.map(({ fromMs, untilMs, services: seen, nodes }) => {
      const lengthMs = untilMs - fromMs;
      return html`<tr>
        <th scope="row">${duration(fromMs)}<span class="meaning">for ${duration(lengthMs)}</span></th>
        ${services.map((name) => cell(seen.find(({ service }) => service === name)))}
        <td class="number">${nodes.map(({ node, cpuMs }) => html`<div>${node} ${cpuMs === null ? '–' : percent(cpuMs, lengthMs)}</div>`)}</td>
      </tr>`;
    }),
  );
}

type Measured = Pick<DrillResult, 'measurements' | 'cpuPerNode'> & { services: string[] };

function cell(seen: DrillResult['measurements'][number]['services'][number] | undefined): Markup {
  if (seen === undefined) return html`<td>–</td>`;
  return html`<td>
    ${seen.node ?? 'on no one node'}
    <span class="meaning">${seen.medianWriteMs === null ? 'no write' : milliseconds(seen.medianWriteMs)}, ${count(seen.served)} served</span>
  </td>`;
}
