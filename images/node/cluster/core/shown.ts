/** What the members show of themselves, this node as well as the others, as far as it is known here. */
import type { Group, GroupState, Heartbeat, LocalDevice, State } from './types.ts';

export function membersOf(state: State): string[] {
  return state.view?.members ?? [];
}

type Told = Pick<Heartbeat, 'busy' | 'givesOver' | 'replies' | 'devices' | 'savedVersion'>;

/** What a member says of itself; this node says it from its own state. */
export function shownBy<Field extends keyof Told>(
  state: State,
  node: string,
  field: Field,
): Told[Field] | undefined {
  const told: Told | undefined = node === state.config.self ? state : state.peers[node]?.heartbeat;
  return told?.[field];
}

export function groupStateAt(state: State, node: string, group: string): GroupState | undefined {
  return node === state.config.self ? state.groupStates[group] : state.peers[node]?.heartbeat.groups[group];
}

export function resourcesAt(state: State, node: string): Heartbeat['resources'] {
  return node === state.config.self ? state.local : (state.peers[node]?.heartbeat.resources ?? {});
}

export function deviceAt(state: State, node: string, deviceGroup: string): LocalDevice | undefined {
  return shownBy(state, node, 'devices')?.[deviceGroup];
}

export function masterOf(state: State, deviceGroup: string): string | undefined {
  return membersOf(state).find((node) => deviceAt(state, node, deviceGroup)?.mastered === true);
}

const SERVING: readonly (string | undefined)[] = ['Online', 'Online_not_monitored', 'Monitor_failed'];

export function isServing(state: State, node: string, resource: string): boolean {
  return SERVING.includes(resourcesAt(state, node)[resource]?.state);
}

export function isServedSomewhere(state: State, resource: string): boolean {
  return membersOf(state).some((node) => isServing(state, node, resource));
}

/**
 * Whether the group is passed over on a member. What a member said before it heard of the operator's last order about
 * the group does not count any more.
 */
export function gaveUp(state: State, node: string, { name }: Pick<Group, 'name'>): boolean {
  const ordered = state.placement.targets[name]?.ordered ?? 0;
  if (node === state.config.self)
    return state.givenUp.includes(name) && (state.failures[name]?.ordered ?? 0) >= ordered;
  const heartbeat = state.peers[node]?.heartbeat;
  if (heartbeat === undefined || heartbeat.placement.serial < ordered) return false;
  return heartbeat.givenUp.includes(name);
}

/** Members of its Nodelist, most preferred first. */
export function candidatesFor(state: State, group: Group): string[] {
  const members = membersOf(state);
  return group.nodelist.filter((node) => members.includes(node));
}

/** Of this node, for its heartbeats: those that are not plainly offline. */
export function resourcesShown({ local }: State): Heartbeat['resources'] {
  const shown: Heartbeat['resources'] = {};
  for (const [name, { state, status, message }] of Object.entries(local))
    if (state !== 'Offline' || message !== '') shown[name] = { state, status, message };
  return shown;
}
