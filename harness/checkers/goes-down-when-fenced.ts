import { faultsOf } from '../faults/verification.ts';
import { loadEndMs } from '../outage.ts';
import { ofKind, type Timeline } from '../timeline.ts';
import { endMs } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Failfast (SEMANTICS, fencing): a node that wakes up and has lost its disks meanwhile goes down by itself. */
export const goesDownWhenFenced: Checker = {
  name: 'goes-down-when-fenced',
  question: 'Does a node that hung, and was fenced meanwhile, go down by itself once it goes on?',
  scope: 'promise',
  check(timeline) {
    const woken = faultsOf(timeline).flatMap(({ name, target, appliedMs, undoneMs }) =>
      name === 'hang' && appliedMs !== null && undoneMs !== null
        ? [{ node: target, hungMs: appliedMs, wokenMs: undoneMs }]
        : [],
    );
    const fenced = woken.flatMap((one) => {
      const fencedMs = takenMs(timeline, one);
      return fencedMs === undefined ? [] : [{ ...one, fencedMs }];
    });
    if (fenced.length === 0) return inconclusive('No node that hung was fenced before it went on.');
    // When the load has ended, the drill switches all nodes off.
    const untilMs = loadEndMs(timeline) ?? endMs(timeline);
    const findings = fenced.map(({ node, fencedMs, wokenMs }) => {
      const goneMs = ofKind(timeline, 'node-gone').find(
        (event) => event.node === node && event.atMs >= wokenMs && event.atMs <= untilMs,
      )?.atMs;
      const about = `${node} was fenced at ${ms(fencedMs)} and woke up at ${ms(wokenMs)}`;
      if (goneMs !== undefined)
        return { isWrong: false, line: `${about}; it went down ${ms(goneMs - wokenMs)} later.` };
      return { isWrong: true, line: `${about}; it was still up ${ms(untilMs - wokenMs)} later.` };
    });
    const lines = findings.map(({ line }) => line);
    return findings.some(({ isWrong }) => isWrong) ? refuted(...lines) : upheld(...lines);
  },
};

/** When an array first took one of its keys while it hung. */
function takenMs(
  timeline: Timeline,
  { node, hungMs, wokenMs }: { node: string; hungMs: number; wokenMs: number },
): number | undefined {
  return ofKind(timeline, 'preempted').find(
    ({ victim, granted, atMs }) => victim === node && granted && atMs >= hungMs && atMs <= wokenMs,
  )?.atMs;
}
