/** Where, with what and how long the run ran: what a person needs to trust or repeat the numbers. */
import { duration, percent, wallClock } from '../format.ts';
import type { Report } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

export function runFacts({ run, drills }: Report): Markup {
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
  const ofDrills = togetherIn(drills);
  return html`<section class="facts" id="facts">
    <h2>About this run</h2>
    <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${run.stages.length > 0 && stages('Where the time of the run went', run.stages, run.durationMs)}
    ${ofDrills.length > 0 && stages('Where the time of the drills went, one after another', ofDrills, sumOf(ofDrills))}
  </section>`;
}

type Stages = Report['run']['stages'];

function sumOf(all: Stages): number {
  return all.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Stages of one name in all drills together. */
function togetherIn(drills: Report['drills']): Stages {
  const byName = Map.groupBy(
    drills.flatMap(({ stages: own = [] }) => own),
    ({ name }) => name,
  );
  return [...byName].map(([name, all]) => ({ name, durationMs: sumOf(all) }));
}

function stages(caption: string, all: Stages, wholeMs: number): Markup {
  return table(
    caption,
    [{ name: 'Stage' }, { name: 'Length', number: true }, { name: 'Share', number: true }, { name: '' }],
    all.map((stage) => {
      const share = wholeMs > 0 ? Math.min(100, (100 * stage.durationMs) / wholeMs) : 0;
      return html`<tr>
        <th scope="row">${stage.name}</th>
        <td class="number">${duration(stage.durationMs)}</td>
        <td class="number">${percent(stage.durationMs, wholeMs)}</td>
        <td class="bar-cell"><span class="bar" style=${`width:${share.toFixed(1)}%`}></span></td>
      </tr>`;
    }),
  );
}
