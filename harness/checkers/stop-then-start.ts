import type { ProcessSeen } from '../../images/common/protocol.ts';
import { firstOccasionMs } from '../occasions.ts';
import { processesOf } from '../served.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { daemonOf, type Seen } from '../witnessed.ts';
import { ms, someOf } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** The witness looks at process tables less often than at the rest: what overlaps for less may not have done so. */
const PROCESS_LOOK_MS = 100;

/** Guide 6.1.1: processes are stopped on one node and started on the other. A crash ends them, which is no stop. */
export const stopThenStart: Checker = {
  name: 'stop-then-start',
  question: 'Had the last process of the old instance been stopped before the first of the new one began?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

type Process = Seen<ProcessSeen>;

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const sinceMs = firstOccasionMs(timeline);
  if (sinceMs === null) return inconclusive('Nothing was done to the cluster.');
  const handOvers = handOversOf(processesOf(timeline, service)).filter(({ beganMs }) => beganMs >= sinceMs);
  if (handOvers.length === 0) return inconclusive('The instance was never seen on another node after that.');
  const findings = handOvers.map((one) => ofHandOver(timeline, one));
  const wrong = findings.filter(({ isWrong }) => isWrong).map(({ line }) => line);
  return wrong.length > 0 ? refuted(...wrong) : upheld(...findings.map(({ line }) => line));
}

interface HandOver {
  from: string;
  to: string;
  /** The first process on the new node. */
  beganMs: number;
  /** Processes of the old instance, from its last begin on. */
  old: Process[];
}

/** Each time that a process appears on another node than the one before it. */
function handOversOf(processes: readonly Process[]): HandOver[] {
  const inOrder = processes.toSorted((a, b) => a.fromMs - b.fromMs);
  return inOrder.flatMap((first, index) => {
    const before = inOrder[index - 1];
    if (before === undefined || before.node === first.node) return [];
    const elsewhere = inOrder.slice(0, index).findLastIndex(({ node }) => node !== before.node);
    const old = inOrder.filter(
      (one, at) => at > elsewhere && one.node === before.node && one.fromMs <= first.fromMs,
    );
    return [{ from: before.node, to: first.node, beganMs: first.fromMs, old }];
  });
}

function ofHandOver(timeline: Timeline, { from, to, beganMs, old }: HandOver) {
  const endedMs = Math.max(...old.map(({ untilMs }) => untilMs));
  const began = `the first on ${to} began at ${ms(beganMs)}`;
  const late = old.filter(({ untilMs }) => untilMs > beganMs + PROCESS_LOOK_MS);
  if (late.length > 0) {
    const names = someOf(late.map(({ what }) => daemonOf(what) ?? what.command));
    return { isWrong: true, line: `On ${from} ${names} went on until ${ms(endedMs)}; ${began}.` };
  }
  // One that is shut down in order goes only when its services are elsewhere.
  const crashed = ofKind(timeline, 'node-gone').some(
    ({ node, atMs }) => node === from && atMs >= endedMs - PROCESS_LOOK_MS && atMs <= beganMs,
  );
  if (crashed)
    return {
      isWrong: true,
      line: `Nothing was stopped on ${from}: its processes ended with it at ${ms(endedMs)}; ${began}.`,
    };
  return { isWrong: false, line: `The last process on ${from} had ended by ${ms(endedMs)}; ${began}.` };
}
