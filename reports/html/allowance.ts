/** How much of its logs each drill may show: what keeps a run of many drills small enough to open. */
import { differs } from '../format.ts';
import type { DrillResult } from '../model.ts';

/** Lines of one log. */
const MOST = 150;
const LEAST = 6;
/** Lines in the whole page: with about 120 bytes each, an eighth of the three megabytes that a page may have. */
const ALL = 3200;
/** Who looks into a log looks into one of a drill that differs. */
const WEIGHT_OF_DIFFERING = 4;

/** How many lines of each log of a drill are shown. */
export function logLinesOf(drills: readonly DrillResult[]): (drill: DrillResult) => number {
  const weight = (drill: DrillResult) => (differs(drill) ? WEIGHT_OF_DIFFERING : 1);
  const whole = drills.reduce((sum, drill) => sum + weight(drill) * drill.logs.length, 0);
  return (drill) => {
    const fair = Math.floor((ALL * weight(drill)) / Math.max(1, whole));
    return Math.max(LEAST, Math.min(MOST, fair));
  };
}
