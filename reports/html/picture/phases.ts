/** The phases of a switchover as a waterfall; time that nothing accounts for is hatched. */
import { milliseconds, shortened } from '../../format.ts';
import type { Phase } from '../../model.ts';
import { html } from '../markup.ts';
import { isUnexplained } from '../words.ts';
import { type Band, headingBand, inside, labelBeside, type Picture, px } from './band.ts';

const ROW = 20;

export function phaseBands(picture: Picture): Band[] {
  const shown = picture.drill.phases.filter((phase) => inside(picture, phase.fromMs, phase.untilMs));
  if (shown.length === 0) return [];
  const services = [...new Set(shown.map((phase) => phase.service))];
  return services.flatMap((service) => [
    headingBand(services.length > 1 ? shortened(`Phases, ${service}`, 18) : 'Phases'),
    ...shown.filter((phase) => phase.service === service).map((phase) => phaseBand(picture, phase)),
  ]);
}

function phaseBand(picture: Picture, phase: Phase): Band {
  const [from, until] = [px(picture.x(phase.fromMs)), px(picture.x(phase.untilMs))];
  const width = Math.max(2, px(until - from));
  const length = milliseconds(phase.untilMs - phase.fromMs);
  const label = shortened(phase.node === '' ? length : `${length}, ${phase.node}`, 60);
  const beside = labelBeside(from, from + width, label);
  return {
    height: ROW,
    grid: true,
    names: html`<text y="14">${shortened(phase.name, 19)}</text>`,
    plot: html`
      <path class=${isUnexplained(phase.name) ? 'span unexplained' : 'span phase'} d=${`M${from} 3h${width}v${ROW - 6}h${-width}z`} />
      <text x=${px(beside.x)} y="14" class=${beside.anchor === 'end' ? 'e' : null}>${label}</text>
    `,
  };
}
