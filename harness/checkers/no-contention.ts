import { compareLatencies, comparisonInWords, hostsIn, type Window, windowsOf } from '../measured.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** What a node of the same CPU may be slower by and still be as good: less is noise of one server from one time to the next. */
const NOISE = 1.5;

/** Guide 6.1.1: on the backup, nothing competes with the service. */
export const noContention: Checker = {
  name: 'no-contention',
  question: 'Were clients served as fast by the backup as by the primary before?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, facts, service)),
};

function ofService(timeline: Timeline, facts: DrillFacts, service: ServiceFacts): Finding {
  const on = (node: string): Window | undefined =>
    windowsOf(timeline).find((window) => hostsIn(timeline, facts, window).get(service.name) === node);
  const [before, after] = [on(service.primary), on(service.backup)];
  if (before === undefined || after === undefined)
    return inconclusive(`${service.name} was not measured on both ${service.primary} and ${service.backup}.`);
  const windows = [before, after] as const;
  const compared = compareLatencies(timeline, facts, service, windows, NOISE);
  const line = `On ${service.primary}, then on ${service.backup}: ${comparisonInWords(timeline, service, windows, compared)}.`;
  if (compared.verdict === 'too few') return inconclusive(`${line} Too few to tell.`);
  if (compared.verdict === 'met') return upheld(line);
  if (compared.verdict === 'missed') return refuted(line);
  return inconclusive(`${line} Not decided whether that is more than ${NOISE} times.`);
}
