/** What is other than last time: verdicts first, then lengths that are beyond chance. */
import { count, milliseconds, plural, wallClock } from '../format.ts';
import type { Changes, LengthChange, Report } from '../model.ts';
import { type Anchors, linkTo } from './anchors.ts';
import { html, type Markup } from './markup.ts';
import { verdictMark } from './verdicts.ts';

const MOST = 8;

export function changesPanel({ changes }: Report, anchors: Anchors): Markup {
  return html`<section class="panel">
    <h2>Since last time</h2>
    ${changes ? changesIn(changes, anchors) : html`<p class="quiet">${changes === null ? 'There is no earlier run of these drills to compare with.' : 'This run was not compared with an earlier one.'}</p>`}
  </section>`;
}

function changesIn(changes: Changes, anchors: Anchors): Markup {
  const { verdicts, claims, outages, newDrills, goneDrills } = changes;
  const drill = (one: { drill: string; model: string; profile: string }) =>
    html`${linkTo(anchors.group({ ...one, name: one.drill }), `${one.drill} on ${one.model}`)}`;
  const moved = outages.filter(({ verdict, phase }) => phase === null && /slower|faster/.test(verdict));
  const items: Markup[] = [
    ...verdicts.map(
      (one) => html`${drill(one)} ${verdictMark(one.to)} <span class="quiet">was ${one.from}</span>`,
    ),
    ...claims.map(
      ({ id, from, to }) =>
        html`${linkTo(anchors.claim(id), id)} ${verdictMark(to)} <span class="quiet">was ${from}</span>`,
    ),
    ...moved
      .toSorted((a, b) => Number(b.verdict === 'slower') - Number(a.verdict === 'slower'))
      .map((one) => html`${drill(one)} ${lengthWords(one)}`),
    ...newDrills.map((one) => html`${drill(one)} <span class="quiet">is new</span>`),
    ...goneDrills.map(
      ({ drill: name, model }) => html`${name} on ${model} <span class="quiet">was not run</span>`,
    ),
  ];
  return html`
    <p class="quiet">Compared with run ${changes.sinceRun}, started ${wallClock(changes.sinceStarted)}</p>
    ${
      changes.otherMachine.length > 0 &&
      html`<p><strong>Lengths are not compared:</strong> it ran on another machine: ${changes.otherMachine.join('; ')}</p>`
    }
    ${items.length === 0 ? unchanged(changes) : changeList(items)}
  `;
}

function unchanged({ outages }: Changes): Markup {
  const compared = outages.filter(({ verdict, phase }) => phase === null && verdict !== 'too few').length;
  return html`<p>
    No verdict changed${compared > 0 ? `, and none of ${plural(compared, 'write outage')} is slower or faster than usual` : '; there were too few runs to compare lengths'}.
  </p>`;
}

/** Behind a fold, and not cut: nothing else in the page has the rest. */
function changeList(items: readonly Markup[]): Markup {
  const list = (some: readonly Markup[]) =>
    html`<ul class="plain">${some.map((item) => html`<li>${item}</li>`)}</ul>`;
  const rest = items.slice(MOST);
  return html`${list(items.slice(0, MOST))}
    ${rest.length > 0 && html`<details class="fold"><summary>and ${count(rest.length)} more</summary>${list(rest)}</details>`}`;
}

function lengthWords({ verdict, nowMs, usualMs, ratio, p, runs }: LengthChange): Markup {
  const [symbol, tone] = verdict === 'slower' ? ['▲', 'slower'] : ['▼', 'faster'];
  const share =
    ratio === null ? '' : ` (${ratio >= 1 ? '+' : '−'}${Math.round(Math.abs(ratio - 1) * 100)} %)`;
  return html`<span class=${tone}>${symbol} ${verdict}${share}</span>
    <span class="meaning">
      writes cut off for ${nowMs === null ? '–' : milliseconds(nowMs)}, usually ${usualMs === null ? '–' : milliseconds(usualMs)}; ${plural(runs, 'run')}${p === null ? '' : `, p = ${p.toPrecision(1)}`}
    </span>`;
}
