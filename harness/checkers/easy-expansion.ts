import { operationsOf, outagesOf } from '../outage.ts';
import { type DrillFacts, ofKind, type Timeline } from '../timeline.ts';
import { ms, several } from '../wording.ts';
import { type Checker, type Finding, inconclusive, refuted, upheld } from './checker.ts';
import { commandsOf, hadWithin, inWords, SEEN_LATE_MS } from './commands.ts';

/** A late answer of a busy machine is not the newcomer's doing. */
const MOST_FAILED = 0.01;

/** Guide, table 6-1: N+1 is easy to expand. What it costs the others is what can be measured of that. */
export const easyExpansion: Checker = {
  name: 'easy-expansion',
  question:
    'Does a further node come to serve with its array, while no operation of the other services fails?',
  scope: 'promise',
  check(timeline, facts) {
    const [service] = facts.servicesLater ?? [];
    if (service === undefined) return inconclusive('No service came later.');
    const seen = ofKind(timeline, 'node-seen').findLast(({ node }) => node === service.primary);
    const last = commandsOf(timeline).at(-1);
    if (seen === undefined || last === undefined)
      return inconclusive(`${service.primary} never booted, or nobody configured it.`);
    return ofJoining(timeline, facts, service, seen.atMs, last.endMs);
  },
};

function ofJoining(
  timeline: Timeline,
  facts: DrillFacts,
  service: DrillFacts['services'][number],
  bootedMs: number,
  configuredMs: number,
): Finding {
  const { primary } = service;
  const commands = commandsOf(timeline).filter(({ beginMs }) => beginMs >= bootedMs);
  const failed = commands.filter(({ exit }) => exit !== 0);
  const has = hadWithin(timeline, service, primary, configuredMs, configuredMs + SEEN_LATE_MS);
  const others = facts.services.map((other) => {
    const after = operationsOf(timeline, other, 'write', 'read').filter(
      ({ plannedMs }) => plannedMs >= bootedMs,
    );
    const bad = after.filter(({ outcome }) => outcome !== 'ok').length;
    const longest = Math.max(
      0,
      ...outagesOf(timeline, other, facts).map(({ fromMs, untilMs }) => untilMs - fromMs),
    );
    return { name: other.name, count: after.length, bad, longest };
  });
  if (others.length === 0 || others.some(({ count }) => count === 0))
    return inconclusive('The other services had no load.');
  const served = has.address && has.mounts.length > 0 && has.processes.includes('cshttpd');
  const wrong = [
    ...failed.map(inWords),
    ...(served ? [] : [`The witness did not see ${service.name} whole on ${primary}.`]),
    ...others
      .filter(({ bad, count }) => bad > count * MOST_FAILED)
      .map(
        ({ name, bad, longest }) =>
          `${several(bad, 'operation')} of ${name} did not succeed; outage ${ms(longest)}.`,
      ),
  ];
  const evidence = [
    `${primary} booted at ${ms(bootedMs)}; ${several(commands.length, 'command')} until ${ms(configuredMs)}; then ${has.processes.join(', ') || 'no process'} on it.`,
    ...others.map(
      ({ name, count, bad }) => `${name}: ${several(count, 'operation')} since, ${bad} without success.`,
    ),
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}
