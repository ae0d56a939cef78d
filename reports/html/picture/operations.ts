/** How many operations ended how, per slice of time, stacked: succeeded at the bottom, then indeterminate, then failed. */
import { scaleLinear } from 'd3-scale';
import { count, milliseconds, shortened } from '../../format.ts';
import { html, type Markup } from '../markup.ts';
import { type Band, type Picture, PLOT_WIDTH } from './band.ts';
import { type Series, slicesOf } from './series.ts';

const HEIGHT = 58;
const TOP = 8;

const OUTCOMES = ['ok', 'indeterminate', 'failed'] as const;

export function operationsBand(picture: Picture, series: Series, severalServices: boolean): Band {
  const most = Math.max(1, ...slicesOf(series).map((slice) => slice.ok + slice.failed + slice.indeterminate));
  const y = scaleLinear([0, most], [HEIGHT, TOP]);
  const perSlice = `per ${milliseconds(series.bucketMs)}`;
  return {
    height: HEIGHT,
    grid: true,
    rule: true,
    names: html`
      <text class="lane-name" y="19">${series.kind}s</text>
      <text class="quiet" y="34">${severalServices ? shortened(series.service, 15) : perSlice}</text>
      ${severalServices && html`<text class="quiet" y="49">${perSlice}</text>`}
      <text class="tick quiet" x="134" y="19" text-anchor="end">${count(most)}</text>
      <text class="tick quiet" x="134" y=${HEIGHT - 2} text-anchor="end">0</text>
    `,
    plot: html`
      ${OUTCOMES.map((outcome) => {
        const shape = areas(picture, series, outcome, y);
        return shape !== '' && html`<path class=${outcome} d=${shape} />`;
      })}
      <path class="base" d=${`M0 ${HEIGHT - 0.5}h${PLOT_WIDTH}`} />
    `,
  };
}

/** All slices of one outcome as one path; neighbours share their edge, which makes the half of a long picture's bytes. */
function areas(
  picture: Picture,
  series: Series,
  outcome: (typeof OUTCOMES)[number],
  y: (v: number) => number,
): string {
  const { frame } = picture;
  const shown = slicesOf(series)
    .filter((slice) => slice[outcome] > 0 && slice.untilMs > frame.fromMs && slice.fromMs < frame.untilMs)
    .map((slice) => {
      const below =
        outcome === 'ok' ? 0 : outcome === 'indeterminate' ? slice.ok : slice.ok + slice.indeterminate;
      return {
        from: Math.round(picture.x(slice.fromMs)),
        until: Math.round(picture.x(slice.untilMs)),
        bottom: Math.round(y(below)),
        top: Math.round(y(below + slice[outcome])),
      };
    });
  return stretchesOf(shown).map(outline).join('');
}

interface Bar {
  from: number;
  until: number;
  bottom: number;
  top: number;
}

/** Bars that touch and stand on one level. */
function stretchesOf(bars: readonly Bar[]): [Bar, ...Bar[]][] {
  const stretches: [Bar, ...Bar[]][] = [];
  for (const bar of bars) {
    const [last] = stretches.slice(-1);
    const before = last?.at(-1);
    if (last && before?.until === bar.from && before.bottom === bar.bottom) last.push(bar);
    else stretches.push([bar]);
  }
  return stretches;
}

/** A level that goes on needs no corner. */
function outline(bars: readonly [Bar, ...Bar[]]): string {
  const [{ from, bottom, top }] = bars;
  let level = top;
  let path = `M${from} ${bottom}V${top}`;
  for (const [index, bar] of bars.entries()) {
    if (bar.top !== level) path += `V${bar.top}`;
    level = bar.top;
    if (bars[index + 1]?.top !== level) path += `H${bar.until}`;
  }
  return `${path}V${bottom}z`;
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
