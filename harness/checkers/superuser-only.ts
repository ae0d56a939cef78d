import { operationsOf } from '../outage.ts';
import type { ServiceFacts, Timeline } from '../timeline.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { commandsOf, inWords, nextCommandMs } from './commands.ts';

/** Guide 6.9: all of these commands require the superuser. */
export const superuserOnly: Checker = {
  name: 'superuser-only',
  question: 'Are commands of another user refused, with no effect on the service?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const tried = commandsOf(timeline, /^setpriv .*\b(scswitch|scrgadm) /);
  if (tried.length === 0) return inconclusive('Nobody but the superuser typed a command.');
  const findings = tried.map((one) => {
    const untilMs = nextCommandMs(timeline, one);
    const meanwhile = operationsOf(timeline, service, 'write', 'read').filter(
      ({ plannedMs }) => plannedMs >= one.beginMs && plannedMs < untilMs,
    );
    const failed = meanwhile.filter(({ outcome }) => outcome !== 'ok').length;
    return {
      wrong: [
        ...(one.exit !== 0 ? [] : ['It was not refused.']),
        ...(failed <= meanwhile.length / 2
          ? []
          : [`${several(failed, 'operation')} of users failed after it.`]),
      ],
      evidence: [inWords(one), `${several(meanwhile.length, 'operation')} of users until ${ms(untilMs)}.`],
    };
  });
  const wrong = findings.flatMap((finding) => finding.wrong);
  const evidence = findings.flatMap((finding) => finding.evidence);
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
