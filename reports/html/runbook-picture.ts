/** The outage over the steps of a procedure: both on one time axis. */
import { scaleLinear } from 'd3-scale';
import { duration, length, visible } from '../format.ts';
import type { RunbookResult } from '../model.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 1200;
const NAMES = 150;
const EDGE = 12;
const [STEP_TOP, STEP_HEIGHT, ROW_HEIGHT, AXIS_HEIGHT] = [12, 30, 62, 24];
/** A character of a label is about so wide. */
const CHARACTER = 6.6;

type Interruption = RunbookResult['interruptions'][number];
type Step = RunbookResult['steps'][number] & { fromMs: number; untilMs: number };

export function runbookPicture(runbook: RunbookResult): Markup {
  const steps = runbook.steps.flatMap((step): Step[] => {
    const { fromMs, untilMs } = step;
    return fromMs === null || untilMs === null ? [] : [{ ...step, fromMs, untilMs }];
  });
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return null;
  const services = first.owners.map(({ service }) => service);
  const writes = runbook.interruptions;
  // A fault at the end belongs to the picture, too.
  const endMs = Math.max(last.untilMs, ...writes.map(({ untilMs }) => untilMs));
  const x = scaleLinear([first.fromMs, endMs], [NAMES, WIDTH - EDGE]);
  const height = STEP_TOP + STEP_HEIGHT + services.length * ROW_HEIGHT + AXIS_HEIGHT;
  const bottom = height - AXIS_HEIGHT;
  return html`<div class="picture procedure">
    <svg viewBox=${`0 0 ${WIDTH} ${height}`} width=${WIDTH} height=${height} role="img" aria-label=${visible(inWords(steps, writes))}>
      ${ticks(first.fromMs, endMs, x, bottom)}
      <text class="lane-name" x="0" y=${STEP_TOP + STEP_HEIGHT / 2 + 4}>steps</text>
      ${steps.map((step) => stepMark(step, runbook.steps.findIndex(({ name }) => name === step.name) + 1, x, bottom))}
      ${endMs > last.untilMs && afterwards(x(last.untilMs), x(endMs))}
      ${services.map((service, row) => serviceRow(service, row, { steps, writes, x }))}
    </svg>
  </div>`;
}

type Scale = (ms: number) => number;

function ticks(fromMs: number, untilMs: number, x: Scale, bottom: number): Markup {
  const seconds = scaleLinear([0, (untilMs - fromMs) / 1000], [0, 1]).ticks(8);
  return seconds.map((at) => {
    const place = x(fromMs + at * 1000);
    return html`<g>
      <line class="grid" x1=${place} x2=${place} y1=${STEP_TOP - 8} y2=${bottom} />
      <text class="tick" x=${place} y=${bottom + 16} text-anchor="middle">${at} s</text>
    </g>`;
  });
}

function stepMark(step: Step, number: number, x: Scale, bottom: number): Markup {
  const [left, right] = [x(step.fromMs), x(step.untilMs)];
  const width = Math.max(2, right - left - 1);
  const label = visible(`${number} ${step.name}`);
  const shown =
    label.length * CHARACTER < width
      ? label
      : String(number).length * CHARACTER < width
        ? String(number)
        : '';
  const kind = step.verdict === 'otherwise' ? 'step-wrong' : number % 2 === 0 ? 'step-even' : 'step-odd';
  return html`<g class="procedure-step">
    <title>${`${label}: ${duration(step.untilMs - step.fromMs)}`}</title>
    <rect class=${`span ${kind}`} x=${left} y=${STEP_TOP} width=${width} height=${STEP_HEIGHT} />
    <line class="rule" x1=${left} x2=${left} y1=${STEP_TOP} y2=${bottom} />
    <text class="lane-label" x=${left + 5} y=${STEP_TOP + STEP_HEIGHT / 2 + 4}>${shown}</text>
  </g>`;
}

/** The fault that the cluster had to survive at the end. */
function afterwards(left: number, right: number): Markup {
  const label = 'at the end';
  return html`<g>
    <rect class="step-after" x=${left + 2} y=${STEP_TOP} width=${Math.max(2, right - left - 3)} height=${STEP_HEIGHT} />
    <text class="quiet" x=${left + 8} y=${STEP_TOP + STEP_HEIGHT / 2 + 4}>${label.length * CHARACTER < right - left ? label : ''}</text>
  </g>`;
}

function serviceRow(
  service: string,
  row: number,
  { steps, writes, x }: { steps: Step[]; writes: Interruption[]; x: Scale },
): Markup {
  const top = STEP_TOP + STEP_HEIGHT + row * ROW_HEIGHT;
  const own = writes.filter((outage) => outage.service === service);
  return html`<g>
    <text class="lane-name" x="0" y=${top + 38}>${visible(service)}</text>
    <line class="base" x1=${NAMES} x2=${WIDTH - EDGE} y1=${top + 42} y2=${top + 42} />
    ${ownersAlong(service, steps, x).map(({ owner, left, right }) =>
      owner.length * CHARACTER < right - left
        ? html`<text class="quiet" x=${left + 5} y=${top + 17}>${visible(owner)}</text>`
        : null,
    )}
    ${own.map((outage) => {
      const [left, right] = [Math.max(NAMES, x(outage.fromMs)), x(outage.untilMs)];
      const label = length(outage.untilMs - outage.fromMs, outage.censored);
      const fits = left + label.length * CHARACTER < WIDTH - EDGE;
      return html`<g>
        <rect class="span outage" x=${left} y=${top + 24} width=${Math.max(2, right - left)} height="18" />
        <text class="lane-label" x=${fits ? left : right} y=${top + 56} text-anchor=${fits ? 'start' : 'end'}>${label}</text>
      </g>`;
    })}
  </g>`;
}

/** Where it was after each step, one label as long as it stayed there. */
function ownersAlong(
  service: string,
  steps: Step[],
  x: Scale,
): { owner: string; left: number; right: number }[] {
  const along: { owner: string; left: number; right: number }[] = [];
  for (const step of steps) {
    const owner = step.owners.find((one) => one.service === service)?.after ?? '';
    const before = along.at(-1);
    const [left, right] = [x(step.fromMs), x(step.untilMs)];
    if (before?.owner === owner) before.right = right;
    else along.push({ owner, left, right });
  }
  return along;
}

function inWords(steps: readonly Step[], writes: readonly Interruption[]): string {
  const cut = writes.map(
    (outage) => `${outage.service} for ${length(outage.untilMs - outage.fromMs, outage.censored)}`,
  );
  return `${steps.length} steps on a time axis; users were cut off: ${cut.join(', ') || 'never'}`;
}
