/** Swim lanes: what each part of the cluster held and did, when. */
import { shortened } from '../../format.ts';
import type { Lane } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import { type Band, inside, labelBeside, type Picture, packed, px, textWidth } from './band.ts';

const ROW = 20;
const PADDING = 5;
const LONGEST_LABEL = 44;
/** Beyond this many rows a lane would push the rest off the screen; the text alternative still has everything. */
const MOST_ROWS = 8;

interface Item {
  /** Extent including the label. */
  from: number;
  until: number;
  draw: (y: number, labelled: boolean) => Markup;
}

export function laneBand(picture: Picture, lane: Lane): Band {
  const items = [
    ...lane.spans
      .filter((span) => inside(picture, span.fromMs, span.untilMs))
      .map((span) => spanItem(picture, span)),
    ...lane.marks.filter((mark) => inside(picture, mark.atMs)).map((mark) => markItem(picture, mark)),
  ];
  const placed = packed(items);
  const wanted = Math.max(1, ...placed.map(({ row }) => row + 1));
  const rows = Math.min(MOST_ROWS, wanted);
  const crowded = wanted > MOST_ROWS;
  const height = rows * ROW + 2 * PADDING;
  const name = shortened(lane.name, 18);
  return {
    height,
    grid: true,
    names: html`
      <line class="rule" x1="0" x2="100%" y1="0.5" y2="0.5" />
      <text class="lane-name" x="0" y=${PADDING + 14}><title>${lane.name}</title>${name}</text>
    `,
    plot: html`
      <line class="rule" x1="0" x2="100%" y1="0.5" y2="0.5" />
      ${placed.map(({ item, row }) => item.draw(PADDING + Math.min(row, rows - 1) * ROW, row < MOST_ROWS - 1 || !crowded))}
    `,
  };
}

function spanItem(picture: Picture, span: Lane['spans'][number]): Item {
  const [from, until] = [px(picture.x(span.fromMs)), px(picture.x(span.untilMs))];
  const width = Math.max(2, px(until - from));
  const label = shortened(span.label, LONGEST_LABEL);
  const within = textWidth(label) + 10 <= width;
  const beside = labelBeside(from, from + width, label);
  const title = html`<title>${span.label}</title>`;
  return {
    from: within || beside.anchor === 'start' ? from : beside.x - textWidth(label),
    until: within || beside.anchor === 'end' ? from + width : beside.x + textWidth(label),
    draw: (y, labelled) => html`<g>
      ${title}
      <rect class=${`span ${span.style}`} x=${from} y=${y + 1} width=${width} height=${ROW - 3} rx="2" />
      ${within && span.style === 'outage' && ground(from + 4, y + 3, textWidth(label))}
      ${
        labelled &&
        html`<text x=${px(within ? from + 6 : beside.x)} y=${y + 13.5} text-anchor=${within ? 'start' : beside.anchor}>
          ${label}
        </text>`
      }
    </g>`,
  };
}

/** Hatching behind letters makes them hard to read. */
function ground(x: number, y: number, width: number): Markup {
  return html`<rect class="label-ground" x=${x} y=${y} width=${px(width)} height=${ROW - 7} rx="1" />`;
}

function markItem(picture: Picture, mark: Lane['marks'][number]): Item {
  const at = px(picture.x(mark.atMs));
  const label = shortened(mark.label, LONGEST_LABEL);
  const beside = labelBeside(at - 5, at + 5, label);
  const extent = 11 + textWidth(label);
  return {
    from: beside.anchor === 'start' ? at - 5 : at - extent,
    until: beside.anchor === 'start' ? at + extent : at + 5,
    draw: (y, labelled) => html`<g class=${`mark ${mark.style}`}>
      <title>${mark.label}</title>
      ${mark.style === 'fault' ? cross(at, y + 9.5) : diamond(at, y + 9.5)}
      ${labelled && html`<text x=${px(beside.x)} y=${y + 13.5} text-anchor=${beside.anchor}>${label}</text>`}
    </g>`,
  };
}

function cross(x: number, y: number): Markup {
  return html`<path d=${`M${x - 5} ${y - 5}l10 10m0-10l-10 10`} />`;
}

function diamond(x: number, y: number): Markup {
  return html`<path d=${`M${x} ${y - 5}l4.5 5l-4.5 5l-4.5-5z`} />`;
}
