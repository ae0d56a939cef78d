import { hostsIn, servedIn, windowsOf } from '../measured.ts';
import { firstOccasionMs } from '../occasions.ts';
import type { DrillFacts, Timeline } from '../timeline.ts';
import { ms, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.2: both nodes are active, each with an instance of its own. */
export const bothActive: Checker = {
  name: 'both-active',
  question: 'Did every service serve at the same time, each from a node of its own?',
  scope: 'promise',
  check(timeline: Timeline, facts: DrillFacts) {
    const untilMs = firstOccasionMs(timeline) ?? Number.POSITIVE_INFINITY;
    const window = windowsOf(timeline).find((one) => one.untilMs <= untilMs);
    if (window === undefined) return inconclusive('No time before the first occasion was measured.');
    if (facts.services.length < 2) return inconclusive('There are no two services.');
    const hosts = hostsIn(timeline, facts, window);
    const lines = facts.services.map((service) => ({
      service,
      served: servedIn(timeline, service, window),
      host: hosts.get(service.name),
    }));
    const evidence = lines.map(
      ({ service, served, host }) =>
        `${service.name}: ${thousands(served)} operations served by ${host ?? 'no one node'} from ${ms(window.fromMs)} to ${ms(window.untilMs)}.`,
    );
    const isApart = new Set(hosts.values()).size === facts.services.length;
    return isApart && lines.every(({ served }) => served > 0) ? upheld(...evidence) : refuted(...evidence);
  },
};
