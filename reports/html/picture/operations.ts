/** How many operations ended how, per slice of time, stacked: succeeded at the bottom, then indeterminate, then failed. */
import { scaleLinear } from 'd3-scale';
import { count, milliseconds, shortened } from '../../format.ts';
import { html, type Markup } from '../markup.ts';
import { type Band, type Picture, px } from './band.ts';
import { type Series, slicesOf } from './series.ts';

const HEIGHT = 58;
const TOP = 8;

const OUTCOMES = ['ok', 'indeterminate', 'failed'] as const;

export function operationsBand(picture: Picture, series: Series, severalServices: boolean): Band {
  const most = Math.max(1, ...slicesOf(series).map((slice) => slice.ok + slice.failed + slice.indeterminate));
  const name = `${series.kind}s${severalServices ? `, ${series.service}` : ''}`;
  const y = scaleLinear([0, most], [HEIGHT, TOP]);
  return {
    height: HEIGHT,
    grid: true,
    names: html`
      <line class="rule" x1="0" x2="100%" y1="0.5" y2="0.5" />
      <text class="lane-name" x="0" y="19"><title>${name}</title>${shortened(name, 16)}</text>
      <text class="quiet" x="0" y="35">per ${milliseconds(series.bucketMs)}</text>
      <text class="tick quiet" x="126" y="19" text-anchor="end">${count(most)}</text>
      <text class="tick quiet" x="126" y=${HEIGHT - 2} text-anchor="end">0</text>
    `,
    plot: html`
      <line class="rule" x1="0" x2="100%" y1="0.5" y2="0.5" />
      ${OUTCOMES.map((outcome) => html`<path class=${outcome} d=${bars(picture, series, outcome, y)} />`)}
      <line class="base" x1="0" x2="100%" y1=${HEIGHT - 0.5} y2=${HEIGHT - 0.5} />
    `,
  };
}

/** All bars of one outcome as one path: a report with twenty drills stays small. */
function bars(
  picture: Picture,
  series: Series,
  outcome: (typeof OUTCOMES)[number],
  y: (v: number) => number,
): string {
  let path = '';
  for (const slice of slicesOf(series)) {
    const { frame } = picture;
    if (slice[outcome] === 0 || slice.untilMs <= frame.fromMs || slice.fromMs >= frame.untilMs) continue;
    const below =
      outcome === 'ok' ? 0 : outcome === 'indeterminate' ? slice.ok : slice.ok + slice.indeterminate;
    const [from, until] = [px(picture.x(slice.fromMs)), px(picture.x(slice.untilMs))];
    const width = px(Math.max(0.5, until - from - (until - from > 4 ? 1 : 0)));
    const height = px(y(below) - y(below + slice[outcome]));
    path += `M${from} ${px(y(below))}v${-height}h${width}v${height}z`;
  }
  return path;
}

const LEGEND = [
  ['ok', 'succeeded'],
  ['indeterminate', 'no answer in time: may or may not have been applied'],
  ['failed', 'failed'],
] as const;

export function operationsLegend(): Markup {
  return html`<ul class="legend">
    ${LEGEND.map(
      ([outcome, words]) => html`<li>
        <svg class="swatch" width="16" height="12" aria-hidden="true"><rect class=${outcome} width="16" height="12" /></svg>
        ${words}
      </li>`,
    )}
    <li>
      <svg class="swatch" width="16" height="12" aria-hidden="true"><path class="median" d="M0 6h16" /></svg>
      median latency
    </li>
    <li>
      <svg class="swatch" width="16" height="12" aria-hidden="true"><path class="slowest" d="M8 6h0" /></svg>
      slowest
    </li>
    <li>an operation counts at the moment it was planned for</li>
  </ul>`;
}
