import { arrayLossesOf, servicesApart } from '../array-losses.ts';
import { operationsOf } from '../outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several, someOf, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.3: every node has an array of its own, so that the loss of one is nobody else's business. */
export const arrayLossContained: Checker = {
  name: 'array-loss-contained',
  question: 'Do clients of services on other arrays notice nothing of the loss of an array?',
  scope: 'promise',
  check(timeline, facts) {
    const [first] = arrayLossesOf(timeline);
    if (first === undefined) return inconclusive('No array was lost.');
    const apart = servicesApart(timeline, facts);
    if (apart.length === 0)
      return inconclusive('Every service has a part of its store on an array that was taken away.');
    const seen = apart.map((service) => ofService(timeline, service, first.lostMs, facts));
    const wrong = seen.flatMap((one) => one.wrong);
    if (wrong.length > 0) return refuted(...wrong);
    const blind = seen.flatMap((one) => one.blind);
    return blind.length > 0 ? inconclusive(...blind) : upheld(...seen.flatMap((one) => one.evidence));
  },
};

function ofService(timeline: Timeline, service: ServiceFacts, lostMs: number, { load }: DrillFacts) {
  const { name } = service;
  const told = ofKind(timeline, 'observed').findLast((event) => event.service === name);
  const all = operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs }) => plannedMs > lostMs - load.timeoutMs && plannedMs <= (told?.untilMs ?? Infinity),
  );
  const after = all.filter(({ atMs }) => atMs >= lostMs);
  const cutOff = after.filter(({ outcome }) => outcome !== 'ok');
  const slowestMs = Math.max(0, ...after.map(({ plannedMs, atMs }) => atMs - plannedMs));
  return {
    wrong:
      cutOff.length === 0
        ? []
        : [
            `${name} has its store elsewhere, and ${several(cutOff.length, 'operation')} of ${thousands(after.length)} after the loss did not succeed: ${someOf(cutOff.map(({ uid, detail }) => `${uid} (${detail})`))}.`,
          ],
    blind: after.length === 0 ? [`No client of ${name} asked anything after the loss.`] : [],
    evidence: [
      `${name}: all of ${several(after.length, 'operation')} after the loss succeeded, the slowest in ${ms(slowestMs)}.`,
    ],
  };
}
