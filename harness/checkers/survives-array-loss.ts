import { type ArrayLoss, arrayLossesOf, arraysUnder, withoutDisk } from '../array-losses.ts';
import { mergeVerdicts } from '../guide/verdicts.ts';
import { operationsOf, outagesOf } from '../outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { calendarProcessesSeen } from '../witnessed.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.2: with one array lost, the service goes on from the other one's copy, on its backup if its node is lost too. */
export const survivesArrayLoss: Checker = {
  name: 'survives-array-loss',
  question:
    'Does a mirrored service outlive the loss of one array: where it is, or on its backup if its node went too?',
  scope: 'promise',
  check(timeline, facts) {
    const findings = facts.services.flatMap((service) => {
      const under = arraysUnder(service);
      const losses = arrayLossesOf(timeline).filter(({ array }) => under.includes(array));
      if (under.length < 2 || withoutDisk(timeline, service).length > 0) return [];
      return losses.map((loss, index) =>
        ofLoss(timeline, service, loss, losses[index + 1]?.lostMs ?? Number.POSITIVE_INFINITY, facts),
      );
    });
    if (findings.length === 0) return inconclusive('No service lost one of two arrays and kept the other.');
    return {
      verdict: mergeVerdicts(findings.map(({ verdict }) => verdict)),
      evidence: findings.flatMap(({ evidence }) => evidence),
    };
  },
};

function ofLoss(
  timeline: Timeline,
  service: ServiceFacts,
  { array, lostMs }: ArrayLoss,
  untilMs: number,
  facts: DrillFacts,
): Finding {
  const { name } = service;
  const writes = operationsOf(timeline, service, 'write').filter(({ atMs }) => atMs < untilMs);
  const owner = writes.findLast(({ outcome, atMs }) => outcome === 'ok' && atMs < lostMs)?.node ?? '';
  const gone = ofKind(timeline, 'node-gone').find(
    ({ node, atMs }) => node === owner && atMs < untilMs && atMs > lostMs - facts.load.timeoutMs,
  );
  const after = writes.filter(({ plannedMs, outcome }) => plannedMs > lostMs && outcome === 'ok');
  const what = `${name}: array ${array} was lost at ${ms(lostMs)}`;
  if (after.length === 0) {
    const observed = ofKind(timeline, 'observed').some(
      (event) => event.service === name && event.untilMs > lostMs,
    );
    return observed
      ? refuted(`${what}, and no write succeeded after it.`)
      : inconclusive(`${what}; nobody looked on.`);
  }
  const outages = outagesOf(timeline, service, facts).filter(
    (one) => one.kind === 'write' && one.untilMs > lostMs && one.fromMs < untilMs,
  );
  const noticed =
    outages.length === 0
      ? 'no client was cut off'
      : `clients could not write for ${outages.map((one) => ms(one.untilMs - one.fromMs)).join(' and ')}`;
  const slowestMs = Math.max(...after.map(({ plannedMs, atMs }) => atMs - plannedMs));
  const summary = `${what}${gone ? `, and ${owner} was gone at ${ms(gone.atMs)}` : ''}; ${noticed}; ${several(after.length, 'write')} succeeded after it, the slowest in ${ms(slowestMs)}.`;
  if (outages.some(({ censored }) => censored)) return refuted(summary, `${name} was never served again.`);
  if (gone) return upheld(summary);
  const elsewhere = after.find(({ node }) => node !== owner);
  if (elsewhere)
    return refuted(
      summary,
      `${name}: its node ${owner} was up, and yet ${elsewhere.node} served at ${ms(elsewhere.atMs)}.`,
    );
  const restarted = calendarProcessesSeen(timeline).find(
    ({ node, fromMs }) => node === owner && fromMs > lostMs && fromMs < untilMs,
  );
  if (restarted && outages.length > 0)
    return refuted(summary, `${name}: a part of it had to be started again at ${ms(restarted.fromMs)}.`);
  return upheld(summary);
}
