/** The lines of each container's log around the fault. */
import { stripVTControlCharacters } from 'node:util';
import { count, plural, relativeSeconds, shortened } from '../format.ts';
import type { DrillResult } from '../model.ts';
import { html, type Markup } from './markup.ts';
import type { TimeFrame } from './time.ts';

type Log = DrillResult['logs'][number];

const LONGEST_LINE = 300;
/** Share of the lines that comes before the fault: few enough for the fault to be in sight when a log is opened. */
const BEFORE = 1 / 10;

export function logs(drill: DrillResult, frame: TimeFrame, limit: number): Markup {
  return drill.logs.map((log) => oneLog(log, drill, frame, limit));
}

function oneLog(log: Log, drill: DrillResult, frame: TimeFrame, limit: number): Markup {
  const from = firstShown(log, frame.zeroMs, limit);
  const shown = log.lines.slice(from, from + limit);
  const cut = shown.length < log.lines.length;
  return html`<details class="log">
    <summary>
      <span class="mono">${log.name}</span>
      <span class="quiet">${cut ? `${count(shown.length)} of ${plural(log.lines.length, 'line')}` : plural(shown.length, 'line')}</span>
    </summary>
    <p class="quiet">Whole log: ${fileLink(log.file)}. Times are from ${frame.zeroName}.</p>
    <pre tabindex="0" role="region" aria-label=${`Log of ${log.name}`}>${withSeparators(shown, drill, frame)}</pre>
  </details>`;
}

function firstShown(log: Log, zeroMs: number, limit: number): number {
  const atFault = log.lines.findIndex((line) => line.atMs !== null && line.atMs >= zeroMs);
  const wanted = (atFault === -1 ? log.lines.length : atFault) - Math.floor(limit * BEFORE);
  return Math.max(0, Math.min(wanted, log.lines.length - limit));
}

function withSeparators(lines: Log['lines'], drill: DrillResult, frame: TimeFrame): Markup {
  const faults = drill.faults.toSorted((a, b) => a.appliedMs - b.appliedMs);
  const parts: Markup[] = [];
  let passed = 0;
  const separatorsUntil = (atMs: number): void => {
    for (let next = faults[passed]; next && next.appliedMs <= atMs; next = faults[++passed]) {
      parts.push(
        html`<span class="fault-separator">${`fault: ${next.name}, ${next.target}, ${(next.appliedMs / 1000).toFixed(3)} s of the run`}</span>`,
      );
    }
  };
  for (const line of lines) {
    if (line.atMs !== null) separatorsUntil(line.atMs);
    const when = line.atMs === null ? '' : relativeSeconds(line.atMs - frame.zeroMs);
    const text = shortened(stripVTControlCharacters(line.text), LONGEST_LINE);
    parts.push(html`<span class="when">${when.padStart(10)}</span>`, `  ${text}\n`);
  }
  separatorsUntil(Number.POSITIVE_INFINITY);
  return parts;
}

/** Each part encoded and the whole kept relative: a hostile name can lead neither out of the folder nor to a script. */
function fileLink(file: string): Markup {
  const parts = file.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return html`<code>${file}</code>`;
  const href = `./${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`;
  return html`<a href=${href}>${file}</a>`;
}
