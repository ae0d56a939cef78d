import { firstOccasionMs } from '../occasions.ts';
import { operationsOf } from '../outage.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { calendarProcessesSeen, daemonOf } from '../witnessed.ts';
import { ms, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.1.1: the backup only waits. Mounts and addresses on it are single-mount's and single-address's business. */
export const backupIdle: Checker = {
  name: 'backup-idle',
  question: 'Does no calendar process run on the backup before the fault?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const fromMs = operationsOf(timeline, service, 'write', 'read')[0]?.plannedMs;
  const untilMs = firstOccasionMs(timeline);
  if (fromMs === undefined || untilMs === null)
    return inconclusive('There was no load, or no fault after it.');

  const running = calendarProcessesSeen(timeline).filter(
    (process) => process.fromMs < untilMs && process.untilMs > fromMs,
  );
  const commandsOn = (name: string) =>
    running.filter(({ node }) => node === name).map(({ what }) => daemonOf(what) ?? what.command);
  const onBackup = commandsOn(service.backup);
  const onPrimary = commandsOn(service.primary);
  const cpu = [service.primary, service.backup].map((node) => cpuInWords(timeline, node, fromMs, untilMs));
  if (onBackup.length > 0) return refuted(`On ${service.backup}: ${someOf(onBackup)}.`, ...cpu);
  if (onPrimary.length === 0)
    return inconclusive(
      `No calendar process was seen on ${service.primary} either, so the witness proves nothing.`,
    );
  return upheld(
    `From ${ms(fromMs)} to ${ms(untilMs)}: none on ${service.backup}; on ${service.primary}: ${someOf(onPrimary)}.`,
    ...cpu,
  );
}

/** CPU time of a node's processes within the window, from the cumulative figures nearest to its two ends. */
function cpuInWords(timeline: Timeline, name: string, fromMs: number, untilMs: number): string {
  const told = ofKind(timeline, 'cpu').filter(({ node, atMs }) => node === name && atMs <= untilMs);
  const first = told.findLast(({ atMs }) => atMs <= fromMs) ?? told[0];
  const last = told.at(-1);
  if (!first || !last || first === last) return `CPU time of ${name}: not measured.`;
  return `CPU time of ${name}: ${ms(last.cpuMs - first.cpuMs)} in ${ms(last.atMs - first.atMs)}.`;
}
