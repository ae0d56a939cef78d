import { faultsOf } from '../faults/verification.ts';
import { operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { ms, several, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Without the directory nobody can say whether a password is right: a login is refused, and told why. */
export const loginsByDirectory: Checker = {
  name: 'logins-by-directory',
  question:
    'While the directory is away, is each new login refused with a clear error, and let in before and after?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

interface Outage {
  name: string;
  fromMs: number;
  completeMs: number;
  untilMs: number;
}

function outagesOfDirectory(timeline: Timeline): Outage[] {
  return faultsOf(timeline).flatMap(({ name, appliedMs, completeMs, undoneMs }) =>
    name.startsWith('directory-') && appliedMs !== null && completeMs !== null
      ? [{ name, fromMs: appliedMs, completeMs, untilMs: undoneMs ?? Number.POSITIVE_INFINITY }]
      : [],
  );
}

/** It takes a while to come back; who logs in then may be let in already. */
const RETURNING_MS = 500;
const CLEAR = /directory-down/;

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const outages = outagesOfDirectory(timeline);
  if (outages.length === 0) return inconclusive('The directory was never away.');
  const client = ofKind(timeline, 'client-started').find(({ source }) => source === `client-${service.name}`);
  const sinceMs = client?.atMs ?? 0;
  const logins = operationsOf(timeline, service, 'login').filter(({ plannedMs }) => plannedMs > sinceMs);
  const during = outages.map((outage) => ({
    outage,
    ended: logins.filter(
      ({ plannedMs, atMs }) => plannedMs > outage.completeMs && atMs < outage.untilMs - RETURNING_MS,
    ),
  }));
  const wrong = during.flatMap(({ outage, ended }) =>
    ended
      .filter(({ outcome, detail }) => outcome !== 'failed' || !CLEAR.test(detail))
      .map(
        ({ outcome, detail, atMs }) =>
          `${outage.name}: a login at ${ms(atMs)} ended as ${outcome} (${detail || 'let in'})`,
      ),
  );
  const outside = logins.filter(({ plannedMs, atMs }) =>
    outages.every(({ fromMs, untilMs }) => atMs < fromMs || plannedMs > untilMs),
  );
  const refusedOutside = outside.filter(({ outcome }) => outcome !== 'ok');
  const known = [
    ...during.map(
      ({ outage, ended }) =>
        `${outage.name}: ${several(ended.length, 'login')} refused, for example: ${ended[0]?.detail ?? 'none'}.`,
    ),
    `${several(outside.length, 'login')} let in while it was there.`,
  ];
  if (wrong.length > 0) return refuted(`Without the directory: ${someOf(wrong)}`, ...known);
  if (refusedOutside.length > 0)
    return refuted(
      `With the directory there: ${someOf(refusedOutside.map(({ atMs, detail }) => `${detail} at ${ms(atMs)}`))}`,
      ...known,
    );
  const empty = during.find(({ ended }) => ended.length === 0);
  if (empty !== undefined)
    return inconclusive(`Nobody tried to log in during ${empty.outage.name}.`, ...known);
  const lastUndoneMs = Math.max(...outages.map(({ untilMs }) => untilMs));
  if (!outside.some(({ plannedMs }) => plannedMs > lastUndoneMs))
    return inconclusive('Nobody tried to log in after the directory was back.', ...known);
  return upheld(...known);
}
