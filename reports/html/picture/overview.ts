/** The whole drill in one strip, with the part marked that the picture below shows enlarged. */
import { scaleLinear } from 'd3-scale';
import { relativeSeconds } from '../../format.ts';
import { html } from '../markup.ts';
import { isCut } from '../time.ts';
import { type Band, type Picture, PLOT_WIDTH, px } from './band.ts';
import { type Series, shownSeries, slicesOf } from './series.ts';

const HEIGHT = 24;

export function overviewBands(picture: Picture): Band[] {
  const { frame, drill } = picture;
  if (!isCut(frame)) return [];
  const x = scaleLinear([frame.wholeFromMs, frame.wholeUntilMs], [0, PLOT_WIDTH]).clamp(true);
  const whole = drill.series.map((series) => shownSeries(series, frame.wholeFromMs, frame.wholeUntilMs));
  const strip = (wanted: (bad: boolean) => boolean) =>
    whole.flatMap((series, index) => stretches(series, x, wanted, index, whole.length)).join('');
  const [from, until] = [px(x(frame.fromMs)), px(x(frame.untilMs))];
  return [
    {
      height: HEIGHT + 22,
      grid: false,
      names: html`<text class="lane-name" y="16">whole drill</text>`,
      plot: html`
        <path class="ok" d=${strip((bad) => !bad)} />
        <path class="failed" d=${strip((bad) => bad)} />
        <rect class="window" x=${px(from + 0.5)} y="0.5" width=${px(until - from - 1)} height=${HEIGHT - 1} />
        <path class="window-link" d=${`M${from} ${HEIGHT}L0 ${HEIGHT + 20}M${until} ${HEIGHT}L${PLOT_WIDTH} ${HEIGHT + 20}`} />
        ${edgeLabels(picture, from, until)}
      `,
    },
  ];
}

function edgeLabels(picture: Picture, from: number, until: number) {
  const { frame } = picture;
  const [start, end] = [frame.wholeFromMs, frame.wholeUntilMs].map((ms) =>
    relativeSeconds(ms - frame.zeroMs, 1),
  );
  return html`
    ${from > 60 && html`<text class="tick quiet" x="0" y=${HEIGHT + 13}>${start}</text>`}
    ${PLOT_WIDTH - until > 60 && html`<text class="tick quiet" x=${PLOT_WIDTH} y=${HEIGHT + 13} text-anchor="end">${end}</text>`}
    <text class="tick quiet" x=${px(Math.min(Math.max((from + until) / 2, 60), PLOT_WIDTH - 60))} y=${HEIGHT + 13} text-anchor="middle">enlarged below</text>
  `;
}

/** Each series gets an equal part of the strip's height; slices of one outcome that touch become one piece. */
function stretches(
  series: Series,
  x: (ms: number) => number,
  wanted: (bad: boolean) => boolean,
  index: number,
  of: number,
): string[] {
  const height = (HEIGHT - 6) / of;
  const top = px(3 + index * height);
  const pieces: { fromMs: number; untilMs: number }[] = [];
  for (const slice of slicesOf(series)) {
    const any = slice.ok + slice.failed + slice.indeterminate > 0;
    if (!any || !wanted(slice.failed + slice.indeterminate > 0)) continue;
    const last = pieces.at(-1);
    if (last && last.untilMs === slice.fromMs) last.untilMs = slice.untilMs;
    else pieces.push({ fromMs: slice.fromMs, untilMs: slice.untilMs });
  }
  return pieces.map(({ fromMs, untilMs }) => {
    const [from, until] = [px(x(fromMs)), px(x(untilMs))];
    return `M${from} ${top}H${until}v${px(height - 1)}H${from}z`;
  });
}
