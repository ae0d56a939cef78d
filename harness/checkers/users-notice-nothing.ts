import { firstOccasionMs } from '../occasions.ts';
import { observedUntilMs, operationsOf } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms, several, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Fewer operations than these after the fault would prove nothing. */
const LEAST = 100;

/** What a redundant part is for: whoever works on goes on working. */
export const usersNoticeNothing: Checker = {
  name: 'users-notice-nothing',
  question: 'Does every write and every read after the fault succeed in its time?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { load }: DrillFacts): Finding {
  const sinceMs = firstOccasionMs(timeline);
  if (sinceMs === null) return inconclusive('Nothing was done to the cluster.');
  const untilMs = observedUntilMs(timeline, service);
  const after = operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs }) => plannedMs >= sinceMs - load.timeoutMs && plannedMs <= untilMs,
  );
  const late = after.filter(({ atMs }) => atMs >= sinceMs);
  const failed = late.filter(({ outcome }) => outcome !== 'ok');
  const slowest = Math.max(0, ...late.map(({ atMs, plannedMs }) => atMs - plannedMs));
  const known = `${several(late.length, 'operation')} ended after ${ms(sinceMs)}, the slowest after ${ms(slowest)}.`;
  if (failed.length > 0)
    return refuted(
      `${several(failed.length, 'operation')} did not succeed: ${someOf(failed.map(({ operation, detail, atMs }) => `${operation} at ${ms(atMs)}, ${detail}`))}`,
      known,
    );
  return late.length < LEAST ? inconclusive(`${known} At least ${LEAST} are needed.`) : upheld(known);
}
