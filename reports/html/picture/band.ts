/** A picture is a stack of bands that share one time axis; names stand in a column of their own that does not scroll. */
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { DrillResult } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import type { TimeFrame } from '../time.ts';

export const NAMES_WIDTH = 140;
export const PLOT_WIDTH = 1060;
export const FONT_SIZE = 12;
/** A wide guess of a character's width, since nothing can be measured when a report is written. */
const CHARACTER_WIDTH = 6.7;

export interface Band {
  height: number;
  names: Markup;
  plot: Markup;
  /** Bands of the same part share their grid; a heading has none. */
  grid: boolean;
  /** A line above it, where something new begins. */
  rule?: boolean;
}

export interface Picture {
  drill: DrillResult;
  frame: TimeFrame;
  x: ScaleLinear<number, number>;
}

export function pictureOf(drill: DrillResult, frame: TimeFrame): Picture {
  return { drill, frame, x: scaleLinear([frame.fromMs, frame.untilMs], [0, PLOT_WIDTH]).clamp(true) };
}

export function textWidth(text: string): number {
  return Array.from(text).length * CHARACTER_WIDTH;
}

/** A tenth of a pixel is as much as a screen shows, and keeps the file small. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

export function inside(picture: Picture, fromMs: number, untilMs = fromMs): boolean {
  return untilMs >= picture.frame.fromMs && fromMs <= picture.frame.untilMs;
}

/** Puts each item into the first row where it overlaps nothing; a label may be beside its bar, so extents count. */
export function packed<T extends { from: number; until: number }>(
  items: readonly T[],
  gap = 6,
): { item: T; row: number }[] {
  const ends: number[] = [];
  return items
    .toSorted((a, b) => a.from - b.from)
    .map((item) => {
      const free = ends.findIndex((end) => end + gap <= item.from);
      const row = free === -1 ? ends.length : free;
      ends[row] = item.until;
      return { item, row };
    });
}

/** Where a label stands: right of its mark, or left of it when the picture ends. */
export function labelBeside(
  from: number,
  until: number,
  label: string,
): { x: number; anchor: 'start' | 'end' } {
  const fitsRight = until + 6 + textWidth(label) <= PLOT_WIDTH;
  return fitsRight || from < PLOT_WIDTH / 2
    ? { x: until + 6, anchor: 'start' }
    : { x: from - 6, anchor: 'end' };
}

/** A line between the parts of a picture. */
export function headingBand(title: string): Band {
  return {
    height: 34,
    grid: false,
    names: html`<text class="part" y="25">${title}</text>`,
    plot: null,
  };
}
