import { outagesOf } from '../outage.ts';
import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { commandsOf, inWords } from './commands.ts';
import { answeredBy, movesOf, patchingsOf, servedSpans } from './upgrades.ts';

/** Guide 6.1.2: programs on the shared disk are one copy, which goes where the service goes. */
export const noRollingUpgrade: Checker = {
  name: 'no-rolling-upgrade',
  question:
    'Do users pay more for an upgrade of programs on the shared disk than the switchovers of a rolling one?',
  scope: 'promise',
  check(timeline, facts) {
    const upgraded = facts.services.find((service) => movesOf(timeline, service).length > 0);
    return upgraded === undefined
      ? inconclusive('No service was moved for an upgrade.')
      : ofService(timeline, upgraded, facts);
  },
};

function ofService(timeline: Timeline, service: ServiceFacts, facts: DrillFacts): Finding {
  const versions = new Set(answeredBy(timeline, service).map(({ version }) => version));
  if (patchingsOf(timeline).length === 0 || versions.size < 2)
    return inconclusive(
      `The upgrade never reached users: ${[...versions].join(', ') || 'no version'} answered.`,
    );
  const outages = outagesOf(timeline, service, facts).filter(({ kind }) => kind === 'write');
  const stopped = stoppedFor(timeline);
  const told = outages.map(({ fromMs, untilMs }) => ({
    lengthMs: untilMs - fromMs,
    fromMs,
    isExtra: stopped.some(({ beginMs, endMs }) => beginMs <= untilMs && endMs >= fromMs),
  }));
  const evidence = [
    ...commandsOf(timeline, /^patchadd /).map(inWords),
    ...told.map(
      ({ lengthMs, fromMs, isExtra }) =>
        `No sustained write for ${ms(lengthMs)} from ${ms(fromMs)}: ${isExtra ? 'stop, installation and start' : 'no step of the installation'}.`,
    ),
    ...servedSpans(timeline, service).map(
      ({ node, version, fromMs }) => `${version} on ${node} from ${ms(fromMs)}.`,
    ),
  ];
  const more = told.filter(({ isExtra }) => isExtra);
  return more.length > 0
    ? upheld('The service had to be stopped for the installation, beside the switchovers.', ...evidence)
    : refuted('The switchovers alone brought the new version.', ...evidence);
}

/** From each time that the service was disabled until it was enabled again. */
function stoppedFor(timeline: Timeline): { beginMs: number; endMs: number }[] {
  const starts = commandsOf(timeline, /^scswitch -e -j /);
  return commandsOf(timeline, /^scswitch -n -j /).map(({ beginMs }) => ({
    beginMs,
    endMs: starts.find((start) => start.beginMs > beginMs)?.endMs ?? Number.POSITIVE_INFINITY,
  }));
}
