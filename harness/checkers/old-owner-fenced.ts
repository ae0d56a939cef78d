import type { MountSeen } from '../../images/common/protocol.ts';
import { firstOccasionMs } from '../occasions.ts';
import { isBackedBy, masterAt, portsAt } from '../ports.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { mountsSeen, type Seen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.1.1: the array is switched to be mastered by the backup, so its old owner must have lost it before. */
export const oldOwnerFenced: Checker = {
  name: 'old-owner-fenced',
  question: 'Had the old owner left the LUN, or the array taken it away, before another node mounted it?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

type Mount = Seen<MountSeen>;

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const { volume, luns } = service;
  const sinceMs = firstOccasionMs(timeline);
  if (sinceMs === null) return inconclusive('Nothing was done to the cluster.');
  const own = mountsSeen(timeline)
    // Whatever a node mounts where the service's disk belongs, the old owner must be off the array before.
    .filter(({ what }) => isBackedBy(what.backing, volume) || what.point === service.mountPoint)
    .filter(({ what }) => !what.cut)
    .toSorted((a, b) => a.fromMs - b.fromMs);
  const taken = own.flatMap((mount): [Mount, Mount][] => {
    const before = mount.fromMs < sinceMs ? undefined : ownerBefore(own, mount);
    return before === undefined ? [] : [[before, mount]];
  });
  if (taken.length === 0) return inconclusive(`No other node mounted ${volume} after that.`);
  const told = ofKind(timeline, 'port-attached').filter(({ lun }) => luns.includes(lun));
  const untold = taken.find(([{ node }]) => !told.some((port) => port.node === node));
  if (untold) return inconclusive(`The array never told of a port of ${untold[0].node} to ${volume}.`);

  const findings = taken.map(([before, mount]) => ofHandOver(timeline, service, before, mount));
  const evidence = [
    masteredBy(timeline, service, sinceMs, 'Before'),
    ...taken.map(([, { fromMs }]) => masteredBy(timeline, service, fromMs, 'After the takeover')),
  ];
  const wrong = findings.flatMap((finding) => finding.wrong);
  if (wrong.length > 0) return refuted(...wrong, ...evidence);
  return upheld(...findings.map(({ how }) => how), ...evidence);
}

/** The last mount by another node, unless the same one had it again in between. */
function ownerBefore(own: readonly Mount[], { node, fromMs }: Mount): Mount | undefined {
  const earlier = own.filter((one) => one.fromMs < fromMs);
  const before = earlier.findLast((one) => one.node !== node);
  const again = earlier.some((one) => one.node === node && one.fromMs >= (before?.untilMs ?? 0));
  return again ? undefined : before;
}

function ofHandOver(
  timeline: Timeline,
  { volume, luns }: ServiceFacts,
  { node: old, what, untilMs }: Mount,
  { node, fromMs: mountedMs }: Mount,
): { wrong: string[]; how: string } {
  const mounted = `${node} mounted ${volume} at ${ms(mountedMs)}`;
  if (wasLeft(timeline, old, what, untilMs) && untilMs <= mountedMs)
    return { wrong: [], how: `${old} had unmounted ${volume} by ${ms(untilMs)}; ${mounted}.` };
  const granted = ofKind(timeline, 'preempted').filter(
    (event) => event.granted && event.node === node && event.victim === old && luns.includes(event.lun),
  );
  // That of this takeover, and not of an earlier one.
  const own = granted.findLast(({ atMs }) => atMs <= mountedMs && atMs >= untilMs - TAKEN_WITHIN_MS);
  const late = granted.find(({ atMs }) => atMs > mountedMs);
  const uncut = portsAt(timeline, mountedMs).filter(
    (port) => port.node === old && luns.includes(port.lun) && !port.cut,
  );
  const wrong = [
    ...(own || late ? [] : [`${mounted} and never preempted ${old}.`]),
    ...(late && !own ? [`${mounted}, before the array preempted ${old} at ${ms(late.atMs)}.`] : []),
    ...uncut.map(({ device, lun }) => `${old}'s port ${device} to ${lun} was not cut when ${mounted}.`),
  ];
  return {
    wrong,
    how: `The array preempted ${old} for ${node} at ${ms(own?.atMs ?? mountedMs)}; ${mounted}.`,
  };
}

/** A key that was taken longer than this before the old owner's mount ended was not taken for this takeover. */
const TAKEN_WITHIN_MS = 60_000;

/** Whether a node unmounted by itself: its port was not cut then, and it lived on. */
function wasLeft(timeline: Timeline, node: string, mount: MountSeen, untilMs: number): boolean {
  const isCut = portsAt(timeline, untilMs).some(
    (port) => port.node === node && port.device === mount.device && port.cut,
  );
  // The witness may see a cut before the array has told of it.
  const isSeenCut = mountsSeen(timeline).some(
    (seen) =>
      seen.node === node && seen.what.device === mount.device && seen.what.cut && seen.fromMs === untilMs,
  );
  const isGone = ofKind(timeline, 'node-gone').some((event) => event.node === node && event.atMs === untilMs);
  return !isCut && !isSeenCut && !isGone;
}

/** Who had the LUNs at a moment: mounts as the witness saw them, reservation and ports as the array told. */
function masteredBy(timeline: Timeline, { volume, luns }: ServiceFacts, atMs: number, when: string): string {
  const mounted = mountsSeen(timeline).flatMap(({ what, node, fromMs, untilMs }) =>
    isBackedBy(what.backing, volume) && fromMs <= atMs && untilMs > atMs ? [node] : [],
  );
  const uncut = portsAt(timeline, atMs).flatMap((port) =>
    luns.includes(port.lun) && !port.cut ? [port.node] : [],
  );
  const masters = new Set(luns.flatMap((lun) => masterAt(timeline, lun, atMs) ?? []));
  return `${when} (${ms(atMs)}): ${luns.join(' and ')} reserved by ${list([...masters])}, mounted on ${list(mounted)}, ports not cut: ${list([...new Set(uncut)])}.`;
}

function list(nodes: readonly string[]): string {
  return nodes.length === 0 ? 'no node' : nodes.join(', ');
}
