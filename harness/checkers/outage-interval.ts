import type { Outage } from '../../reports/model.ts';
import { firstOccasionMs } from '../occasions.ts';
import { operationsOf, outagesOf, SUSTAINED } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms, thousands } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.1.1: the backup takes over by itself. How long that takes is evidence, not a limit. */
export const outageInterval: Checker = {
  name: 'outage-interval',
  question: 'Does the service come back by itself, and how long were users cut off?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Finding {
  const appliedMs = firstOccasionMs(timeline);
  if (appliedMs === null)
    return inconclusive('No fault was applied, so there was nothing to come back from.');
  const writes = operationsOf(timeline, service, 'write').filter(({ outcome }) => outcome === 'ok');
  if (!writes.some(({ atMs }) => atMs < appliedMs))
    return inconclusive('No write succeeded before the fault.');

  const outages = outagesOf(timeline, service, facts);
  const evidence = outages.map(inWords);
  const ofWrites = outages.filter(({ kind }) => kind === 'write');
  if (ofWrites.some(({ censored }) => censored))
    return refuted(
      ...evidence,
      `Writes never again succeeded ${SUSTAINED} times in a row before the load ended.`,
    );
  if (ofWrites.length > 0) return upheld(...evidence);
  const after = writes.filter(({ plannedMs }) => plannedMs >= appliedMs).length;
  return after >= SUSTAINED
    ? upheld(...evidence, `No write failed after the fault (${thousands(after)} succeeded).`)
    : inconclusive(`Only ${thousands(after)} writes succeeded after the fault, too few to tell.`);
}

function inWords({ kind, fromMs, untilMs, censored, probeIntervalMs }: Outage): string {
  const length = `${censored ? 'at least ' : ''}${ms(untilMs - fromMs)}`;
  return `No sustained ${kind} for ${length}, from ${ms(fromMs)} to ${ms(untilMs)}; resolution ${ms(probeIntervalMs)}.`;
}
