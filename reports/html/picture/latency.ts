/** Latency of the operations that succeeded, on a logarithmic scale: the outage is a thousand times the usual. */
import { type ScaleLogarithmic, scaleLog } from 'd3-scale';
import { html } from '../markup.ts';
import { type Band, type Picture, px } from './band.ts';
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
      <text x="0" y="19">latency</text>
      ${powers.map((ms) => html`<text class="tick quiet" x="126" y=${px(y(ms)) + 4} text-anchor="end">${short(ms)}</text>`)}
    `,
    plot: html`
      ${powers.map((ms) => html`<line class="grid" x1="0" x2="100%" y1=${px(y(ms))} y2=${px(y(ms))} />`)}
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

/** A flat piece for each slice, joined to its neighbour; a slice without success leaves a gap. */
function medianPath(picture: Picture, slices: Slice[], y: Scale): string {
  let path = '';
  let joined = false;
  for (const slice of slices) {
    if (slice.medianMs === null) {
      joined = false;
      continue;
    }
    const [from, until] = [px(picture.x(slice.fromMs)), px(picture.x(slice.untilMs))];
    const at = px(y(Math.max(slice.medianMs, 0.1)));
    path += joined ? `V${at}H${until}` : `M${from} ${at}H${until}`;
    joined = true;
  }
  return path;
}

/** Lines of no length with round ends are dots. */
function slowestPath(picture: Picture, slices: Slice[], y: Scale): string {
  return slices
    .filter((slice) => slice.slowestMs !== null)
    .map((slice) => {
      const middle = px(picture.x((slice.fromMs + slice.untilMs) / 2));
      return `M${middle} ${px(y(Math.max(slice.slowestMs ?? 0, 0.1)))}h0`;
    })
    .join('');
}
