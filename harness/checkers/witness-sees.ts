import { firstOccasionMs } from '../occasions.ts';
import { loadEndMs, operationsOf } from '../outage.ts';
import { type KindOf, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, upheld } from './checker.ts';

/** A second mount or address that lasts shorter than this could escape the witness. */
const LONGEST_GAP_MS = 500;
/** The witness reports once a second; one late report is not blindness, one missing is. */
const LONGEST_SILENCE_MS = 2000;

/** Whether the witness was looking all the time, so that its silence means something. */
export const witnessSees: Checker = {
  name: 'witness-sees',
  question: 'Did the witness look at every node all the time?',
  scope: 'validity',
  check(timeline, { nodes, services }) {
    const reports = ofKind(timeline, 'looks');
    const first = reports[0];
    const last = reports.at(-1);
    if (!first || !last) return inconclusive('The witness never reported.');
    const blind = nodes.flatMap((node) => unseenOf(timeline, node));
    const gapMs = longestGapOf(reports);
    const silenceMs = longestSilenceOf(reports);
    const faultMs = firstOccasionMs(timeline) ?? Number.POSITIVE_INFINITY;
    const endMs = loadEndMs(timeline) ?? 0;
    const short = [
      ...services.flatMap((service) => missedServing(timeline, service)),
      ...(blind.length > 0 ? [`Never seen: ${blind.join(', ')}.`] : []),
      ...(gapMs >= LONGEST_GAP_MS
        ? [`It looked away for ${ms(gapMs)}; ${ms(LONGEST_GAP_MS)} is too long.`]
        : []),
      ...(silenceMs > LONGEST_SILENCE_MS ? [`It was silent for ${ms(silenceMs)}.`] : []),
      ...(first.atMs > faultMs ? [`It first reported at ${ms(first.atMs)}, after the fault.`] : []),
      ...(last.atMs < endMs - LONGEST_SILENCE_MS
        ? [`It last reported at ${ms(last.atMs)}; the load ended at ${ms(endMs)}.`]
        : []),
    ];
    if (short.length > 0) return inconclusive(...short);
    return upheld(
      `Longest time between two looks: ${ms(gapMs)}, from ${ms(first.atMs)} to ${ms(last.atMs)}.`,
    );
  },
};

/** A node that answers users must have the logical address: a witness that missed it counts looks at nothing. */
function missedServing(timeline: Timeline, { name, address }: ServiceFacts): string[] {
  const answered = operationsOf(timeline, { name }, 'write', 'read').filter(
    ({ outcome }) => outcome === 'ok',
  );
  const lastAnswer = new Map(answered.map(({ node, atMs }) => [node, atMs]));
  const seen = addressesSeen(timeline).filter(({ what }) => what === address);
  return [...lastAnswer]
    .filter(([node, atMs]) => node !== '' && !seen.some((span) => span.node === node && span.fromMs <= atMs))
    .map(([node, atMs]) => `${node} answered users until ${ms(atMs)}, but ${address} was not seen on it.`);
}

function unseenOf(timeline: Timeline, name: string): string[] {
  return (['mounts', 'addresses', 'processes'] as const)
    .filter((kind) => !ofKind(timeline, kind).some(({ node }) => node === name))
    .map((kind) => `${kind} of ${name}`);
}

function longestSilenceOf(reports: readonly KindOf<'looks'>[]): number {
  return Math.max(0, ...reports.slice(1).map(({ atMs }, index) => atMs - (reports[index]?.atMs ?? atMs)));
}

/** A report of no looks at all has no gap of its own to tell: nobody looked since the last one. */
function longestGapOf(reports: readonly KindOf<'looks'>[]): number {
  return Math.max(
    ...reports.map(({ looks, longestGapMs, atMs }, index) =>
      looks === 0 ? Math.max(longestGapMs, atMs - (reports[index - 1]?.atMs ?? 0)) : longestGapMs,
    ),
  );
}
