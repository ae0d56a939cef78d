/** Who had a service, as the witness saw it: disks that could be used, processes, nodes that were done something to. */
import type { MountSeen, ProcessSeen } from '../images/common/protocol.ts';
import { faultsOf } from './faults/verification.ts';
import { isBackedBy, portsAt } from './ports.ts';
import { type DrillFacts, ofKind, type ServiceFacts, type Timeline } from './timeline.ts';
import { calendarProcessesSeen, mountsSeen, type Seen } from './witnessed.ts';

/** A mirror is out of use once all ports of its node to its halves are cut; the kernel does not show that of itself. */
export function asUsable(
  timeline: Timeline,
  mount: Seen<MountSeen>,
  services: readonly ServiceFacts[],
): Seen<MountSeen> {
  const mirror = services.find(
    ({ volume, luns }) => luns.length > 1 && isBackedBy(mount.what.backing, volume),
  );
  if (mirror === undefined) return mount;
  const cutOff = ofKind(timeline, 'port-cut').find(
    ({ atMs }) =>
      atMs >= mount.fromMs &&
      portsAt(timeline, atMs).every(
        ({ node, lun, cut }) => cut || node !== mount.node || !mirror.luns.includes(lun),
      ),
  );
  return { ...mount, untilMs: Math.min(mount.untilMs, cutOff?.atMs ?? mount.untilMs) };
}

/** When which node had the service's disk where the service belongs, through a port that was not cut. */
export function ownersSeen(timeline: Timeline, service: ServiceFacts): Seen<MountSeen>[] {
  return mountsSeen(timeline)
    .filter(({ what }) => isBackedBy(what.backing, service.volume) && what.point === service.mountPoint)
    .filter(({ what }) => !what.cut)
    .map((mount) => asUsable(timeline, mount, [service]));
}

/** Processes of this service's instance; those of other instances on the same node are not among them. */
export function processesOf(timeline: Timeline, { serverBase }: ServiceFacts): Seen<ProcessSeen>[] {
  return calendarProcessesSeen(timeline).filter(({ what }) => what.command.includes(`${serverBase}/lib/`));
}

export const hadAt =
  (atMs: number) =>
  ({ fromMs, untilMs }: { fromMs: number; untilMs: number }): boolean =>
    fromMs <= atMs && untilMs > atMs;

/** Faults that take a whole node away. */
const NODE_FAULTS = ['power-loss', 'hang', 'panic', 'reboot'];
const SWITCH = /^scswitch -z -g (\S+) -h (\S+)$/;

/** Something that a service has to leave its node for. */
export interface Move {
  what: string;
  atMs: number;
  service: ServiceFacts;
  from: string;
  to: string;
}

/** In order of time: each node fault by the services that the node had, and each ordered switch to another node. */
export function movesOf(timeline: Timeline, { services }: Pick<DrillFacts, 'services'>): Move[] {
  const owner = (service: ServiceFacts, atMs: number) =>
    ownersSeen(timeline, service).find(hadAt(atMs))?.node;
  const faults = faultsOf(timeline).flatMap(({ name, target, appliedMs }): Move[] => {
    if (appliedMs === null || !NODE_FAULTS.includes(name)) return [];
    return services
      .filter((service) => owner(service, appliedMs) === target)
      .map((service) => {
        const to = target === service.primary ? service.backup : service.primary;
        return { what: `${name} of ${target}`, atMs: appliedMs, service, from: target, to };
      });
  });
  const switches = ofKind(timeline, 'command').flatMap(({ line, stage, atMs }): Move[] => {
    const [, group, to = ''] = SWITCH.exec(line) ?? [];
    const service = services.find(({ name }) => name === group);
    const from = service && owner(service, atMs);
    if (stage !== 'begin' || service === undefined || from === undefined || from === to) return [];
    return [{ what: line, atMs, service, from, to }];
  });
  return [...faults, ...switches].toSorted((a, b) => a.atMs - b.atMs);
}
