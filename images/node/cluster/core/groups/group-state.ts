/** What a group shows on this node, from the rows of its plan. */
import { otherMembers } from '../draft.ts';
import type { Group, GroupState, State } from '../types.ts';
import { comesUp, goesDown, isMonitorDue, isWantedHere, type Row } from './plan.ts';

export function isDown(rows: Row[]): boolean {
  return rows.every(({ local, running }) => local.stage === 'down' && running === undefined);
}

/** A group is Online once all is started that can be; fault monitors follow. */
export function stateOf(state: State, group: Group, rows: Row[]): GroupState {
  if (rows.some(({ local }) => local.state === 'Stop_failed')) return 'Error_stop_failed';
  if (!isWantedHere(state, group)) {
    if (!isDown(rows)) return 'Pending_offline';
    return group.managed ? 'Offline' : 'Unmanaged';
  }
  if (rows.some(isOnItsWay))
    return isDown(rows) && isStuckElsewhere(state, group.name) ? 'Offline' : 'Pending_online';
  if (rows.some(({ hopeless }) => hopeless)) return 'Online_faulted';
  return rows.some(({ blocked }) => blocked) ? 'Pending_online_blocked' : 'Online';
}

function isOnItsWay(row: Row): boolean {
  const isMoving = row.running !== undefined && !row.running.startsWith('MONITOR');
  return isMoving || goesDown(row) || (comesUp(row) && !row.blocked);
}

/** Another node could not stop it: it comes here once an operator has cleared that. */
function isStuckElsewhere(state: State, group: string): boolean {
  return otherMembers(state).some(
    (node) => state.peers[node]?.heartbeat.groups[group] === 'Error_stop_failed',
  );
}

export function isBusy(groupState: GroupState, rows: Row[]): boolean {
  if (groupState === 'Pending_online' || groupState === 'Pending_offline') return true;
  return rows.some((row) => row.running !== undefined || isMonitorDue(row));
}
