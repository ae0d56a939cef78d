/** What a service's file systems are on: volumes, and the arrays below them. Pure. */
import type { FileSystemFacts } from './timeline.ts';
import { lunsOf, type Service, type Topology } from './topology-model.ts';

/** The volumes of a service's file systems, in the order of its mount points. */
export function volumesOf(
  { fileSystems }: Topology,
  service: Service,
): { deviceGroup: string; volume: string }[] {
  const { furtherMountPoints = [] } = service;
  const further = furtherMountPoints.flatMap(
    (point) => fileSystems.find(({ mountPoint }) => mountPoint === point) ?? [],
  );
  return [service, ...further].map(({ deviceGroup, volume }) => ({ deviceGroup, volume }));
}

/** The arrays that a service's file systems are on, the one with the first half of its store before others. */
export function arraysOf(whole: Topology, service: Service): string[] {
  const luns = volumesOf(whole, service).flatMap((one) => lunsOf(whole, one));
  return [...new Set(luns.map((path) => path.split('/')[0] ?? ''))];
}

/** The lines of /etc/vfstab as a checker needs them. */
export function fileSystemFacts({ services, fileSystems }: Topology): FileSystemFacts[] {
  return [...services, ...fileSystems].map((one) => ({
    mountPoint: one.mountPoint,
    type: ('type' in one ? one.type : undefined) ?? 'ext4',
    global: one.global === true,
  }));
}

/** All quorum devices, each with the nodes that are connected to it. */
export function quorumDevicesOf({ arrays }: Topology): { array: string; lun: string; nodes: string[] }[] {
  return arrays.flatMap(({ name: array, luns, nodes }) =>
    luns.filter(({ holds }) => holds === 'quorum').map(({ name: lun }) => ({ array, lun, nodes })),
  );
}
