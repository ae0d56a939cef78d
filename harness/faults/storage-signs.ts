/** How faults of the storage show to others: arrays tell, and the witness sees what the kernel makes of it. Pure. */
import { portsAt } from '../ports.ts';
import { ofKind, type Timeline } from '../timeline.ts';
import { ms } from '../wording.ts';
import type { DoneFault, Signs, Verification } from './told-fault.ts';

export const signsOfStorage: Record<string, Signs> = {
  'array-loss': { applied: arrayLost, undone: arrayBack },
  'port-cut': { applied: portWasCut, undone: portRenewed },
  'slow-array': { applied: arraySlow, undone: arrayFast },
  'disk-full': { applied: diskFull, undone: roomAgain },
};

type Undone = DoneFault & { undoneMs: number };

const seen = (detail: string): Verification => ({ verified: true, detail });
const missing = (detail: string): Verification => ({ verified: false, detail });

/** The array says so, and whoever opens one of its disks gets an error. */
function arrayLost(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const told = ofKind(timeline, 'array-lost').find(
    ({ source, atMs }) => source === target && atMs >= appliedMs,
  );
  if (!told) return missing(`array ${target} did not say that it was lost`);
  const before = disksAt(timeline, target, appliedMs);
  if (before !== true) return missing(`the witness could not read the disks of ${target} beforehand`);
  const failed = disksFrom(timeline, target, appliedMs, false);
  if (failed === undefined) return missing(`the disks of ${target} could still be read, as the witness saw`);
  return seen(`array lost at ${ms(told.atMs)}, its disks could not be read from ${ms(failed)} on`);
}

function arrayBack(timeline: Timeline, { target, appliedMs, undoneMs }: Undone): Verification {
  const told = ofKind(timeline, 'array-back').find(
    ({ source, atMs }) => source === target && atMs >= undoneMs,
  );
  if (!told) return missing(`array ${target} did not say that it was back`);
  const read = disksFrom(timeline, target, undoneMs, true);
  if (read === undefined)
    return missing(`the disks of ${target} could still not be read, as the witness saw`);
  const waiting = withoutPort(timeline, target, appliedMs, undoneMs);
  if (waiting.length > 0) return missing(`no new port to ${target} for ${waiting.join(', ')} yet`);
  return seen(`array back at ${ms(told.atMs)}, its disks could be read from ${ms(read)} on`);
}

/** Nodes that are up, had a port to a LUN of the array when it was lost, and have not got a new one since it is back. */
function withoutPort(timeline: Timeline, array: string, lostMs: number, backMs: number): string[] {
  const had = portsAt(timeline, lostMs).filter(({ lun, cut }) => lun.startsWith(`${array}/`) && !cut);
  const fresh = ofKind(timeline, 'port-attached').filter(({ atMs }) => atMs >= backMs);
  const waiting = had.filter(
    ({ node, lun }) => isUp(timeline, node) && !fresh.some((port) => port.node === node && port.lun === lun),
  );
  return [...new Set(waiting.map(({ node }) => node))];
}

function isUp(timeline: Timeline, node: string): boolean {
  const last = timeline.findLast(
    (event) => (event.kind === 'node-seen' || event.kind === 'node-gone') && event.node === node,
  );
  return last?.kind === 'node-seen';
}

function disksAt(timeline: Timeline, array: string, atMs: number): boolean | undefined {
  return ofKind(timeline, 'disks').findLast((event) => event.array === array && event.atMs <= atMs)?.readable;
}

function disksFrom(timeline: Timeline, array: string, fromMs: number, readable: boolean): number | undefined {
  return ofKind(timeline, 'disks').find(
    (event) => event.array === array && event.atMs >= fromMs && event.readable === readable,
  )?.atMs;
}

const portOf = (target: string) => target.split(':') as [node: string, lun: string];

/** The array cut it; and if something was mounted through it, the witness saw that this takes no more writes. */
function portWasCut(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const [node, lun] = portOf(target);
  const open = portsAt(timeline, appliedMs).filter(
    (port) => port.node === node && port.lun === lun && !port.cut,
  );
  if (open.length === 0) return missing(`${node} had no port to ${lun} that could be cut`);
  const cuts = ofKind(timeline, 'port-cut').filter(
    (event) =>
      event.node === node && event.lun === lun && event.because === 'fault' && event.atMs >= appliedMs,
  );
  const uncut = open.find(({ device }) => !cuts.some((cut) => cut.device === device));
  if (uncut) return missing(`the array did not see the fault cut ${node}'s port ${uncut.device} to ${lun}`);
  const last = Math.max(...cuts.map(({ atMs }) => atMs));
  const isThrough = ({ device }: { device: string }) => open.some((port) => port.device === device);
  const mounts = ofKind(timeline, 'mounts').filter((event) => event.node === node);
  const before = mounts.findLast(({ atMs }) => atMs <= appliedMs)?.mounts.filter(isThrough) ?? [];
  if (before.length === 0) return seen(`port cut at ${ms(last)}, nothing was mounted through it`);
  const dead = mounts.find(
    (event) =>
      event.atMs >= appliedMs && event.mounts.filter(isThrough).every(({ cut, readOnly }) => cut && readOnly),
  );
  if (!dead)
    return missing(`the witness still saw ${before[0]?.point} on ${node} as if nothing had happened`);
  return seen(`port cut at ${ms(last)}, seen on what was mounted through it at ${ms(dead.atMs)}`);
}

function portRenewed(timeline: Timeline, { target, undoneMs }: Undone): Verification {
  const [node, lun] = portOf(target);
  const fresh = ofKind(timeline, 'port-attached').find(
    (event) => event.node === node && event.lun === lun && event.atMs >= undoneMs,
  );
  if (!fresh) return missing(`${node} got no new port to ${lun}`);
  const cut = portsAt(timeline, fresh.atMs).find(
    (port) => port.node === node && port.lun === lun && port.cut,
  );
  if (cut) return missing(`${node} still had the cut port ${cut.device} to ${lun}`);
  return seen(`new port ${fresh.device} at ${ms(fresh.atMs)}`);
}

const placeOf = (target: string) => target.split(':') as [node: string, point: string];

function roomFrom(timeline: Timeline, target: string, fromMs: number, full: boolean) {
  const [node, point] = placeOf(target);
  return ofKind(timeline, 'room').find(
    (event) => event.node === node && event.point === point && event.atMs >= fromMs && event.full === full,
  );
}

function diskFull(timeline: Timeline, { target, appliedMs }: DoneFault): Verification {
  const [node, point] = placeOf(target);
  const before = ofKind(timeline, 'room').findLast(
    (event) => event.node === node && event.point === point && event.atMs <= appliedMs,
  );
  if (before === undefined) return missing(`the witness did not look at the room of ${target} beforehand`);
  if (before.full) return missing(`${target} was full already`);
  const full = roomFrom(timeline, target, appliedMs, true);
  if (!full) return missing(`the witness still saw room on ${target}`);
  return seen(`${before.freeBytes} bytes free before, ${full.freeBytes} at ${ms(full.atMs)}`);
}

function roomAgain(timeline: Timeline, { target, undoneMs }: Undone): Verification {
  const again = roomFrom(timeline, target, undoneMs, false);
  if (!again) return missing(`the witness saw no room on ${target} again`);
  return seen(`${again.freeBytes} bytes free again at ${ms(again.atMs)}`);
}

/** So many blocks in a row, each slower than any before, are a slow disk and no busy machine. */
const SLOW_IN_A_ROW = 3;

function speeds(timeline: Timeline, array: string, fromMs: number, untilMs = Number.POSITIVE_INFINITY) {
  return ofKind(timeline, 'disk-speed').filter(
    (event) => event.array === array && event.atMs >= fromMs && event.atMs <= untilMs,
  );
}

const least = (some: readonly { tookMs: number }[]) => Math.min(...some.map(({ tookMs }) => tookMs));

/** The quickest of a few reads after it is slower than the quickest before by far. */
function arraySlow(timeline: Timeline, { target, appliedMs, undoneMs }: DoneFault): Verification {
  const before = speeds(timeline, target, 0, appliedMs);
  if (before.length === 0) return missing(`the witness did not read from ${target} beforehand`);
  const after = speeds(timeline, target, appliedMs, undoneMs ?? undefined).slice(1, 1 + SLOW_IN_A_ROW);
  if (after.length < SLOW_IN_A_ROW) return missing(`the witness has hardly read from ${target} since`);
  if (least(after) < 2 * least(before) + 1)
    return missing(`a block of ${target} took ${ms(least(before))} before and ${ms(least(after))} after`);
  return seen(
    `a block took ${least(before).toFixed(1)} ms before, at least ${least(after).toFixed(1)} ms after`,
  );
}

function arrayFast(timeline: Timeline, { target, appliedMs, undoneMs }: Undone): Verification {
  const slow = least(speeds(timeline, target, appliedMs, undoneMs).slice(1));
  const again = speeds(timeline, target, undoneMs).find(({ tookMs }) => tookMs < slow / 2);
  if (!again) return missing(`the witness still saw ${target} as slow as before`);
  return seen(`${again.tookMs.toFixed(1)} ms again at ${ms(again.atMs)}`);
}
