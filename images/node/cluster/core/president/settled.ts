/** Whether the members have come to rest with what the placement asks of them. */
import { orderOf } from '../dependencies.ts';
import { isMember } from '../draft.ts';
import { isKept } from '../generations.ts';
import { gaveUp, groupStateAt, isServedSomewhere, membersOf, shownBy } from '../shown.ts';
import type { Group, State } from '../types.ts';

/** Every member knows the placement, has fenced whom it had to, and has nothing on its way. */
export function isQuiet(state: State, savedVersion: number): boolean {
  // A former member that is not fenced yet may still serve.
  if (!state.fencing.done || !isKept(state, savedVersion)) return false;
  return membersOf(state).every((node) => {
    if ((shownBy(state, node, 'busy') ?? ['unknown']).length > 0) return false;
    if (node === state.config.self) return true;
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.unfenced.length > 0) return false;
    return heartbeat.placement.serial >= state.placement.serial;
  });
}

/**
 * On its way from nowhere to nowhere. What a node shows may be older than what it waited for, so that a group is at
 * rest only with a reason that holds as seen from here.
 */
export function isGroupSettled(state: State, group: Group): boolean {
  const { name, managed, nodelist } = group;
  const node = state.placement.targets[name]?.node ?? null;
  if (!managed || node === null || !isMember(state, node) || !nodelist.includes(node)) return true;
  const shown = groupStateAt(state, node, name);
  if (shown === 'Online' || shown === 'Online_faulted' || shown === 'Error_stop_failed') return true;
  if (shown === 'Pending_online_blocked') return isBlocked(state, name);
  if (shown !== 'Offline') return false;
  if (gaveUp(state, node, group)) return true;
  return membersOf(state).some((one) => groupStateAt(state, one, name) === 'Error_stop_failed');
}

function isBlocked(state: State, group: string): boolean {
  return orderOf(state.repository, group).some(
    ({ resource, elsewhere }) =>
      resource.enabled && elsewhere.some((name) => !isServedSomewhere(state, name)),
  );
}
