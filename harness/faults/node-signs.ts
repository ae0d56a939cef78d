/** How faults of nodes and of their processes show to the witness and the arrays. Pure. */
import { ofKind, type Timeline } from '../timeline.ts';
import { addressesGoneMs, calendarProcessesSeen, daemonOf, isDownAt } from '../witnessed.ts';
import { ms } from '../wording.ts';
import {
  type DoneFault,
  missing,
  type Signs,
  seen,
  type UndoneFault,
  type Verification,
} from './told-fault.ts';

export const signsOfNodes: Record<string, Signs> = {
  hang: { applied: hangs, undone: wokeUp },
  panic: { applied: panicked },
  reboot: { applied: wentDown, undone: isUpAgain },
  'process-kill': { applied: processDied },
};

/** CPU time that the kernel may still book to a node after it was stopped, in ms. */
const LATE_CPU_MS = 50;

const goneMs = (timeline: Timeline, node: string, fromMs: number) =>
  ofKind(timeline, 'node-gone').find((event) => event.node === node && event.atMs >= fromMs)?.atMs;

const seenMs = (timeline: Timeline, node: string, fromMs: number) =>
  ofKind(timeline, 'node-seen').find((event) => event.node === node && event.atMs >= fromMs)?.atMs;

/** A port of the node that the fault cut itself: what only loses power or hangs leaves its disks alone. */
const portCut = (timeline: Timeline, { target, appliedMs, undoneMs }: DoneFault) =>
  ofKind(timeline, 'port-cut').find(
    ({ node, because, atMs }) =>
      node === target &&
      because === 'fault' &&
      atMs >= appliedMs &&
      atMs <= (undoneMs ?? Number.POSITIVE_INFINITY),
  );

/** Nobody reaches it, and it is still there. */
function hangs(timeline: Timeline, fault: DoneFault): Verification {
  const { target, appliedMs, completeMs, undoneMs } = fault;
  const linksMs = addressesGoneMs(timeline, target, appliedMs);
  if (linksMs === null) return missing(`the witness did not see the addresses of ${target} go`);
  const endMs = goneMs(timeline, target, appliedMs);
  if (endMs !== undefined && endMs <= (undoneMs ?? Number.POSITIVE_INFINITY))
    return missing(`${target} did not hang but was gone at ${ms(endMs)}`);
  const worked = workedMs(timeline, target, completeMs, undoneMs ?? Number.POSITIVE_INFINITY);
  if (worked > LATE_CPU_MS) return missing(`${target} used ${ms(worked)} of CPU time while it should hang`);
  return seen(`addresses gone at ${ms(linksMs)}, the node still there`);
}

/** CPU time that a node used between two moments, as far as the witness' figures from between them tell. */
function workedMs(timeline: Timeline, name: string, fromMs: number, untilMs: number): number {
  const told = ofKind(timeline, 'cpu').filter(
    ({ node, atMs }) => node === name && atMs > fromMs && atMs < untilMs,
  );
  return (told.at(-1)?.cpuMs ?? 0) - (told[0]?.cpuMs ?? 0);
}

/** It is on its networks again, or has gone down since: both are what one does that goes on where it stood. */
function wokeUp(timeline: Timeline, { target, undoneMs }: UndoneFault): Verification {
  const endMs = goneMs(timeline, target, undoneMs);
  if (endMs !== undefined) return seen(`awake at ${ms(undoneMs)}, down by itself at ${ms(endMs)}`);
  const back = ofKind(timeline, 'addresses').find(
    ({ node, addresses, atMs }) => node === target && atMs >= undoneMs && addresses.length > 0,
  );
  if (!back) return missing(`the witness saw no address of ${target} again`);
  return seen(`addresses back at ${ms(back.atMs)}`);
}

/** Gone with a silent network, and its disks left as they were. */
function panicked(timeline: Timeline, fault: DoneFault): Verification {
  const { target, appliedMs } = fault;
  const endMs = goneMs(timeline, target, appliedMs);
  if (endMs === undefined) return missing(`the witness did not see ${target} go`);
  const cut = portCut(timeline, fault);
  if (cut && cut.atMs <= endMs) return missing(`${target}'s port ${cut.device} to ${cut.lun} was cut`);
  const linksMs = addressesGoneMs(timeline, target, appliedMs) ?? endMs;
  return seen(`addresses gone at ${ms(Math.min(linksMs, endMs))}, node gone at ${ms(endMs)}, ports left`);
}

/** It ended with its network up and its disks connected. */
function wentDown(timeline: Timeline, fault: DoneFault): Verification {
  const { target, appliedMs } = fault;
  const endMs = goneMs(timeline, target, appliedMs);
  if (endMs === undefined) return missing(`the witness did not see ${target} go`);
  const linksMs = addressesGoneMs(timeline, target, appliedMs);
  if (linksMs !== null && linksMs < endMs)
    return missing(`the addresses of ${target} were gone at ${ms(linksMs)}, before it had shut down`);
  const cut = portCut(timeline, fault);
  if (cut) return missing(`${target}'s port ${cut.device} to ${cut.lun} was cut`);
  return seen(`down at ${ms(endMs)}, ${ms(endMs - appliedMs)} after it was asked to`);
}

function isUpAgain(timeline: Timeline, { target, undoneMs }: UndoneFault): Verification {
  const upMs = seenMs(timeline, target, undoneMs);
  if (upMs === undefined) return missing(`the witness did not see ${target} boot`);
  return seen(`up again at ${ms(upMs)}`);
}

/** Every process of that name that ran on the node has ended, and the node has not. */
function processDied(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const [node = '', daemon = ''] = target.split('/');
  const victims = calendarProcessesSeen(timeline).filter(
    (span) =>
      span.node === node &&
      daemonOf(span.what) === daemon &&
      span.fromMs <= appliedMs &&
      span.untilMs > appliedMs,
  );
  if (victims.length === 0) return missing(`the witness saw no ${daemon} on ${node} beforehand`);
  const listed = ofKind(timeline, 'processes').filter((event) => event.node === node);
  const diedMs = victims.map(({ what }) => {
    const without = listed.find(
      ({ processes, atMs }) => atMs >= appliedMs && !processes.some(({ pid }) => pid === what.pid),
    );
    return without?.atMs ?? Number.NaN;
  });
  const lastMs = Math.max(...diedMs);
  if (Number.isNaN(lastMs)) return missing(`the witness still sees ${daemon} on ${node}`);
  if (isDownAt(timeline, node, lastMs)) return missing(`${node} went down as a whole`);
  const pids = victims.map(({ what }) => what.pid).join(', ');
  return seen(`process ${pids} gone at ${ms(lastMs)}`);
}
