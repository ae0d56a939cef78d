/** What runs through the whole picture: the faults as lines and the outages as shaded stretches, each named on top. */
import { outageLength, shortened } from '../../format.ts';
import type { Outage } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import { type Band, inside, labelBeside, type Picture, packed, px, textWidth } from './band.ts';

const ROW = 19;

export function faultBand(picture: Picture): Band {
  const flags = picture.drill.faults
    .filter((fault) => inside(picture, fault.appliedMs))
    .map((fault) => {
      const at = px(picture.x(fault.appliedMs));
      const label = shortened(`${fault.name}: ${fault.target}${fault.verified ? '' : ' (not verified)'}`, 60);
      const beside = labelBeside(at, at, label);
      const width = textWidth(label) + 6;
      const start = beside.anchor === 'start';
      return { from: start ? at : at - width, until: start ? at + width : at, label, beside };
    });
  const placed = packed(flags);
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1));
  return {
    height: rows * ROW + 2,
    grid: false,
    names: html`<text class="quiet" y="14">fault</text>`,
    plot: placed.map(
      ({ item, row }) =>
        html`<text class="fault-name" x=${item.beside.x} y=${row * ROW + 14} text-anchor=${item.beside.anchor}>
          ${item.label}
        </text>`,
    ),
  };
}

/** One band for each kind; outages of several services at the same time stand under each other. */
export function outageBands(picture: Picture): Band[] {
  const { outages } = picture.drill;
  const severalServices = new Set(outages.map((outage) => outage.service)).size > 1;
  return (['write', 'read'] as const).flatMap((kind) => {
    const shown = outages.filter(
      (outage) => outage.kind === kind && inside(picture, outage.fromMs, outage.untilMs),
    );
    if (shown.length === 0) return [];
    const placed = packed(shown.map((outage) => bracket(picture, outage, severalServices)));
    return {
      height: ROW * Math.max(...placed.map(({ row }) => row + 1)),
      grid: false,
      names: html`<text class="lane-name" y="14">${kind} outage</text>`,
      plot: placed.map(
        ({ item, row }) =>
          html`<g class="bracket" transform=${`translate(0 ${row * ROW})`}>${item.drawn}</g>`,
      ),
    };
  });
}

/** Like a dimension line in a drawing: the length between two ends, open where the end was not seen. */
function bracket(
  picture: Picture,
  outage: Outage,
  named: boolean,
): { from: number; until: number; drawn: Markup } {
  const [from, until] = [px(picture.x(outage.fromMs)), px(picture.x(outage.untilMs))];
  const label = named ? `${outageLength(outage)}, ${shortened(outage.service, 24)}` : outageLength(outage);
  const width = textWidth(label);
  const half = width / 2 + 6;
  const middle = px((from + until) / 2);
  const end = outage.censored ? `M${until} 10l-6-4m6 4l-6 4` : `M${until} 5v10`;
  if (until - from >= 2 * half + 16) {
    const line = `M${from} 5v10M${from} 10H${px(middle - half)}M${px(middle + half)} 10H${until}${end}`;
    const text = html`<text x=${middle} y="14" text-anchor="middle">${label}</text>`;
    return { from, until, drawn: html`<path d=${line} />${text}` };
  }
  const beside = labelBeside(from, until, label);
  return {
    from: beside.anchor === 'start' ? from : beside.x - width,
    until: beside.anchor === 'start' ? beside.x + width : until,
    drawn: html`<path d=${`M${from} 5v10M${from} 10H${until}${end}`} />
      <text x=${px(beside.x)} y="14" text-anchor=${beside.anchor}>${label}</text>`,
  };
}

export function outageShades(picture: Picture, top: number, bottom: number): Markup {
  const writes = picture.drill.outages.filter((outage) => outage.kind === 'write');
  const shaded = writes.length > 0 ? writes : picture.drill.outages;
  return shaded
    .filter((outage) => inside(picture, outage.fromMs, outage.untilMs))
    .map((outage) => {
      const [from, until] = [px(picture.x(outage.fromMs)), px(picture.x(outage.untilMs))];
      return html`<rect class="outage-shade" x=${from} y=${top} width=${px(until - from)} height=${bottom - top} />`;
    });
}

export function faultLines(picture: Picture, top: number, bottom: number): Markup {
  return picture.drill.faults
    .filter((fault) => inside(picture, fault.appliedMs))
    .map((fault) => {
      const at = px(picture.x(fault.appliedMs));
      return html`<line class="fault-line" x1=${at} x2=${at} y1=${top} y2=${bottom} />`;
    });
}
