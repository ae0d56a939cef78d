import { firstOccasionMs } from '../occasions.ts';
import { operationsOf } from '../outage.ts';
import { type DrillFacts, ofKind, type Timeline } from '../timeline.ts';
import { ms, several, thousands } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** A node that only waits uses less than this part of what the least busy of the others does. */
const IDLE_SHARE = 0.5;
/** Of the planned load: with less, the cluster's own work is all that is compared. */
const LEAST_LOAD = 0.5;

/** Guide 6.1.1 and 6.1.3: one node idles for one that works, or for N of them. By CPU time, as the kernel counts it. */
export const idleRatio: Checker = {
  name: 'idle-ratio',
  question: 'Does exactly the backup idle, while all others work?',
  scope: 'promise',
  check(timeline, facts) {
    const { nodes, services, load } = facts;
    const [fromMs, untilMs] = windowOf(timeline, facts);
    if (untilMs === null) return inconclusive('There was no load, or nothing was done after it.');
    const planned = (services.length * load.ratePerSecond * (untilMs - fromMs)) / 1000;
    const sent = services
      .flatMap((service) => operationsOf(timeline, service, 'write', 'read'))
      .filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < untilMs).length;
    if (sent < LEAST_LOAD * planned)
      return inconclusive(`Too little work: ${several(sent, 'operation')} of ${thousands(planned)}.`);
    const used = nodes.map((node) => ({ node, ...cpuOf(timeline, node, fromMs, untilMs) }));
    const unknown = used.filter(({ share }) => share === null).map(({ node }) => node);
    if (unknown.length > 0) return inconclusive(`CPU time was not measured: ${unknown.join(', ')}.`);
    const primaries = new Set(services.map(({ primary }) => primary));
    const shareOf = ({ share }: { share: number | null }) => share ?? 0;
    const least = Math.min(...used.filter(({ node }) => primaries.has(node)).map(shareOf));
    const idle = used.filter((one) => shareOf(one) < IDLE_SHARE * least).map(({ node }) => node);
    const waiting = nodes.filter((node) => !primaries.has(node));
    const lines = used.map(({ node, line }) => `CPU time of ${node}: ${line}.`);
    const busy = waiting.filter((node) => !idle.includes(node));
    if (busy.length > 0) return refuted(`${busy.join(', ')} had work to do.`, ...lines);
    return upheld(`Idle ratio ${waiting.length}:${primaries.size}.`, ...lines);
  },
};

/** From when all services have load to the first thing that is done. */
function windowOf(timeline: Timeline, { services }: DrillFacts): [number, number | null] {
  const begins = services.map(
    (service) => operationsOf(timeline, service, 'write', 'read')[0]?.plannedMs ?? Number.POSITIVE_INFINITY,
  );
  const fromMs = Math.max(...begins);
  const untilMs = firstOccasionMs(timeline);
  return [fromMs, Number.isFinite(fromMs) && untilMs !== null && untilMs > fromMs ? untilMs : null];
}

/** From the witness' cumulative figures within the window, which come once a second. */
function cpuOf(
  timeline: Timeline,
  name: string,
  fromMs: number,
  untilMs: number,
): { share: number | null; line: string } {
  const told = ofKind(timeline, 'cpu').filter(
    ({ node, atMs }) => node === name && atMs >= fromMs && atMs <= untilMs,
  );
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || first === last) return { share: null, line: 'not measured' };
  const [cpuMs, lengthMs] = [last.cpuMs - first.cpuMs, last.atMs - first.atMs];
  return { share: cpuMs / lengthMs, line: `${ms(cpuMs)} in ${ms(lengthMs)}` };
}
