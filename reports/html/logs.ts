/** The lines of each container's log around the fault. */
import { stripVTControlCharacters } from 'node:util';
import { count, plural, relativeSeconds, shortened } from '../format.ts';
import type { DrillResult } from '../model.ts';
import { html, type Markup } from './markup.ts';
import type { TimeFrame } from './time.ts';

type Log = DrillResult['logs'][number];
type Line = Log['lines'][number];

/** A line of a log that is shown whole, and of one that is cut. */
const [LONGEST_LINE, LONGEST_OF_CUT] = [300, 150];

export function logs(drill: DrillResult, frame: TimeFrame, limit: number): Markup {
  return html`
    <p class="quiet">
      The lines nearest to ${frame.zeroName}, with their time from it; the whole logs are in ${folderOf(drill.logs)}.
    </p>
    ${drill.logs.map((log) => oneLog(log, drill, frame, limit))}
  `;
}

function folderOf(all: readonly Log[]): Markup {
  const folders = new Set(all.map(({ file }) => file.slice(0, file.lastIndexOf('/') + 1)));
  return [...folders].map((folder) => html`<code>${folder}</code> `);
}

function oneLog(log: Log, drill: DrillResult, frame: TimeFrame, limit: number): Markup {
  const { length } = log.lines;
  const moments = drill.faults.length > 0 ? drill.faults.map(({ appliedMs }) => appliedMs) : [frame.zeroMs];
  const shown = nearest(log.lines, moments, limit);
  const size = plural(length, 'line');
  return html`<details class="log">
    <summary>
      <span class="mono">${log.name}</span>
      <span class="quiet">${shown.length < length ? `${count(shown.length)} of ${size}` : size}</span>
    </summary>
    ${fileLink(log.file)}
    ${length > 0 && html`<pre tabindex="0" role="region" aria-label=${`Log of ${log.name}`}>${written(log, shown, drill, frame)}</pre>`}
  </details>`;
}

/** Places of the lines that are nearest in time to any of the moments, in order; a line without time counts with the one before. */
export function nearest(lines: readonly Line[], moments: readonly number[], limit: number): number[] {
  if (lines.length <= limit) return lines.map((_, index) => index);
  let lastMs = Number.NEGATIVE_INFINITY;
  const distances = lines.map(({ atMs }, index) => {
    lastMs = atMs ?? lastMs;
    return { index, distance: Math.min(...moments.map((moment) => Math.abs(moment - lastMs))) };
  });
  return distances
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ index }) => index)
    .toSorted((a, b) => a - b);
}

/** The lines with the faults between them, and what was left out where. */
function written(log: Log, shown: readonly number[], drill: DrillResult, frame: TimeFrame): Markup {
  const faults = drill.faults.toSorted((a, b) => a.appliedMs - b.appliedMs);
  const parts: Markup[] = [];
  const longest = shown.length < log.lines.length ? LONGEST_OF_CUT : LONGEST_LINE;
  let [passed, reached] = [0, 0];
  const separatorsUntil = (atMs: number): void => {
    for (let next = faults[passed]; next && next.appliedMs <= atMs; next = faults[++passed]) {
      parts.push(
        html`<span class="fault-separator">${`fault: ${next.name}, ${next.target}, ${(next.appliedMs / 1000).toFixed(3)} s of the run`}</span>`,
      );
    }
  };
  const gapUntil = (index: number): void => {
    if (index > reached) parts.push(html`<i>${`… ${plural(index - reached, 'line')} left out`}</i>`, '\n');
  };
  for (const index of shown) {
    const line = log.lines[index];
    if (line === undefined) continue;
    gapUntil(index);
    reached = index + 1;
    if (line.atMs !== null) separatorsUntil(line.atMs);
    const when = line.atMs === null ? '' : relativeSeconds(line.atMs - frame.zeroMs);
    const text = shortened(stripVTControlCharacters(line.text), longest);
    parts.push(html`<i>${when.padStart(10)}</i>`, `  ${text}\n`);
  }
  separatorsUntil(Number.POSITIVE_INFINITY);
  gapUntil(log.lines.length);
  return parts;
}

/** Each part encoded and the whole kept relative: a hostile name can lead neither out of the folder nor to a script. */
function fileLink(file: string): Markup {
  const parts = file.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return html`<code>${file}</code>`;
  const href = `./${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`;
  return html`<a href=${href}>whole log</a>`;
}
