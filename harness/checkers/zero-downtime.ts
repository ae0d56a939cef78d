import { operationsOf, outagesOf } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { commandsOf } from './commands.ts';
import { patchingsOf } from './upgrades.ts';

/** Guide, table 6-1: a rolling upgrade with zero downtime; yet by 6.1.1 it takes a failover. */
export const zeroDowntime: Checker = {
  name: 'zero-downtime',
  question: 'Is nobody cut off from the first to the last step of a whole rolling upgrade?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Finding {
  const commands = commandsOf(timeline);
  const [first, last] = [commands[0], commands.at(-1)];
  if (first === undefined || last === undefined || patchingsOf(timeline).length === 0)
    return inconclusive('Nothing was upgraded.');
  const during = operationsOf(timeline, service, 'write', 'read').filter(
    ({ plannedMs }) => plannedMs >= first.beginMs,
  );
  if (during.length === 0) return inconclusive('There was no load during the upgrade.');
  const failed = during.filter(({ outcome }) => outcome !== 'ok').length;
  const writes = outagesOf(timeline, service, facts).filter(({ kind }) => kind === 'write');
  const totalMs = writes.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  const evidence = [
    `The upgrade took from ${ms(first.beginMs)} to ${ms(last.endMs)}; ${several(failed, 'operation')} of ${during.length} since it began did not succeed.`,
    ...writes.map(
      ({ fromMs, untilMs, censored, probeIntervalMs }) =>
        `No sustained write for ${censored ? 'at least ' : ''}${ms(untilMs - fromMs)}, from ${ms(fromMs)} to ${ms(untilMs)}; resolution ${ms(probeIntervalMs)}.`,
    ),
  ];
  return failed > 0
    ? refuted(`Users could not write for ${ms(totalMs)} in all.`, ...evidence)
    : upheld(...evidence);
}
