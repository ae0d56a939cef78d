/** Where, with what and how long the run ran: what a person needs to trust or repeat the numbers. */
import { duration, percent, wallClock } from '../format.ts';
import type { Report } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

export function runFacts({ run }: Report): Markup {
  const { machine, engine } = run;
  const facts: [string, Markup][] = [
    ['Run', run.id],
    ['Started', wallClock(run.started)],
    ['Duration', duration(run.durationMs)],
    ['Seed', String(run.seed)],
    ['Command', html`<code>${run.command}</code>`],
    ['Engine', `${engine.kind} ${engine.version}, ${engine.host}`],
    [
      'Machine',
      `${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memoryMiB / 1024)} GiB of memory`,
    ],
    ['System', `${machine.platform}, kernel ${machine.kernel}`],
    ...Object.entries(run.versions).map(([name, version]): [string, Markup] => [
      `Version of ${name}`,
      version,
    ]),
  ];
  return html`<section class="facts">
    <h2>About this run</h2>
    <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${run.stages.length > 0 && stages(run)}
  </section>`;
}

function stages(run: Report['run']): Markup {
  return table(
    'Where the time of the run went',
    [{ name: 'Stage' }, { name: 'Length', number: true }, { name: 'Share', number: true }, { name: '' }],
    run.stages.map((stage) => {
      const share = run.durationMs > 0 ? Math.min(100, (100 * stage.durationMs) / run.durationMs) : 0;
      return html`<tr>
        <th scope="row">${stage.name}</th>
        <td class="number">${duration(stage.durationMs)}</td>
        <td class="number">${percent(stage.durationMs, run.durationMs)}</td>
        <td class="bar-cell"><span class="bar" style=${`width:${share.toFixed(1)}%`}></span></td>
      </tr>`;
    }),
  );
}
