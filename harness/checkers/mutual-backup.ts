import { occasionsOf } from '../occasions.ts';
import { operationsOf, SUSTAINED } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { addressesSeen } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.1.2: each node stands in for the other. A drill must have taken both for this to say anything. */
export const mutualBackup: Checker = {
  name: 'mutual-backup',
  question: "Did each service's backup serve after the service's primary had gone?",
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const { primary, backup, address } = service;
  const held = addressesSeen(timeline).filter(({ what }) => what === address);
  const lost = ofKind(timeline, 'node-gone').find(
    ({ node, atMs }) => node === primary && held.some((one) => one.node === node && one.untilMs === atMs),
  );
  const what = occasionsOf(timeline).findLast(({ atMs }) => lost !== undefined && atMs <= lost.atMs)?.what;
  // With every node off at the end of a drill, nobody is left to take over.
  if (lost === undefined || what === undefined || isEnd(timeline, lost.atMs))
    return inconclusive(`${primary} never failed while it served.`);
  const answered = operationsOf(timeline, service, 'write').filter(
    ({ node, outcome, atMs }) => outcome === 'ok' && node === backup && atMs > lost.atMs,
  );
  const [taken] = held.filter(({ node, fromMs }) => node === backup && fromMs >= lost.atMs);
  if (taken === undefined || answered.length < SUSTAINED)
    return refuted(
      `After ${what}, ${primary} was gone at ${ms(lost.atMs)}; ${backup} then answered ${several(answered.length, 'write')}.`,
    );
  return upheld(
    `After ${what}, ${primary} was gone at ${ms(lost.atMs)}; ${backup} had ${address} at ${ms(taken.fromMs)} and answered ${several(answered.length, 'write')}.`,
  );
}

/** The load has ended by then. */
function isEnd(timeline: Timeline, atMs: number): boolean {
  return ofKind(timeline, 'client-stopped').some((event) => event.atMs <= atMs);
}
