import { type Span, withoutDisk } from '../array-losses.ts';
import { mergeVerdicts } from '../guide/verdicts.ts';
import { operationsOf, outagesOf } from '../outage.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.1.1: with its only array gone the service has nowhere to go; with the array back, it is there again. */
export const downUntilArrayReturns: Checker = {
  name: 'down-until-array-returns',
  question: 'Does a service take no writes while no array has its store, and does it again once one is back?',
  scope: 'promise',
  check(timeline, facts) {
    const findings = facts.services.flatMap((service) =>
      withoutDisk(timeline, service).map((span) => ofSpan(timeline, service, span, facts)),
    );
    if (findings.length === 0) return inconclusive('No service was ever without all of its arrays.');
    return {
      verdict: mergeVerdicts(findings.map(({ verdict }) => verdict)),
      evidence: findings.flatMap(({ evidence }) => evidence),
    };
  },
};

function ofSpan(timeline: Timeline, service: ServiceFacts, span: Span, facts: DrillFacts): Finding {
  const { fromMs, untilMs } = span;
  const { name } = service;
  const gone = `${name}: no array had its store from ${ms(fromMs)}`;
  if (untilMs === null) return inconclusive(`${gone} until the end of the drill.`);
  const served = (kind: 'write' | 'read') =>
    operationsOf(timeline, service, kind).filter(
      ({ outcome, plannedMs, atMs }) => outcome === 'ok' && plannedMs > fromMs && atMs < untilMs,
    );
  const [writes, reads] = [served('write'), served('read')];
  const wholly = `${gone} to ${ms(untilMs)}`;
  if (writes.length > 0)
    return refuted(
      `${wholly}, and yet ${several(writes.length, 'write')} in that time succeeded: ${someOf(writes.map(({ uid }) => uid))}.`,
    );
  const evidence = [
    `${wholly}; no write in that time succeeded, and ${several(reads.length, 'read')} did, from memory.`,
  ];
  const outage = outagesOf(timeline, service, facts).find(
    (one) => one.kind === 'write' && (one.censored || one.untilMs >= untilMs),
  );
  if (outage === undefined) return inconclusive(...evidence, `${name}: its clients were never cut off.`);
  if (outage.censored)
    return refuted(
      ...evidence,
      `${name}: an array was back at ${ms(untilMs)}, and no write succeeded after it.`,
    );
  const commands = ofKind(timeline, 'command').filter(
    ({ stage, atMs }) => stage === 'begin' && atMs >= fromMs && atMs <= outage.untilMs,
  );
  const by =
    commands.length === 0
      ? 'by itself'
      : `after an operator typed ${commands.map(({ line }) => line).join(', ')}`;
  return upheld(
    ...evidence,
    `${name}: writes succeeded again ${ms(outage.untilMs - untilMs)} after the array was back, ${by}.`,
  );
}
