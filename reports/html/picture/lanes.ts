/** Swim lanes: what each part of the cluster held and did, when. */
import { shortened } from '../../format.ts';
import type { Lane } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import { type Band, inside, labelBeside, type Picture, packed, px, textWidth } from './band.ts';
import { merged } from './merged.ts';

const ROW = 20;
const PADDING = 5;
const LONGEST_LABEL = 60;
/** Beyond this many rows a lane would push the rest off the screen; the text alternative still has everything. */
const MOST_ROWS = 12;

interface Item {
  /** Extent including the label. */
  from: number;
  until: number;
  /** Things of one style in a lane are one path: a report of many drills stays small. */
  style: string;
  shape: (y: number) => string;
  text: (y: number) => Markup;
}

export function laneBand(picture: Picture, lane: Lane): Band {
  const items = [...spanItems(picture, lane), ...markItems(picture, lane)];
  const placed = packed(items);
  const wanted = Math.max(1, ...placed.map(({ row }) => row + 1));
  const rows = Math.min(MOST_ROWS, wanted);
  const crowded = wanted > MOST_ROWS;
  const at = placed.map(({ item, row }) => ({
    item,
    y: PADDING + Math.min(row, rows - 1) * ROW,
    labelled: row < MOST_ROWS - 1 || !crowded,
  }));
  const styles = [...Map.groupBy(at, ({ item }) => item.style)];
  const name = shortened(lane.name, 18);
  return {
    height: rows * ROW + 2 * PADDING,
    grid: true,
    rule: true,
    names: html`<text class="lane-name" y=${PADDING + 14}>${name !== lane.name && html`<title>${lane.name}</title>`}${name}</text>`,
    plot: html`
      ${styles.map(([style, own]) => html`<path class=${style} d=${own.map(({ item, y }) => item.shape(y)).join('')} />`)}
      ${at.map(({ item, y, labelled }) => labelled && item.text(y))}
    `,
  };
}

/** The phases of an outage have bands of their own below, on the same axis. */
function spanItems(picture: Picture, lane: Lane): Item[] {
  const shown = lane.spans
    .filter(({ style }) => style !== 'phase')
    .filter(({ fromMs, untilMs }) => inside(picture, fromMs, untilMs))
    .map((span) => ({ ...span, from: px(picture.x(span.fromMs)), until: px(picture.x(span.untilMs)) }));
  return merged(shown).map((span) => {
    const width = Math.max(2, px(span.until - span.from));
    const { label, whole, style, from } = span;
    const short = shortened(label, LONGEST_LABEL);
    const extent = textWidth(short);
    const within = extent + 10 <= width;
    const beside = labelBeside(from, from + width, short);
    const isRight = beside.anchor === 'start';
    return {
      from: within || isRight ? from : beside.x - extent,
      until: within || !isRight ? from + width : beside.x + extent,
      style: `span ${style}`,
      shape: (y) => `M${from} ${y + 1}h${width}v${ROW - 3}h${-width}z`,
      text: (y) => html`
        ${within && style === 'outage' && ground(from + 4, y + 3, extent)}
        ${labelText(within ? from + 6 : beside.x, y, short, whole, !within && !isRight)}
      `,
    };
  });
}

/** Hatching behind letters makes them hard to read. */
function ground(x: number, y: number, width: number): Markup {
  return html`<rect class="label-ground" x=${px(x)} y=${y} width=${px(width)} height=${ROW - 7} />`;
}

function markItems(picture: Picture, lane: Lane): Item[] {
  const shown = lane.marks
    .filter(({ atMs }) => inside(picture, atMs))
    .map((mark) => ({ ...mark, from: px(picture.x(mark.atMs)), until: px(picture.x(mark.atMs)) }));
  return merged(shown).map(({ label, whole, style, from: at }) => {
    const short = shortened(label, LONGEST_LABEL);
    const beside = labelBeside(at - 5, at + 5, short);
    const extent = 11 + textWidth(short);
    const isRight = beside.anchor === 'start';
    const isFault = style === 'fault';
    return {
      from: isRight ? at - 5 : at - extent,
      until: isRight ? at + extent : at + 5,
      style: `mark ${style}`,
      shape: (y) =>
        isFault ? `M${px(at - 5)} ${y + 5}l10 10m0-10l-10 10` : `M${at} ${y + 5}l4.5 5l-4.5 5l-4.5-5z`,
      text: (y) => labelText(beside.x, y, short, whole, !isRight, isFault ? 'f' : ''),
    };
  });
}

function labelText(x: number, y: number, label: string, whole: string, endsHere: boolean, kind = ''): Markup {
  const classes = [kind, ...(endsHere ? ['e'] : [])].filter((name) => name !== '').join(' ');
  return html`<text x=${px(x)} y=${y + 14} class=${classes === '' ? null : classes}>${whole !== label && html`<title>${whole}</title>`}${label}</text>`;
}
