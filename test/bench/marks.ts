/** An interruption cut into phases, each named by the mark that ends it. Pure. */
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { CutOff } from './outage.ts';
import type { Mark } from './side.ts';

export interface Phase {
  name: string;
  ms: number;
}

/** What ends the last phase: clients are served again. */
export const SERVED = 'served again';

/** The phases follow each other without a gap and add up to the interruption. A mark that was never seen has none. */
export function phasesBetween(
  events: readonly TimelineEvent[],
  marks: readonly Mark[],
  beganMs: number,
  { fromMs, untilMs }: Pick<CutOff, 'fromMs' | 'untilMs'>,
): Phase[] {
  const after = events.filter(({ atMs }) => atMs >= Math.min(beganMs, fromMs));
  const reached = marks.flatMap(({ name, shows }) => {
    const atMs = after.find(shows)?.atMs;
    return atMs === undefined ? [] : [{ name, atMs }];
  });
  const phases: Phase[] = [];
  let reachedMs = fromMs;
  for (const { name, atMs } of reached.toSorted((a, b) => a.atMs - b.atMs)) {
    const endMs = Math.min(Math.max(atMs, fromMs), untilMs);
    phases.push({ name, ms: endMs - reachedMs });
    reachedMs = endMs;
  }
  return [...phases, { name: SERVED, ms: untilMs - reachedMs }];
}
