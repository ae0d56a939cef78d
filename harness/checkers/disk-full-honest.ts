import { faultsOf } from '../faults/verification.ts';
import { operationsOf, SUSTAINED } from '../outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several, thousands } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';

/** WCAP: the store failed. */
const STORE_FAILED = 'WCAP error 14';

/** What a full disk may mean to users: that they are told so, can still read, and can write once there is room. */
export const diskFullHonest: Checker = {
  name: 'disk-full-honest',
  question:
    'On a full disk: is what cannot be written refused with error 14 and nothing else, can users read on, and write once there is room?',
  scope: 'promise',
  check(timeline, facts) {
    const [fault] = faultsOf(timeline).filter(({ name }) => name === 'disk-full');
    const full = ofKind(timeline, 'room').find(
      (event) => event.full && event.atMs >= (fault?.appliedMs ?? Number.POSITIVE_INFINITY),
    );
    const again = ofKind(timeline, 'room').find(
      (event) => !event.full && event.atMs >= (fault?.undoneMs ?? Number.POSITIVE_INFINITY),
    );
    if (!full || !again) return inconclusive('No disk was seen full and then with room again.');
    const service = facts.services.find(({ mountPoint }) => mountPoint === full.point);
    if (!service) return inconclusive(`No service has its store at ${full.point}.`);
    return ofService(
      timeline,
      service,
      { fromMs: full.atMs, untilMs: fault?.undoneMs ?? again.atMs, againMs: again.atMs },
      facts,
    );
  },
};

function ofService(
  timeline: Timeline,
  service: ServiceFacts,
  { fromMs, untilMs, againMs }: { fromMs: number; untilMs: number; againMs: number },
  { load }: DrillFacts,
): Finding {
  const all = operationsOf(timeline, service, 'write', 'read');
  const during = all.filter(({ plannedMs, atMs }) => plannedMs >= fromMs && atMs <= untilMs);
  const writes = during.filter(({ operation }) => operation === 'write');
  const reads = during.filter(({ operation }) => operation === 'read');
  const refusals = writes.filter(({ detail }) => detail === STORE_FAILED);
  if (refusals.length === 0)
    return inconclusive(`None of ${several(writes.length, 'write')} on the full disk was refused.`);
  const odd = writes.filter(({ outcome, detail }) => outcome !== 'ok' && detail !== STORE_FAILED);
  const unread = reads.filter(({ outcome }) => outcome !== 'ok');
  const observed = ofKind(timeline, 'observed').findLast(({ service: name }) => name === service.name);
  // What was on its way when room was made may still have been refused for want of it.
  const later = all.filter(
    ({ plannedMs }) => plannedMs > againMs + load.timeoutMs / 2 && plannedMs <= (observed?.untilMs ?? 0),
  );
  const refused = later.filter(({ outcome }) => outcome !== 'ok');
  const wrong = [
    ...odd.slice(0, 3).map(({ uid, detail }) => `Write ${uid} on the full disk ended with "${detail}".`),
    ...unread.slice(0, 3).map(({ uid, detail }) => `Read of ${uid} on the full disk ended with "${detail}".`),
    ...(refused.length === 0
      ? []
      : [
          `${several(refused.length, 'operation')} of ${thousands(later.length)} did not succeed though there was room since ${ms(againMs)}.`,
        ]),
  ];
  const evidence = [
    `Full from ${ms(fromMs)} to ${ms(untilMs)}: ${several(refusals.length, 'write')} of ${thousands(writes.length)} refused with error 14, the others stored; all of ${several(reads.length, 'read')} answered.`,
    `With room again: all of ${several(later.length, 'operation')} succeeded.`,
  ];
  if (wrong.length > 0) return refuted(...wrong);
  return later.length < SUSTAINED
    ? inconclusive(`Only ${several(later.length, 'operation')} came after there was room.`)
    : upheld(...evidence);
}
