/** Latency of the operations that succeeded, on a logarithmic scale: the outage is a thousand times the usual. */
import { type ScaleLogarithmic, scaleLog } from 'd3-scale';
import { html } from '../markup.ts';
import { type Band, type Picture, PLOT_WIDTH, px } from './band.ts';
import { type Series, type Slice, slicesOf } from './series.ts';

const HEIGHT = 76;
const TOP = 12;

export function latencyBand(picture: Picture, series: Series): Band | undefined {
  const slices = slicesOf(series);
  const known = slices.flatMap((slice) => [slice.medianMs ?? 0, slice.slowestMs ?? 0]).filter((ms) => ms > 0);
  if (known.length === 0) return undefined;
  const low = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...known))));
  const high = Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(...known))));
  const y = scaleLog([low, high], [HEIGHT - 6, TOP]).clamp(true);
  const powers = powersOfTen(low, high);
  return {
    height: HEIGHT,
    grid: true,
    names: html`
      <text y="19">latency</text>
      <g class="scale">${powers.map((ms) => html`<text x="134" y=${Math.round(y(ms)) + 4}>${short(ms)}</text>`)}</g>
    `,
    plot: html`
      <path class="grid" d=${powers.map((ms) => `M0 ${px(y(ms))}h${PLOT_WIDTH}`).join('')} />
      <path class="median" d=${medianPath(picture, slices, y)} />
      <path class="slowest" d=${slowestPath(picture, slices, y)} />
    `,
  };
}

/** At most four labels fit. */
function powersOfTen(low: number, high: number): number[] {
  const powers = Array.from(
    { length: Math.round(Math.log10(high / low)) + 1 },
    (_, index) => low * 10 ** index,
  );
  return powers.length <= 4 ? powers : powers.filter((_, index) => index % 2 === 0);
}

function short(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${Number(ms.toPrecision(1))} ms`;
}

type Scale = ScaleLogarithmic<number, number>;

/** A flat piece for each slice, joined to its neighbour; a slice without success leaves a gap. Whole pixels are enough here. */
function medianPath(picture: Picture, slices: Slice[], y: Scale): string {
  let path = '';
  let [joined, level] = [false, 0];
  for (const slice of slices) {
    if (slice.medianMs === null) {
      joined = false;
      continue;
    }
    const [from, until] = [Math.round(picture.x(slice.fromMs)), Math.round(picture.x(slice.untilMs))];
    const at = Math.round(y(Math.max(slice.medianMs, 0.1)));
    if (joined && at === level) path = path.slice(0, path.lastIndexOf('H'));
    else path += joined ? `V${at}` : `M${from} ${at}`;
    path += `H${until}`;
    [joined, level] = [true, at];
  }
  return path;
}

/** Lines of no length with round ends are dots; each is placed from the one before. */
function slowestPath(picture: Picture, slices: Slice[], y: Scale): string {
  let [atX, atY] = [0, 0];
  let path = '';
  for (const { slowestMs, fromMs, untilMs } of slices) {
    if (slowestMs === null) continue;
    const x = Math.round(picture.x((fromMs + untilMs) / 2));
    const height = Math.round(y(Math.max(slowestMs, 0.1)));
    path += `${path === '' ? `M${x} ${height}` : `m${x - atX} ${height - atY}`}h0`;
    [atX, atY] = [x, height];
  }
  return path;
}
