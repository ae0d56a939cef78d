/** What the cluster's state says of a device group that has global file systems. Pure. */
import type { DeviceGroupConfig } from '../../config.ts';
import { mayUseDisks } from '../core/draft.ts';
import { hasLease } from '../core/lease.ts';
import type { Repository, Resource, State } from '../core/types.ts';
import { listOf } from '../types/type.ts';
import type { Volumes } from '../volumes.ts';
import type { Standing, Wish } from './placing.ts';

const TYPE = /^SUNW\.HAStoragePlus(:|$)/;
const GONE: readonly (string | undefined)[] = [undefined, 'Offline', 'Unmanaged'];

/** What of the state counts here. */
export type ClusterState = Pick<
  State,
  'config' | 'view' | 'peers' | 'placement' | 'repository' | 'groupStates' | 'devices'
>;

/** From mount points to device paths, as /etc/vfstab has them. */
export type DevicesOfMounts = ReadonlyMap<string, string>;

export function standingOf(
  state: ClusterState,
  { name }: DeviceGroupConfig,
  volumes: Pick<Volumes, 'find'>,
  mounts: DevicesOfMounts,
): Standing {
  const members = state.view?.members ?? [];
  const groups = groupsOn(name, state.repository, volumes, mounts);
  const order = state.placement.devices[name];
  const wishes: Wish[] = groups.flatMap((group) => {
    const target = state.placement.targets[group];
    // A group that is offline everywhere does not say where its disks are to be.
    return target === undefined || target.node === null ? [] : [{ node: target.node, serial: target.serial }];
  });
  if (order !== undefined) wishes.push({ node: order.node, serial: order.serial });
  return {
    members,
    maintenance: order?.maintenance ?? false,
    holders: members.filter((node) =>
      groups.some((group) => !GONE.includes(groupStatesAt(state, node)?.[group])),
    ),
    wishes,
    masters: members.filter((node) => devicesAt(state, node)?.[name]?.mastered ?? false),
  };
}

function groupStatesAt(state: ClusterState, node: string): State['groupStates'] | undefined {
  return node === state.config.self ? state.groupStates : state.peers[node]?.heartbeat.groups;
}

function devicesAt(state: ClusterState, node: string): State['devices'] | undefined {
  return node === state.config.self ? state.devices : state.peers[node]?.heartbeat.devices;
}

/** Groups whose resources look after something on the device group, and have it follow them. */
function groupsOn(
  deviceGroup: string,
  { resources }: Repository,
  volumes: Pick<Volumes, 'find'>,
  mounts: DevicesOfMounts,
): string[] {
  const on = (path: string | undefined) =>
    path !== undefined && volumes.find(path)?.deviceGroup.name === deviceGroup;
  const follows = resources.filter((resource) => {
    if (!TYPE.test(resource.type) || settingOf(resource, 'AffinityOn').toUpperCase() === 'FALSE')
      return false;
    return (
      listOf(settingOf(resource, 'FilesystemMountPoints')).some((point) => on(mounts.get(point))) ||
      listOf(settingOf(resource, 'GlobalDevicePaths')).some((path) => path === deviceGroup || on(path))
    );
  });
  return [...new Set(follows.map(({ group }) => group))].sort();
}

function settingOf({ properties }: Resource, name: string): string {
  const same = ([key]: [string, string]) => key.toLowerCase() === name.toLowerCase();
  return Object.entries(properties).find(same)?.[1] ?? '';
}

/** Whether this node may begin to use disks, as the core has it before it brings something online. */
export function mayStart(state: State, nowMs: number): boolean {
  return state.view !== null && state.fencing.done && mayUseDisks(state) && hasLease(state, nowMs);
}
