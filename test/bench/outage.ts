/** One interruption of the service as its client saw it. Pure. */
import { interruptions, type Operation, SUSTAINED } from '../../harness/outage.ts';

export interface CutOff {
  /** From the last acknowledgement before to the first of a row of them after, in ms since the recording began. */
  fromMs: number;
  untilMs: number;
  /** True when the service had not come back by the end. */
  censored: boolean;
  /** How often it went away and came back; more than once on a machine that others keep busy. */
  times: number;
  /** Requests of it that got no success. */
  failed: number;
}

/**
 * The longest interruption after `beganMs`, by the project's own rule, in requests planned until `untilMs`: a busy
 * machine may have a hiccup of its own before. A move so quick that every request was answered late but in time is told by the longest silence instead.
 */
export function cutOff(
  operations: readonly Operation[],
  beganMs: number,
  untilMs: number,
  timeoutMs: number,
): CutOff {
  const planned = operations
    .filter(({ plannedMs }) => plannedMs <= untilMs)
    .toSorted((a, b) => a.plannedMs - b.plannedMs);
  const endMs = Math.max(untilMs, ...planned.map(({ atMs }) => atMs));
  const found = interruptions(planned, beganMs, timeoutMs, endMs);
  const [longest] = found.toSorted((a, b) => b.untilMs - b.fromMs - (a.untilMs - a.fromMs));
  const interval = longest ?? { ...longestSilence(planned, beganMs), censored: false };
  const failed = planned.filter(
    ({ outcome, plannedMs }) =>
      outcome !== 'ok' && plannedMs >= interval.fromMs - timeoutMs && plannedMs <= interval.untilMs,
  ).length;
  return { ...interval, times: found.length, failed };
}

function longestSilence(
  operations: readonly Operation[],
  beganMs: number,
): { fromMs: number; untilMs: number } {
  const answered = operations
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
  let longest = { fromMs: beganMs, untilMs: beganMs };
  for (const [index, untilMs] of answered.entries()) {
    const fromMs = answered[index - 1];
    if (fromMs === undefined || untilMs < beganMs) continue;
    if (untilMs - fromMs > longest.untilMs - longest.fromMs) longest = { fromMs, untilMs };
  }
  return longest;
}

/**
 * Up to which planned moment the service is known to serve in a row: of the requests planned from `fromMs` on with
 * none unanswered in between, the last ones all succeeded, and they were planned after `notBeforeMs`. Else null.
 */
export function servedInRow(
  operations: readonly Operation[],
  fromMs: number,
  notBeforeMs: number,
  periodMs: number,
): number | null {
  const planned = operations
    .filter(({ plannedMs }) => plannedMs > fromMs)
    .toSorted((a, b) => a.plannedMs - b.plannedMs);
  const gap = planned.findIndex(
    ({ plannedMs }, index) => plannedMs - (planned[index - 1]?.plannedMs ?? fromMs) > periodMs * 1.5,
  );
  const row = (gap === -1 ? planned : planned.slice(0, gap)).slice(-SUSTAINED);
  const served = row.length === SUSTAINED && row.every(({ outcome }) => outcome === 'ok');
  const [first, last] = [row[0], row.at(-1)];
  return served && first && last && first.plannedMs >= notBeforeMs ? last.plannedMs : null;
}

/** What became of the acknowledged requests, by the ids that were found. */
export interface Durability {
  acknowledged: number;
  lost: number;
  duplicated: number;
}

export function durability(operations: readonly Operation[], found: readonly string[]): Durability {
  const times = new Map<string, number>();
  for (const id of found) times.set(id, (times.get(id) ?? 0) + 1);
  const acknowledged = operations.filter(({ outcome }) => outcome === 'ok').map(({ uid }) => uid);
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((id) => !times.has(id)).length,
    duplicated: acknowledged.filter((id) => (times.get(id) ?? 0) > 1).length,
  };
}
