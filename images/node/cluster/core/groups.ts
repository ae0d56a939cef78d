/**
 * The resource group manager's local half: brings this node's resources to where the placement wants them, one method
 * at a time per group. Order of starting: the disk is prepared, then addresses, then applications; stopping is the
 * reverse. Source: SEMANTICS, "Resource group manager".
 */

import { kindOf, mayBeUp, needs, RANK } from './dependencies.ts';
import { type Draft, localOf, otherMembers, resourcesOf } from './draft.ts';
import { hasLease } from './lease.ts';
import type { Group, GroupState, MethodName, Resource, State } from './types.ts';

const RETRY_COUNT = 2;
const RETRY_INTERVAL_MS = 600_000;

export function runGroups(draft: Draft): void {
  const { state } = draft;
  if (state.view === null || state.panicked) return;
  for (const group of state.repository.groups) {
    if (state.placement.targets[group.name]?.node !== state.config.self) {
      state.givenUp = state.givenUp.filter((name) => name !== group.name);
    }
    if (state.running[group.name] === undefined) startNextMethod(draft, group);
    const groupState = stateOf(state, group);
    if (state.groupStates[group.name] === groupState) continue;
    state.groupStates[group.name] = groupState;
    draft.effects.push({ kind: 'group-state', group: group.name, state: groupState });
  }
}

function wanted(state: State, group: Group, resource: Resource): boolean {
  return (
    group.managed &&
    state.placement.targets[group.name]?.node === state.config.self &&
    !state.givenUp.includes(group.name) &&
    mayBeUp(state, resource)
  );
}

/** True once no other member has any of the group, each of them knowing the placement that sent it here. */
function clearElsewhere(state: State, group: string): boolean {
  return otherMembers(state).every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.placement.serial < state.placement.serial) return false;
    return ['Offline', 'Unmanaged', undefined].includes(heartbeat.groups[group]);
  });
}

function startNextMethod(draft: Draft, group: Group): void {
  const { state } = draft;
  const ordered = resourcesOf(state.repository, group.name).sort(
    (a, b) => RANK[kindOf(state, a)] - RANK[kindOf(state, b)],
  );
  for (const resource of [...ordered].reverse()) {
    if (!wanted(state, group, resource) && takeDown(draft, resource)) return;
  }
  const fenced = state.fencing.done || state.config.sabotage === 'mount-before-fence';
  if (!fenced || !state.joined || !hasLease(state, draft.nowMs) || !clearElsewhere(state, group.name)) return;
  for (const resource of ordered) {
    if (wanted(state, group, resource) && localOf(state, resource.name).stage === 'down') {
      prepare(draft, resource);
      if (state.running[group.name] !== undefined || localOf(state, resource.name).stage === 'down') return;
    }
  }
  for (const resource of ordered) {
    if (wanted(state, group, resource) && bringUp(draft, resource)) return;
  }
}

function takeDown(draft: Draft, resource: Resource): boolean {
  const { state } = draft;
  const local = localOf(state, resource.name);
  if (local.stage === 'down' || local.state === 'Stop_failed') return false;
  const dependents = resourcesOf(state.repository, resource.group).filter((other) =>
    needs(state, other).includes(resource.name),
  );
  if (dependents.some(({ name }) => localOf(state, name).stage === 'up')) return false;
  if (kindOf(state, resource) !== 'storage') {
    if (local.stage === 'up') return call(draft, resource, 'STOP');
    local.stage = 'down';
    local.restarting = false;
    return false;
  }
  // A disk is released last, when nothing of the group is up any more, as POSTNET_STOP has it.
  const up = resourcesOf(state.repository, resource.group).some(
    (other) =>
      kindOf(state, other) !== 'storage' && localOf(state, other.name).stage !== 'down' && other.enabled,
  );
  return up && resource.enabled ? false : call(draft, resource, 'POSTNET_STOP');
}

function prepare(draft: Draft, resource: Resource): void {
  const local = localOf(draft.state, resource.name);
  if (local.state === 'Start_failed') return;
  if (kindOf(draft.state, resource) === 'storage') call(draft, resource, 'PRENET_START');
  else local.stage = 'prepared';
}

function bringUp(draft: Draft, resource: Resource): boolean {
  const { state } = draft;
  const local = localOf(state, resource.name);
  if (local.stage !== 'prepared' || local.state === 'Start_failed') return false;
  if (needs(state, resource).some((name) => localOf(state, name).stage !== 'up')) return false;
  if (kindOf(state, resource) !== 'storage') return call(draft, resource, 'START');
  local.stage = 'up';
  local.state = 'Online';
  return false;
}

function call(draft: Draft, resource: Resource, method: MethodName): true {
  const { state, effects } = draft;
  const callId = state.nextCallId++;
  localOf(state, resource.name).state = method.endsWith('START') ? 'Starting' : 'Stopping';
  state.running[resource.group] = { callId, resource: resource.name, method };
  const type = state.repository.types.find(({ name }) => name === resource.type);
  if (type) effects.push({ kind: 'run-method', callId, resource, type, method, timeoutMs: 300_000 });
  return true;
}

export function methodEnded(draft: Draft, callId: number, ok: boolean, message: string): void {
  const { state } = draft;
  const [group, running] = Object.entries(state.running).find(([, one]) => one.callId === callId) ?? [];
  if (group === undefined || running === undefined) return;
  delete state.running[group];
  const local = localOf(state, running.resource);
  const resource = state.repository.resources.find(({ name }) => name === running.resource);
  local.message = message;
  const starting = running.method.endsWith('START');
  if (!ok) {
    local.state = starting ? 'Start_failed' : 'Stop_failed';
    // The agents' registration files make SOFT their default; NONE leaves the group where it failed.
    if (starting && resource && resource.properties['Failover_mode'] !== 'NONE')
      giveUp(state, group, running.resource);
    return;
  }
  const stages: Partial<Record<MethodName, typeof local.stage>> = {
    PRENET_START: 'prepared',
    START: 'up',
    STOP: 'prepared',
    POSTNET_STOP: 'down',
  };
  local.stage = stages[running.method] ?? local.stage;
  local.state = local.stage === 'up' ? 'Online' : starting ? 'Starting' : 'Offline';
  if (running.method === 'STOP' && local.restarting) local.restarting = false;
}

/** The group is to be tried on another node; what failed here counts as down, so that the group can leave. */
function giveUp(state: State, group: string, failed: string): void {
  state.givenUp = [...state.givenUp, group];
  const local = localOf(state, failed);
  local.state = 'Offline';
  if (local.stage === 'prepared') local.stage = 'up';
}

/** A fault monitor's verdict: restart in place, up to Retry_count times within Retry_interval, then give over. */
export function probeFailed(draft: Draft, name: string, message: string): void {
  const { state, nowMs } = draft;
  const resource = state.repository.resources.find((candidate) => candidate.name === name);
  const local = localOf(state, name);
  if (resource === undefined || local.stage !== 'up' || local.state !== 'Online') return;
  local.message = message;
  local.restartsMs = local.restartsMs.filter((at) => nowMs - at < RETRY_INTERVAL_MS);
  if (local.restartsMs.length < RETRY_COUNT) {
    local.restartsMs.push(nowMs);
    local.restarting = true;
  } else if (hasOtherNode(state, resource.group)) {
    state.givenUp = [...state.givenUp, resource.group];
  }
}

/** Without an eligible node to go to, a group stays where it is. */
function hasOtherNode(state: State, group: string): boolean {
  const nodelist = state.repository.groups.find(({ name }) => name === group)?.nodelist ?? [];
  return otherMembers(state).some((node) => nodelist.includes(node));
}

export function stateOf(state: State, group: Group): GroupState {
  const resources = resourcesOf(state.repository, group.name);
  const locals = resources.map((resource) => ({ resource, local: localOf(state, resource.name) }));
  if (locals.some(({ local }) => local.state === 'Stop_failed')) return 'Error_stop_failed';
  // A disk that is being prepared counts: it is mounted when the method ends.
  const settled =
    state.running[group.name] === undefined && locals.every(({ local }) => local.stage === 'down');
  if (
    state.placement.targets[group.name]?.node !== state.config.self ||
    !group.managed ||
    state.givenUp.includes(group.name)
  ) {
    if (!settled) return 'Pending_offline';
    return group.managed ? 'Offline' : 'Unmanaged';
  }
  if (state.running[group.name] !== undefined) return 'Pending_online';
  if (locals.some(({ local }) => local.state === 'Start_failed')) return 'Online_faulted';
  const asWanted = locals.every(
    ({ resource, local }) => local.stage === (wanted(state, group, resource) ? 'up' : 'down'),
  );
  return asWanted ? 'Online' : 'Pending_online';
}
