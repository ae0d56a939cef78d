import { occasionsOf } from '../occasions.ts';
import { loadEndMs, operationsOf } from '../outage.ts';
import { hadAt, type Move, movesOf, ownersSeen, processesOf } from '../served.ts';
import type { DrillFacts, Timeline } from '../timeline.ts';
import { addressesSeen, daemonOf, isDownAt } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.2 and 6.1.3: whichever node fails, however many at once, their services run on the node meant for that. */
export const backupServes: Checker = {
  name: 'backup-serves',
  question: 'Does each service that has to leave its node serve again on the other one that it has?',
  scope: 'promise',
  check(timeline, facts) {
    const findings = movesOf(timeline, facts).map((move) => ofMove(timeline, move));
    const told = findings.filter(({ isRight }) => isRight !== null);
    const lines = findings.map(({ line }) => line);
    if (told.length === 0)
      return inconclusive(...lines, 'No service had to leave a node for another one that was up.');
    const wrong = told.filter(({ isRight }) => isRight === false).map(({ line }) => line);
    if (wrong.length > 0) return refuted(...wrong);
    return upheld(...lines, ...hostedTogether(timeline, facts));
  },
};

function ofMove(timeline: Timeline, move: Move): { isRight: boolean | null; line: string } {
  const { what, atMs, service, to } = move;
  const about = `${service.name}, after ${what} at ${ms(atMs)}`;
  if (isDownAt(timeline, to, atMs)) return { isRight: null, line: `${about}: ${to} was down, too.` };
  const servedMs = servedFromMs(timeline, move);
  if (servedMs === undefined) return { isRight: false, line: `${about}: never served on ${to}.` };
  return { isRight: true, line: `${about}: served on ${to} ${ms(servedMs - atMs)} later.` };
}

/** The first write that succeeded while the witness saw disk, address and server on the node that is to have it. */
function servedFromMs(timeline: Timeline, { atMs: sinceMs, service, to }: Move): number | undefined {
  const on = <T extends { node: string }>(spans: readonly T[]) => spans.filter(({ node }) => node === to);
  const disk = on(ownersSeen(timeline, service));
  const address = on(addressesSeen(timeline)).filter(({ what }) => what === service.address);
  const server = on(processesOf(timeline, service)).filter(({ what }) => daemonOf(what) === 'cshttpd');
  const write = operationsOf(timeline, service, 'write').find(
    ({ outcome, plannedMs, atMs }) =>
      outcome === 'ok' &&
      plannedMs >= sinceMs &&
      [disk, address, server].every((spans) => spans.some(hadAt(atMs))),
  );
  return write?.atMs;
}

/** The most instances that one node had at a time, when there was more than one. */
function hostedTogether(timeline: Timeline, { nodes, services }: DrillFacts): string[] {
  const moments = [...occasionsOf(timeline).map(({ atMs }) => atMs), loadEndMs(timeline) ?? 0];
  const hosted = nodes.flatMap((node) =>
    moments.map((atMs) => ({
      ...{ node, atMs },
      names: services.flatMap((service) =>
        ownersSeen(timeline, service).some((owner) => owner.node === node && hadAt(atMs)(owner))
          ? [service.name]
          : [],
      ),
    })),
  );
  const most = hosted.toSorted((a, b) => b.names.length - a.names.length)[0];
  if (most === undefined || most.names.length < 2) return [];
  return [
    `${most.node} ran ${several(most.names.length, 'instance')} at ${ms(most.atMs)}: ${most.names.join(', ')}.`,
  ];
}
