import { firstAppliedMs } from '../faults/verification.ts';
import { isBackedBy, masterAt, portsAt } from '../ports.ts';
import { ofKind, type ServiceFacts, type Timeline } from '../timeline.ts';
import { mountsSeen } from '../witnessed.ts';
import { ms } from '../wording.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';

/** Guide 6.1.1: the array is switched to be mastered by the backup, so its old owner must have lost it before. */
export const oldOwnerFenced: Checker = {
  name: 'old-owner-fenced',
  question: 'Had the array taken the LUN from its old owner before the backup mounted it?',
  validity: false,
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service)),
};

function ofService(timeline: Timeline, service: ServiceFacts): Finding {
  const { lun, primary, backup } = service;
  const appliedMs = firstAppliedMs(timeline);
  if (appliedMs === null) return inconclusive('No fault was applied.');
  const mount = mountsSeen(timeline).find(
    ({ node, what, fromMs }) =>
      node === backup &&
      !what.cut &&
      // Whatever it mounts where the service's disk belongs, the old owner must be off the array before.
      (isBackedBy(what.backing, lun) || what.point === service.mountPoint) &&
      fromMs >= appliedMs,
  );
  if (!mount) return inconclusive(`${backup} never mounted ${lun} after the fault.`);
  const mountedMs = mount.fromMs;
  if (!portsAt(timeline, appliedMs).some((port) => port.node === primary && port.lun === lun))
    return inconclusive(`The array never told of a port of ${primary} to ${lun}.`);

  const evidence = [
    masteredBy(timeline, service, appliedMs, 'At the fault'),
    masteredBy(timeline, service, mountedMs, 'After the takeover'),
  ];
  const granted = ofKind(timeline, 'preempted').find(
    (event) =>
      event.granted &&
      event.node === backup &&
      event.victim === primary &&
      event.lun === lun &&
      event.atMs >= appliedMs,
  );
  const uncut = portsAt(timeline, mountedMs).filter(
    (port) => port.node === primary && port.lun === lun && !port.cut,
  );
  const wrong = [
    ...(granted ? [] : [`${backup} mounted ${lun} at ${ms(mountedMs)} and never preempted ${primary}.`]),
    ...(granted && granted.atMs > mountedMs
      ? [
          `${backup} mounted ${lun} at ${ms(mountedMs)}, before the array preempted ${primary} at ${ms(granted.atMs)}.`,
        ]
      : []),
    ...uncut.map(
      ({ device }) =>
        `${primary}'s port ${device} to ${lun} was not cut when ${backup} mounted it at ${ms(mountedMs)}.`,
    ),
  ];
  if (wrong.length > 0 || !granted) return refuted(...wrong, ...evidence);
  return upheld(
    `The array preempted ${primary} for ${backup} at ${ms(granted.atMs)}; ${backup} mounted ${lun} at ${ms(mountedMs)}.`,
    ...evidence,
  );
}

/** Who had the LUN at a moment: mounts as the witness saw them, reservation and ports as the array told. */
function masteredBy(timeline: Timeline, { lun }: ServiceFacts, atMs: number, when: string): string {
  const mounted = mountsSeen(timeline).flatMap(({ what, node, fromMs, untilMs }) =>
    isBackedBy(what.backing, lun) && fromMs <= atMs && untilMs > atMs ? [node] : [],
  );
  const uncut = portsAt(timeline, atMs).flatMap((port) => (port.lun === lun && !port.cut ? [port.node] : []));
  const master = masterAt(timeline, lun, atMs) ?? 'no node';
  return `${when} (${ms(atMs)}): ${lun} reserved by ${master}, mounted on ${list(mounted)}, ports not cut: ${list(uncut)}.`;
}

function list(nodes: readonly string[]): string {
  return nodes.length === 0 ? 'no node' : nodes.join(', ');
}
