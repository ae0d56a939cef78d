/** The slowest switchover of a run, and where its time went. */
import { length, milliseconds, outageMs, percent } from '../format.ts';
import type { DrillResult, Outage, Phase } from '../model.ts';
import { type Anchors, linkTo } from './anchors.ts';
import { html, type Markup } from './markup.ts';
import { isUnexplained } from './words.ts';

const OFF = 'switched off';

export interface Switchover {
  drill: DrillResult;
  outage: Outage;
  /** Of one name together, in the order of their first piece. */
  phases: { name: string; ms: number }[];
}

/**
 * The longest write outage that phases account for: a service that came back, in a drill whose verdict counts. One that
 * an operator had switched off for most of it was no switchover.
 */
export function slowestOf(drills: readonly DrillResult[]): Switchover | undefined {
  const all = drills
    .filter(({ validity }) => validity.valid)
    .flatMap((drill) =>
      drill.outages
        .filter(({ kind, censored }) => kind === 'write' && !censored)
        .map((outage) => ({ drill, outage, phases: phasesIn(drill, outage) })),
    )
    .filter(({ phases }) => phases.some(({ name }) => !isUnexplained(name)))
    .filter(
      ({ outage, phases }) => !phases.some(({ name, ms }) => name === OFF && ms > outageMs(outage) / 2),
    );
  return all.toSorted((a, b) => outageMs(b.outage) - outageMs(a.outage))[0];
}

function phasesIn(drill: DrillResult, { service, fromMs, untilMs }: Outage): Switchover['phases'] {
  const own = drill.phases.filter(
    (phase) => phase.service === service && phase.fromMs >= fromMs - 0.5 && phase.untilMs <= untilMs + 0.5,
  );
  return [...Map.groupBy(own, ({ name }) => name)].map(([name, pieces]) => ({ name, ms: sumOf(pieces) }));
}

/** Of the outage; what is less does not tell anybody where its time went. */
const LEAST_SHARE = 0.01;

/** Phases that are shown, the small ones together. */
export function shownOf(phases: Switchover['phases'], whole: number): Switchover['phases'] {
  const small = phases.filter(({ ms }) => ms < LEAST_SHARE * whole);
  if (small.length < 2) return phases;
  const ms = small.reduce((sum, one) => sum + one.ms, 0);
  return [...phases.filter((one) => !small.includes(one)), { name: `${small.length} others`, ms }];
}

function sumOf(pieces: readonly Phase[]): number {
  return pieces.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
}

export function slowestPanel(drills: readonly DrillResult[], anchors: Anchors): Markup {
  const slowest = slowestOf(drills);
  return html`<section class="panel">
    <h2>The slowest switchover</h2>
    ${slowest ? switchover(slowest, anchors) : html`<p class="quiet">No switchover was measured from its beginning to its end.</p>`}
  </section>`;
}

function switchover({ drill, outage, phases }: Switchover, anchors: Anchors): Markup {
  const whole = outageMs(outage);
  const shown = shownOf(phases, whole);
  const longest = Math.max(...shown.map(({ ms }) => ms));
  return html`
    <p>
      <strong class="figure">${length(whole, outage.censored)}</strong> without writes of ${outage.service}:${' '}
      ${linkTo(anchors.group(drill), `${drill.name} on ${drill.model}`)}
    </p>
    <table class="shares" aria-label="Where its time went">
      <tbody>
        ${shown.map(
          ({ name, ms }) => html`<tr>
            <th scope="row">${name}</th>
            <td class="bar-cell"><span class=${isUnexplained(name) ? 'bar rest' : 'bar'} style=${`width:${((100 * ms) / longest).toFixed(1)}%`}></span></td>
            <td class="number">${milliseconds(ms)}</td>
            <td class="number">${percent(ms, whole)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  `;
}
