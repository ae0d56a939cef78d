import { firstOccasionMs } from '../occasions.ts';
import { loadEndMs } from '../outage.ts';
import { isBackedBy } from '../ports.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { addressesSeen, calendarProcessesSeen, mountsSeen, nodesSeen, type Seen } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** What is no failure of a node makes the cluster move nothing. */
export const staysPut: Checker = {
  name: 'stays-put',
  question: 'Does every service stay on its node, with the same processes, and does every node stay up?',
  scope: 'promise',
  check(timeline, facts) {
    const fromMs = firstOccasionMs(timeline);
    const untilMs = loadEndMs(timeline);
    if (fromMs === null || untilMs === null) return inconclusive('There was no load, or nothing was done.');
    const down = nodesSeen(timeline).filter(
      (seen) => facts.nodes.includes(seen.node) && seen.untilMs > fromMs && seen.untilMs < untilMs,
    );
    const found = facts.services.map((service) => ofService(timeline, service, fromMs, untilMs));
    const wrong = [
      ...down.map((seen) => `${seen.node} went down at ${ms(seen.untilMs)}.`),
      ...found.flatMap((one) => one.moved),
    ];
    const known = found.map((one) => one.known);
    if (wrong.length > 0) return refuted(...wrong, ...known);
    const unseen = found.find((one) => one.unseen !== '');
    if (unseen !== undefined || facts.services.length === 0)
      return inconclusive(unseen?.unseen ?? 'There was no service.');
    return upheld(...known);
  },
};

function ofService(timeline: Timeline, service: ServiceFacts, fromMs: number, untilMs: number) {
  const parts: [what: string, spans: readonly Seen<unknown>[]][] = [
    ['disk', mountsSeen(timeline).filter(({ what }) => isBackedBy(what.backing, service.volume))],
    ['address', addressesSeen(timeline).filter(({ what }) => what === service.address)],
    ['processes', ownProcesses(timeline, service)],
  ];
  const at = (spans: readonly Seen<unknown>[]) =>
    spans.filter((one) => one.fromMs < fromMs && one.untilMs > fromMs);
  const unseen = parts.filter(([, spans]) => at(spans).length === 0).map(([what]) => what);
  const moved = parts.flatMap(([what, spans]) => changes(what, spans, fromMs, untilMs));
  const where = [...new Set(parts.flatMap(([, spans]) => at(spans).map(({ node }) => node)))];
  return {
    moved: moved.map((line) => `${service.name}: ${line}`),
    unseen:
      unseen.length === 0
        ? ''
        : `${service.name}: its ${unseen.join(' and ')} were not seen anywhere beforehand.`,
    known: `${service.name}: on ${where.join(', ')} at ${ms(fromMs)}, seen until ${ms(untilMs)}.`,
  };
}

/** Processes of the server at this service's own place; on a node with one service all are its own. */
function ownProcesses(timeline: Timeline, { primary }: ServiceFacts) {
  return calendarProcessesSeen(timeline).filter(({ node }) => node === primary);
}

function changes(what: string, spans: readonly Seen<unknown>[], fromMs: number, untilMs: number): string[] {
  const isWithin = (atMs: number) => atMs > fromMs && atMs < untilMs;
  const ended = spans.filter((one) => isWithin(one.untilMs));
  const begun = spans.filter((one) => isWithin(one.fromMs));
  const words = (verb: string, list: readonly Seen<unknown>[], atMs: number) =>
    `its ${what} ${verb} on ${[...new Set(list.map(({ node }) => node))].join(', ')} at ${ms(atMs)} (${several(list.length, 'change')}).`;
  return [
    ...(ended[0] ? [words('ended', ended, ended[0].untilMs)] : []),
    ...(begun[0] ? [words('began', begun, begun[0].fromMs)] : []),
  ];
}
