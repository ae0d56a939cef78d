/** The picture as sentences in the order of time: for screen readers, and for everyone who would rather read. */
import { outageLength, plural, relativeSeconds, verdictInWords } from '../../format.ts';
import type { DrillResult } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import type { TimeFrame } from '../time.ts';

interface Happening {
  atMs: number;
  text: string;
}

export function happenings(drill: DrillResult): Happening[] {
  const all: Happening[] = [
    ...drill.faults.map((fault) => ({
      atMs: fault.appliedMs,
      text: `Fault: ${fault.name}, ${fault.target}`,
    })),
    ...drill.outages.flatMap((outage) => [
      { atMs: outage.fromMs, text: `Last ${outage.kind} of ${outage.service} to succeed before its outage` },
      {
        atMs: outage.untilMs,
        text: outage.censored
          ? `Observation ends; ${outage.kind}s of ${outage.service} had not come back`
          : `First ${outage.kind} of ${outage.service} to succeed again, after ${outageLength(outage)}`,
      },
    ]),
    ...drill.phases.map((phase) => ({ atMs: phase.untilMs, text: `${phase.name} ends${on(phase.node)}` })),
    ...drill.lanes.flatMap((lane) => [
      ...lane.spans.flatMap((span) => [
        { atMs: span.fromMs, text: `${lane.name}: ${span.label} begins` },
        { atMs: span.untilMs, text: `${lane.name}: ${span.label} ends` },
      ]),
      ...lane.marks.map((mark) => ({ atMs: mark.atMs, text: `${lane.name}: ${mark.label}` })),
    ]),
  ];
  return all.toSorted((a, b) => a.atMs - b.atMs);
}

function on(node: string): string {
  return node === '' ? '' : ` on ${node}`;
}

export function pictureInWords(drill: DrillResult, frame: TimeFrame): Markup {
  return html`<details class="words">
    <summary>The picture in words (${plural(happenings(drill).length, 'moment')})</summary>
    <ol>
      ${happenings(drill).map(
        ({ atMs, text }) =>
          html`<li><span class="when">${relativeSeconds(atMs - frame.zeroMs)}</span> ${text}</li>`,
      )}
    </ol>
  </details>`;
}

/** One sentence for the picture's description. */
export function pictureSummary(drill: DrillResult): string {
  const faults = drill.faults.map((fault) => `${fault.name} on ${fault.target}`).join(', ') || 'no fault';
  const outages =
    drill.outages
      .map((outage) => `${outage.kind} outage of ${outage.service} ${outageLength(outage)}`)
      .join(', ') || 'no outage';
  return `${faults}; ${outages}; ${plural(drill.phases.length, 'phase')}; verdict ${verdictInWords(drill)}.`;
}
