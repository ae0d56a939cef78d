/** The picture as sentences in the order of time: for screen readers, and for everyone who would rather read. */
import { milliseconds, outageLength, plural, relativeSeconds, verdictInWords } from '../../format.ts';
import type { DrillResult, Lane } from '../../model.ts';
import { html, type Markup } from '../markup.ts';
import type { TimeFrame } from '../time.ts';

interface Moment {
  atMs: number;
  /** Whose moment it is; "" where the sentence says it. */
  who: string;
  what: string;
  verb: string;
}

/** Moments of one thing that follow each other within this time, in ms, are told in one sentence. */
const AT_ONCE_MS = 10;

/** In order of time; what began before the load, and how the cluster was taken apart, the steps tell. */
export function happenings(drill: DrillResult, frame: TimeFrame): { atMs: number; text: string }[] {
  const all = [...ofFaults(drill), ...ofOutages(drill), ...ofPhases(drill), ...drill.lanes.flatMap(ofLane)]
    .filter(({ atMs }) => atMs >= frame.wholeFromMs && atMs <= frame.wholeUntilMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  return together(all).map(([first, ...more]) => {
    const things = [first, ...more].map(({ what }) => what).join(', ');
    const verb = more.length > 0 ? first.verb.replace(/^(begin|end)s$/, '$1') : first.verb;
    const who = first.who === '' ? '' : `${first.who}: `;
    return { atMs: first.atMs, text: `${who}${things}${verb === '' ? '' : ` ${verb}`}` };
  });
}

function together(moments: readonly Moment[]): [Moment, ...Moment[]][] {
  const groups: [Moment, ...Moment[]][] = [];
  for (const moment of moments) {
    const group = groups.findLast(
      ([first]) => first.who === moment.who && moment.atMs - first.atMs <= AT_ONCE_MS,
    );
    if (group && moment.verb !== '' && group[0].verb === moment.verb) group.push(moment);
    else groups.push([moment]);
  }
  return groups;
}

const said = (atMs: number, what: string): Moment => ({ atMs, who: '', what, verb: '' });

function ofFaults({ faults }: DrillResult): Moment[] {
  return faults.map(({ appliedMs, name, target }) => said(appliedMs, `Fault: ${name}, ${target}`));
}

function ofOutages({ outages }: DrillResult): Moment[] {
  return outages.flatMap((outage) => {
    const { kind, service, fromMs, untilMs } = outage;
    const after = outage.censored
      ? `Observation ends; ${kind}s of ${service} had not come back`
      : `First ${kind} of ${service} to succeed again, after ${outageLength(outage)}`;
    return [said(fromMs, `Last ${kind} of ${service} to succeed before its outage`), said(untilMs, after)];
  });
}

function ofPhases({ phases }: DrillResult): Moment[] {
  return phases.map(({ name, node, fromMs, untilMs }) =>
    said(fromMs, `Phase ${name}${node === '' ? '' : ` on ${node}`}, ${milliseconds(untilMs - fromMs)}`),
  );
}

/** Outages and phases are told already, and a method is one moment with its length. */
function ofLane(lane: Lane): Moment[] {
  const who = lane.name;
  const spans = lane.spans.filter(
    ({ style }) => style !== 'phase' && !(style === 'outage' && lane.kind === 'client'),
  );
  return [
    ...spans.flatMap(({ style, label, fromMs, untilMs }): Moment[] =>
      style === 'method'
        ? [{ atMs: fromMs, who, what: `${label}, ${milliseconds(untilMs - fromMs)}`, verb: '' }]
        : [
            { atMs: fromMs, who, what: label, verb: 'begins' },
            { atMs: untilMs, who, what: label, verb: 'ends' },
          ],
    ),
    ...lane.marks.map(({ atMs, label }) => ({ atMs, who, what: label, verb: '' })),
  ];
}

export function pictureInWords(drill: DrillResult, frame: TimeFrame): Markup {
  const moments = happenings(drill, frame);
  return html`<details class="words">
    <summary>The picture in words (${plural(moments.length, 'moment')})</summary>
    <ol>${moments.map(({ atMs, text }) => html`<li><i>${relativeSeconds(atMs - frame.zeroMs)}</i> ${text}</li>`)}</ol>
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
