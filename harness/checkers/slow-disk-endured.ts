import { faultsOf } from '../faults/verification.ts';
import { type Operation, operationsOf } from '../outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several, someOf, thousands } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** A slow disk is no dead one: a cluster that moves the service for it makes the wait an outage. */
export const slowDiskEndured: Checker = {
  name: 'slow-disk-endured',
  question: 'On a slow disk: do all operations succeed, more slowly, and does the service stay where it is?',
  scope: 'promise',
  check(timeline, facts) {
    const [fault] = faultsOf(timeline).filter(({ name }) => name === 'slow-array');
    const { appliedMs = null, undoneMs = null } = fault ?? {};
    if (appliedMs === null || undoneMs === null) return inconclusive('No array was slow, and fast again.');
    return overServices(facts, (service) => ofService(timeline, service, { appliedMs, undoneMs }, facts));
  },
};

function ofService(
  timeline: Timeline,
  service: ServiceFacts,
  { appliedMs, undoneMs }: { appliedMs: number; undoneMs: number },
  { load }: DrillFacts,
): Finding {
  const observed = ofKind(timeline, 'observed').findLast(({ service: name }) => name === service.name);
  const all = operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs }) => plannedMs <= (observed?.untilMs ?? 0),
  );
  const before = all.filter(({ atMs }) => atMs < appliedMs);
  const during = all.filter(({ plannedMs, atMs }) => plannedMs > appliedMs && atMs < undoneMs);
  const since = all.filter(({ atMs }) => atMs >= appliedMs);
  const medians = [before, during].map((some) =>
    medianMs(some.filter(({ operation }) => operation === 'write')),
  );
  const [fast = null, slow = null] = medians;
  if (fast === null || slow === null) return inconclusive('No write succeeded before, or while it was slow.');
  const failed = since.filter(({ outcome }) => outcome !== 'ok');
  const owner = before.findLast(({ outcome }) => outcome === 'ok')?.node;
  const elsewhere = since.find(({ outcome, node }) => outcome === 'ok' && node !== owner);
  const evidence = [
    `Half of the writes took less than ${ms(fast)} before, and less than ${ms(slow)} on the slow disk; ${several(since.length, 'operation')} since then.`,
  ];
  const wrong = [
    ...(failed.length === 0
      ? []
      : [
          `${several(failed.length, 'operation')} of ${thousands(since.length)} did not succeed within ${ms(load.timeoutMs)}: ${someOf(failed.map(({ uid, detail }) => `${uid} (${detail})`))}.`,
        ]),
    ...(elsewhere ? [`${owner} served before, and ${elsewhere.node} at ${ms(elsewhere.atMs)}.`] : []),
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}

function medianMs(operations: readonly Operation[]): number | null {
  const took = operations
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ plannedMs, atMs }) => atMs - plannedMs)
    .toSorted((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? null;
}
