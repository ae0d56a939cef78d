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
    names: html`<text class="quiet" x="0" y="15">from ${zeroName}</text>`,
    plot: labelled(picture).map(
      (tick) =>
        html`<text class=${tick.relativeMs === 0 ? 'tick zero' : 'tick'} x=${tick.x} y="15" text-anchor="middle">
          ${relativeSeconds(tick.relativeMs, digits)}
        </text>`,
    ),
  };
}

export function runAxisBand(picture: Picture): Band {
  const digits = Math.max(1, digitsOf(picture));
  return {
    height: 20,
    grid: false,
    names: html`<text class="quiet" x="0" y="12">time of the run</text>`,
    plot: labelled(picture).map(
      (tick) =>
        html`<text class="tick quiet" x=${tick.x} y="12" text-anchor="middle">
          ${(tick.atMs / 1000).toFixed(digits)} s
        </text>`,
    ),
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
