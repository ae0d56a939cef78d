import { outagesOf } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { several, someOf, thousands } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { type Ledger, ledgerOf } from './ledger.ts';

/** The invariant behind every model of guide 6.1: what a user was told is stored stays stored, once. */
export const acknowledgedWrites: Checker = {
  name: 'acknowledged-writes',
  question:
    'Is every acknowledged write there afterwards, exactly once, and no write that was reported as failed?',
  scope: 'invariant',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Finding {
  const ledger = ledgerOf(timeline, service);
  if (ledger.acknowledged.length === 0) return inconclusive('No write was acknowledged.');
  if (ledger.volume === null)
    return inconclusive(`Nobody read ${service.luns.join(' or ')} after the drill.`);
  if (ledger.volume.problem !== '')
    return refuted(`${service.luns.join(' and ')} cannot be read: ${ledger.volume.problem}`);

  const wrong = violations(ledger);
  const known = tally(ledger);
  if (wrong.length > 0) return refuted(...wrong, ...known);
  const problem = ledger.readBack === null ? 'nobody read back' : ledger.readBack.problem;
  if (problem === '') return upheld(...known);
  // A service that never came back cannot be asked, but its volume can.
  const cameBack = !outagesOf(timeline, service, facts).some(
    ({ kind, censored }) => kind === 'write' && censored,
  );
  const line = `Through the service: ${problem}`;
  return cameBack ? inconclusive(line, ...known) : upheld(`${line}; judged by the volume alone.`, ...known);
}

function violations(ledger: Ledger): string[] {
  const kinds: [string[], string][] = [
    [ledger.missingInService, 'acknowledged but missing when read back through the service'],
    [ledger.missingOnVolume, 'acknowledged but missing on the volumes'],
    [ledger.duplicated, 'applied more than once'],
    [ledger.failedButApplied, 'reported as failed but applied'],
  ];
  return kinds
    .filter(([uids]) => uids.length > 0)
    .map(([uids, what]) => `${several(uids.length, 'write')} ${what}: ${someOf(uids)}`);
}

function tally({ acknowledged, stable, indeterminate, indeterminateFound }: Ledger): string[] {
  return [
    `${several(acknowledged.length, 'write')} acknowledged, ${thousands(stable.length)} of them found exactly once.`,
    `${several(indeterminate.length, 'write')} without a clear outcome, ${thousands(indeterminateFound.length)} of them found.`,
  ];
}
