/**
 * The next methods of a group on this node, several at a time where the order allows it. Starting: PRENET_START of
 * addresses, then storage; START of addresses, then storage, then applications, each after what it needs; MONITOR_START
 * of each as soon as its START is done. Stopping: all MONITOR_STOP together, STOP in reverse, then POSTNET_STOP, with
 * which a file system gives its device group back. Source: SEMANTICS, "Resource group manager".
 */
import { type Draft, localOf, mayUseDisks, otherMembers, setLocal } from '../draft.ts';
import { hasLease } from '../lease.ts';
import { mayStillAnswer } from '../silence.ts';
import type { Group, MethodName, State } from '../types.ts';
import { callMethod, succeeded } from './methods.ts';
import { comesUp, goesDown, isActive, isMonitorDue, planOf, type Row, serves } from './plan.ts';

/** Starts all that may start now; what needs no method is done at once, and makes way for more. */
export function advance(draft: Draft, group: Group): Row[] {
  const { state } = draft;
  for (;;) {
    const { local, running } = state;
    const rows = planOf(state, group);
    for (const row of rows.toReversed()) if (isFree(state, row)) takeDown(draft, rows, row);
    const rising = rows.some((row) => comesUp(row) && row.running === undefined);
    if (rising && !rows.some(isStuck) && mayStart(draft, group.name))
      for (const row of rows) if (isFree(state, row)) bringUp(draft, rows, row);
    for (const row of rows) if (isFree(state, row)) monitor(draft, row);
    if (local === state.local) return running === state.running ? rows : planOf(state, group);
  }
}

/** Nothing runs on it, and nothing was done with it in this round. */
function isFree(state: State, row: Row): boolean {
  return row.running === undefined && localOf(state, row.name) === row.local && !isStuck(row);
}

/** Until an operator clears it. */
function isStuck({ local }: Row): boolean {
  return local.state === 'Stop_failed';
}

function perform(draft: Draft, row: Row, method: MethodName): void {
  if (callMethod(draft, row.resource, method)) row.running = method;
  else succeeded(draft.state, row.resource, method, '');
}

function takeDown(draft: Draft, rows: Row[], row: Row): void {
  if (!goesDown(row)) return;
  if (row.local.monitoring) perform(draft, row, 'MONITOR_STOP');
  else if (row.local.stage === 'up' && mayStop(rows, row)) perform(draft, row, 'STOP');
  else if (row.local.stage === 'prepared' && mayRelease(rows, row)) perform(draft, row, 'POSTNET_STOP');
}

function mayStop(rows: Row[], row: Row): boolean {
  return !rows.some((other) => {
    if (other === row) return false;
    if (other.strong.includes(row.name) && isActive(other)) return true;
    if (!goesDown(other)) return false;
    const isMonitored = other.local.monitoring || other.running?.startsWith('MONITOR') === true;
    const isAbove = other.rank > row.rank || other.weak.includes(row.name);
    return isMonitored || (isAbove && isActive(other));
  });
}

function mayRelease(rows: Row[], row: Row): boolean {
  return !rows.some((other) => {
    if (other === row) return false;
    const isOut = other.local.stage === 'down' && other.running === undefined;
    if (other.strong.includes(row.name) && !isOut) return true;
    if (!goesDown(other)) return false;
    const isAbove = other.rank > row.rank || other.weak.includes(row.name);
    return isActive(other) || (isAbove && !isOut);
  });
}

/** Fenced, counted on by the others, and the only one that has any of the group. */
function mayStart({ state, nowMs }: Draft, group: string): boolean {
  const fenced = state.fencing.done || state.config.sabotage === 'mount-before-fence';
  return fenced && mayUseDisks(state) && hasLease(state, nowMs) && isClearElsewhere(state, group);
}

/** True once no other member has any of the group, each of them knowing the placement that sent it here. */
function isClearElsewhere(state: State, group: string): boolean {
  return otherMembers(state).every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.placement.serial < state.placement.serial) return false;
    return ['Offline', 'Unmanaged', undefined].includes(heartbeat.groups[group]);
  });
}

function bringUp(draft: Draft, rows: Row[], row: Row): void {
  if (!comesUp(row)) return;
  if (row.local.stage === 'down') {
    if (mayPrepare(rows, row)) perform(draft, row, 'PRENET_START');
  } else if (!row.blocked && mayServe(rows, row) && !mayStillAnswer(draft.state))
    perform(draft, row, 'START');
}

function mayPrepare(rows: Row[], row: Row): boolean {
  return !rows.some((other) => {
    if (other === row || other.local.stage !== 'down') return false;
    if (row.strong.includes(other.name)) return true;
    return comesUp(other) && (other.rank < row.rank || row.weak.includes(other.name));
  });
}

function mayServe(rows: Row[], row: Row): boolean {
  return !rows.some((other) => {
    if (other === row) return false;
    if (row.strong.includes(other.name) && !serves(other)) return true;
    if (!comesUp(other)) return false;
    if (other.local.stage === 'down') return true;
    return !other.blocked && (other.rank < row.rank || row.weak.includes(other.name));
  });
}

function monitor(draft: Draft, row: Row): void {
  const { state, nowMs } = draft;
  const { name, local, resource } = row;
  if (row.want !== 'up' || local.stage !== 'up') return;
  if (isMonitorDue(row)) {
    if (hasLease(state, nowMs)) perform(draft, row, 'MONITOR_START');
  } else if (!resource.monitored && local.monitoring) {
    perform(draft, row, 'MONITOR_STOP');
  } else if (!resource.monitored && local.state === 'Monitor_failed') {
    setLocal(state, name, { state: 'Online_not_monitored', message: '' });
  }
}
