/** Composes a drill's picture from its bands, and draws what runs through all of them. */
import type { DrillResult } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import { isCut, type TimeFrame, timeFrames } from '../time.ts';
import { relativeAxisBand, runAxisBand, ticks } from './axis.ts';
import { type Band, headingBand, NAMES_WIDTH, type Picture, PLOT_WIDTH, pictureOf } from './band.ts';
import { pictureInWords, pictureSummary } from './in-words.ts';
import { laneBand } from './lanes.ts';
import { latencyBand } from './latency.ts';
import { faultBand, faultLines, outageBands, outageShades } from './marks.ts';
import { operationsBand, operationsLegend } from './operations.ts';
import { overviewBands } from './overview.ts';
import { phaseBands } from './phases.ts';
import { shownSeries } from './series.ts';

/** How much of the time before the fault a narrow screen shows at first. */
const CONTEXT = 44;

/** One picture for each incident, then what holds for all of them. */
export function timelinePictures(drill: DrillResult, anchor: string): Markup {
  const frames = timeFrames(drill);
  const [first] = frames;
  return html`
    <p class="sideways quiet">The picture scrolls sideways; the same in words follows it.</p>
    ${frames.map(
      (frame, index) => html`
        ${frames.length > 1 && html`<h4>${incidentName(drill, frame, index, frames.length)}</h4>`}
        ${onePicture(pictureOf(drill, frame), `${anchor}-picture-${index + 1}`)}
      `,
    )}
    ${drill.series.length > 0 && operationsLegend()} ${first && pictureInWords(drill, first)}
  `;
}

function incidentName(drill: DrillResult, frame: TimeFrame, index: number, of: number): string {
  const fault = drill.faults.find((one) => one.appliedMs === frame.zeroMs);
  const outage = drill.outages.find((one) => one.fromMs === frame.zeroMs);
  const what = fault
    ? `${fault.name}, ${fault.target}`
    : outage
      ? `${outage.kind} outage of ${outage.service}`
      : '';
  return `${index + 1} of ${of}${what === '' ? '' : `: ${what}`}`;
}

function onePicture(picture: Picture, anchor: string): Markup {
  const { drill } = picture;
  const overview = overviewBands(picture);
  const bands = [...overview, ...mainBands(picture)];
  const tops = bands.map((_, index) => bands.slice(0, index).reduce((sum, band) => sum + band.height, 0));
  const height = bands.reduce((sum, band) => sum + band.height, 0);
  const top = overview.reduce((sum, band) => sum + band.height, 0);
  const place = (part: 'names' | 'plot') =>
    bands.map((band, index) => band[part] !== null && html`<svg y=${tops[index] ?? 0}>${band[part]}</svg>`);
  return html`
    <div class="picture" role="region" tabindex="0" aria-label="Timeline, scrolls sideways">
      <svg class="names" width=${NAMES_WIDTH} height=${height} viewBox=${`0 0 ${NAMES_WIDTH} ${height}`} aria-hidden="true">
        ${rules(bands, tops, NAMES_WIDTH)} ${place('names')}
      </svg>
      <div class="plot">
        <svg
          width=${PLOT_WIDTH} height=${height} viewBox=${`0 0 ${PLOT_WIDTH} ${height}`}
          role="img" aria-labelledby=${`${anchor}-title ${anchor}-desc`}
        >
          <title id=${`${anchor}-title`}>${`Timeline of ${drill.name}`}</title>
          <desc id=${`${anchor}-desc`}>${pictureSummary(drill)} The same in words follows the picture.</desc>
          ${gridLines(picture, bands, tops)} ${rules(bands, tops, PLOT_WIDTH)} ${outageShades(picture, top, height - 20)}
          ${faultLines(picture, top, height - 20)} ${place('plot')}
        </svg>
        ${isCut(picture.frame) || drill.faults.length > 0 ? startHere(picture) : null}
      </div>
    </div>
  `;
}

function mainBands(picture: Picture): Band[] {
  const { drill, frame } = picture;
  const severalServices = new Set(drill.series.map((series) => series.service)).size > 1;
  const series = drill.series.map((one) => shownSeries(one, frame.fromMs, frame.untilMs));
  return [
    ...(drill.faults.length > 0 ? [faultBand(picture)] : []),
    ...outageBands(picture),
    relativeAxisBand(picture),
    ...drill.lanes.map((lane) => laneBand(picture, lane)),
    ...phaseBands(picture),
    ...(series.length > 0 ? [headingBand('Operations')] : []),
    ...series.flatMap((one) => {
      const latency = latencyBand(picture, one);
      return [operationsBand(picture, one, severalServices), ...(latency ? [latency] : [])];
    }),
    relativeAxisBand(picture),
    runAxisBand(picture),
  ];
}

/** Through neighbouring bands in one stroke. */
function gridLines(picture: Picture, bands: readonly Band[], tops: readonly number[]): Markup {
  const stretches: { top: number; height: number }[] = [];
  for (const [index, { grid, height }] of bands.entries()) {
    const top = tops[index] ?? 0;
    const last = stretches.at(-1);
    if (!grid) continue;
    if (last && last.top + last.height === top) last.height += height;
    else stretches.push({ top, height });
  }
  const lines = ticks(picture);
  const path = stretches.flatMap(({ top, height }) => lines.map(({ x }) => `M${x} ${top}v${height}`));
  return html`<path class="grid" d=${path.join('')} />`;
}

function rules(bands: readonly Band[], tops: readonly number[], width: number): Markup {
  const path = bands.flatMap(({ rule }, index) => (rule ? [`M0 ${(tops[index] ?? 0) + 0.5}h${width}`] : []));
  return html`<path class="rule" d=${path.join('')} />`;
}

/** Where a narrow screen starts: browsers that know scroll-initial-target bring the fault into view, without script. */
function startHere(picture: Picture): Markup {
  return html`<span class="start-here" style=${`left:${Math.max(0, Math.round(picture.x(picture.frame.zeroMs)) - CONTEXT)}px`}></span>`;
}
