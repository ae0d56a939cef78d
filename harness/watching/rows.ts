/** A picture as rows of text: with ages for a terminal that is redrawn, without for one that goes on line by line. Pure. */
import { shortened, visible } from '../../reports/format.ts';
import type { NodePicture, Picture, ServicePicture } from './picture.ts';

export interface Row {
  /** Which row it is, through all pictures of a run. */
  key: string;
  /** Changes only when something happens. */
  text: string;
  /** Changes all the time. */
  aside: string;
}

const seconds = (ms: number) => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;

/** The drill, its nodes, its services. */
export function rowsOf(id: string, { about, step, nodes, services }: Picture, nowMs: number): Row[] {
  const width = Math.max(...[...nodes, ...services].map(({ name }) => name.length), 0);
  return [
    {
      key: id,
      text: `${about.drill} on ${about.model}: ${step?.text ?? 'being built'}`,
      aside: step === null ? '' : seconds(nowMs - step.atMs),
    },
    ...nodes.map((node) => nodeRow(id, node, width, nowMs)),
    ...services.map((service) => serviceRow(id, service, width, nowMs)),
  ].map(({ key, text, aside }) => ({ key, text: visible(text.replace(/\s+$/, '')), aside }));
}

function nodeRow(id: string, { name, state, owns, last }: NodePicture, width: number, nowMs: number): Row {
  const [newest] = last;
  const parts = [
    `  ${name.padEnd(width)}  ${state.padEnd(8)}  ${owns.join(', ') || '–'}`,
    ...last.map(({ text }) => text),
  ];
  return {
    key: `${id} ${name}`,
    text: parts.join(' · '),
    aside: newest === undefined ? '' : seconds(nowMs - newest.atMs),
  };
}

function serviceRow(id: string, service: ServicePicture, width: number, nowMs: number): Row {
  const { name, state, ok, other, lastOkMs } = service;
  const since = lastOkMs === null ? '' : ` for ${seconds(nowMs - lastOkMs)}`;
  const aside = {
    'no load': '',
    served: `${ok} operations in the last second${other > 0 ? `, ${other} without success` : ''}`,
    'cut off': `${other} operations without success in the last second; cut off${since}`,
  };
  return { key: `${id} ${name}`, text: `  ${name.padEnd(width)}  ${state}`, aside: aside[state] };
}

/** All rows, as wide as the terminal at most, and no more than it has lines. */
export function screenOf(rows: readonly Row[], columns: number, lines: number): string[] {
  const shown = rows.map(({ text, aside }) =>
    shortened(aside === '' ? text : `${text}  (${aside})`, Math.max(20, columns)),
  );
  if (shown.length <= lines) return shown;
  return [...shown.slice(0, lines - 1), `… and ${shown.length - lines + 1} more lines`];
}

/** Those that are other than before, each with the run's time in front. */
export function newRows(rows: readonly Row[], before: Map<string, string>, nowMs: number): string[] {
  return rows.flatMap(({ key, text }) => {
    if (before.get(key) === text) return [];
    before.set(key, text);
    const [id = ''] = key.split(' ');
    return [`[${seconds(nowMs)}] ${id === key ? '' : `${id} `}${text.trim()}`];
  });
}
