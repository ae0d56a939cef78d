import { firstOccasionMs } from '../occasions.ts';
import { loadEndMs, operationsOf } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms, several, thousands } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, upheld } from './checker.ts';

/** Below these a drill can miss what it looks for. */
const LEAST_SENT = 0.9;
const LEAST_OK = 0.95;
const LEAST_ACKNOWLEDGED = 50;
/** Of those that may take longer than half of what a client waits: on such a machine any trifle is an outage. */
const MOST_SLOW = 0.05;

/** Whether the load before the fault was such that a lost write or an outage would have shown. */
export const loadValidity: Checker = {
  name: 'load-validity',
  question: 'Was the load before the fault as planned, and did it succeed?',
  scope: 'validity',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { load }: DrillFacts): Finding {
  const operations = operationsOf(timeline, service, 'write', 'read');
  const fromMs = operations[0]?.plannedMs;
  const untilMs = firstOccasionMs(timeline) ?? loadEndMs(timeline);
  if (fromMs === undefined || untilMs === null || untilMs <= fromMs)
    return inconclusive('There was no load before the fault.');

  const sent = operations.filter(({ plannedMs }) => plannedMs < untilMs).length;
  const wanted = (load.ratePerSecond * (untilMs - fromMs)) / 1000;
  const ended = operations.filter(({ atMs }) => atMs < untilMs);
  const succeeded = ended.filter(({ outcome }) => outcome === 'ok');
  const acknowledged = succeeded.filter(({ operation }) => operation === 'write').length;

  // Those sent closer to the fault may be slow because of it.
  const early = operations.filter(({ plannedMs }) => plannedMs < untilMs - load.timeoutMs / 2);
  const slow = early.filter(({ plannedMs, atMs }) => atMs - plannedMs > load.timeoutMs / 2).length;

  const sentLine = `${several(sent, 'operation')} of ${thousands(wanted)} planned for ${ms(untilMs - fromMs)} before the fault.`;
  const okLine = `${several(succeeded.length, 'operation')} of ${thousands(ended.length)} succeeded before the fault.`;
  const acknowledgedLine = `${several(acknowledged, 'write')} acknowledged before the fault.`;
  const slowLine = `${several(slow, 'operation')} of ${thousands(early.length)} took longer than ${ms(load.timeoutMs / 2)} before the fault.`;
  const short = [
    ...(sent < LEAST_SENT * wanted ? [`${sentLine} At least ${LEAST_SENT * 100} % are needed.`] : []),
    ...(acknowledged < LEAST_ACKNOWLEDGED
      ? [`${acknowledgedLine} At least ${LEAST_ACKNOWLEDGED} are needed.`]
      : []),
    ...(succeeded.length < LEAST_OK * ended.length
      ? [`${okLine} At least ${LEAST_OK * 100} % are needed.`]
      : []),
    ...(slow > MOST_SLOW * early.length ? [`${slowLine} At most ${MOST_SLOW * 100} % may.`] : []),
  ];
  return short.length > 0 ? inconclusive(...short) : upheld(sentLine, okLine, acknowledgedLine);
}
