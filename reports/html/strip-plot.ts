/** Distributions over repetitions: one dot a repetition, so that a small sample looks as small as it is. */
import { scaleLinear } from 'd3-scale';
import { differs, length, milliseconds } from '../format.ts';
import {
  type Distribution,
  distribution,
  outageSamples,
  phaseSamples,
  type Repetitions,
  type Sample,
} from '../repetitions.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

const WIDTH = 480;
/** Room right of the dots for the end of the row's scale. */
const SCALE_LABEL = 70;
const HEIGHT = 36;
const EDGE = 8;
const DOT = 7;

interface Row {
  name: string;
  samples: Sample[];
  strong: boolean;
}

export function distributions(group: Repetitions): Markup {
  const rows: Row[] = [
    { name: 'write outage', samples: outageSamples(group.drills, 'write'), strong: true },
    { name: 'read outage', samples: outageSamples(group.drills, 'read'), strong: true },
    ...phaseSamples(group.drills).map((phase) => ({ ...phase, strong: false })),
  ].filter((row) => row.samples.length > 0);
  const columns = [
    { name: '' },
    { name: 'Least', number: true },
    { name: 'Median', number: true },
    { name: 'Most', number: true },
    { name: 'Each repetition, on a scale of its own from 0' },
  ];
  return html`
    ${table(`Outage and phases over ${group.drills.length} repetitions`, columns, rows.map(rowOf))}
    <p class="quiet key">● a repetition as expected, ◆ one that differs, ▷ at least this long (the service had not come back); the two ticks are at the median.</p>
  `;
}

function rowOf(row: Row): Markup {
  const spread = distribution(row.samples);
  if (!spread) return null;
  return html`<tr class=${row.strong ? 'strong' : null}>
    <th scope="row">${row.name}</th>
    <td class="number">${milliseconds(spread.minMs)}</td>
    <td class="number">${length(spread.medianMs, spread.medianCensored)}</td>
    <td class="number">${length(spread.maxMs, spread.maxCensored)}</td>
    <td class="strip-cell">${strip(row, spread)}</td>
  </tr>`;
}

function strip(row: Row, { medianMs, maxMs }: Distribution): Markup {
  const x = scaleLinear([0, Math.max(1, maxMs)], [EDGE, WIDTH - EDGE]).nice(5);
  const end = x.domain()[1] ?? maxMs;
  const middle = HEIGHT / 2;
  const median = Math.round(x(medianMs));
  return html`<svg class="strip" viewBox=${`0 0 ${WIDTH + SCALE_LABEL} ${HEIGHT}`} width=${WIDTH + SCALE_LABEL} height=${HEIGHT} role="img" aria-label=${`${row.name}: ${row.samples.length} values`}>
    <line class="grid" x1=${EDGE} x2=${WIDTH - EDGE} y1=${middle} y2=${middle} />
    ${spread(row.samples, x).map(({ sample, at, offset }) => dot(sample, at, middle + offset))}
    <path class="median" d=${`M${median} 0v7M${median} ${HEIGHT - 7}v7`} />
    <path class="base" d=${`M${WIDTH - EDGE} ${middle - 5}v10M${EDGE} ${middle - 5}v10`} />
    <text class="scale quiet" x=${WIDTH} y=${middle + 4}>${milliseconds(end)}</text>
  </svg>`;
}

/** Dots that would hide each other are moved up and down in turn. */
function spread(samples: readonly Sample[], x: (ms: number) => number) {
  const taken = new Map<number, number>();
  return samples
    .toSorted((a, b) => a.ms - b.ms)
    .map((sample) => {
      const at = Math.round(x(sample.ms) * 10) / 10;
      const column = Math.round(at / DOT);
      const before = taken.get(column) ?? 0;
      taken.set(column, before + 1);
      const step = Math.ceil(before / 2) * (before % 2 === 0 ? 1 : -1);
      return { sample, at, offset: Math.max(-12, Math.min(12, step * 6.2)) };
    });
}

function dot(sample: Sample, x: number, y: number): Markup {
  const title = html`<title>${`Repetition ${sample.drill.repetition}: ${length(sample.ms, sample.censored)}`}</title>`;
  if (differs(sample.drill)) {
    return html`<path class="dot differing" d=${`M${x} ${y - 5}l5 5l-5 5l-5-5z`}>${title}</path>`;
  }
  if (sample.censored)
    return html`<path class="dot censored" d=${`M${x - 3} ${y - 4}l7 4l-7 4z`}>${title}</path>`;
  return html`<circle class="dot" cx=${x} cy=${y} r="3.2">${title}</circle>`;
}
