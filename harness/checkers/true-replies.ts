import { operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { several, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** What is reported as done is done: whoever is told that an event was read has got that very event. */
export const trueReplies: Checker = {
  name: 'true-replies',
  question: 'Does every read that succeeds give back the event that was written?',
  scope: 'invariant',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const reads = operationsOf(timeline, service, 'read').filter(({ outcome }) => outcome === 'ok');
  const compared = reads.filter(({ wrong }) => wrong !== undefined);
  const readBack = ofKind(timeline, 'read-back').findLast((event) => event.service === service.name);
  const found = readBack?.found ?? [];
  const wrong = [...compared, ...found].flatMap(({ uid, wrong: what = '' }) =>
    what === '' ? [] : [`${uid}: ${what}`],
  );
  const known = `${several(compared.length, 'read')} and ${several(found.length, 'event')} read back compared with what was written.`;
  if (wrong.length > 0)
    return refuted(`${several(wrong.length, 'event')} came back other than written: ${someOf(wrong)}`, known);
  if (compared.length === 0)
    return inconclusive('No read that succeeded was compared with what was written.');
  return upheld(known);
}
