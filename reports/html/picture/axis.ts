/** Time axes: seconds from the fault, and below them the run's own time, which logs use. */
import { scaleLinear } from 'd3-scale';
import { relativeSeconds } from '../../format.ts';
import { html } from '../markup.ts';
import { type Band, type Picture, PLOT_WIDTH, px } from './band.ts';

const HALF_LABEL = 30;

export function ticks(picture: Picture): { x: number; relativeMs: number; atMs: number }[] {
  const { frame, x } = picture;
  const seconds = scaleLinear(
    [(frame.fromMs - frame.zeroMs) / 1000, (frame.untilMs - frame.zeroMs) / 1000],
    [0, 1],
  );
  return seconds.ticks(10).map((tick) => {
    const relativeMs = tick * 1000;
    return { relativeMs, atMs: frame.zeroMs + relativeMs, x: px(x(frame.zeroMs + relativeMs)) };
  });
}

/** As many decimals as tell neighbouring ticks apart. */
function digitsOf(picture: Picture): number {
  const all = ticks(picture);
  const step = Math.abs((all[1]?.relativeMs ?? 1000) - (all[0]?.relativeMs ?? 0));
  return step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
}

export function relativeAxisBand(picture: Picture): Band {
  const digits = digitsOf(picture);
  const { zeroName } = picture.frame;
  return {
    height: 22,
    grid: false,
    names: html`<text class="quiet" y="15">from ${zeroName}</text>`,
    plot: html`<g class="ticks">
      ${labelled(picture).map(
        ({ relativeMs, x }) =>
          html`<text class=${relativeMs === 0 ? 'zero' : null} x=${x} y="15">${relativeSeconds(relativeMs, digits)}</text>`,
      )}
    </g>`,
  };
}

export function runAxisBand(picture: Picture): Band {
  const digits = Math.max(1, digitsOf(picture));
  return {
    height: 20,
    grid: false,
    names: html`<text class="quiet" y="12">time of the run</text>`,
    plot: html`<g class="ticks">
      ${everySecond(labelled(picture)).map(({ atMs, x }) => html`<text x=${x} y="12">${(atMs / 1000).toFixed(digits)} s</text>`)}
    </g>`,
  };
}

/** Ticks at the very edge or beside a fault's line keep their own line but lose their label, which would be unreadable. */
function labelled(picture: Picture): ReturnType<typeof ticks> {
  const faults = picture.drill.faults.map((fault) => picture.x(fault.appliedMs));
  return ticks(picture).filter(({ x, relativeMs }) => {
    const crossed = relativeMs !== 0 && faults.some((fault) => Math.abs(fault - x) < HALF_LABEL);
    return x >= HALF_LABEL && x <= PLOT_WIDTH - HALF_LABEL && !crossed;
  });
}

/** With two axes under each other, one of them reads best with room around its labels. */
function everySecond<T>(all: readonly T[]): T[] {
  return all.filter((_, index) => index % 2 === 0);
}
