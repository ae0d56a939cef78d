/** The resource group manager's local half: brings this node's resources to where the placement wants them. */
import { runDevices } from './devices.ts';
import { type Draft, localOf, setLocal, without } from './draft.ts';
import { advance } from './groups/advance.ts';
import { isBusy, isDown, stateOf } from './groups/group-state.ts';
import { lifecycleEnded } from './groups/methods.ts';
import { obey, obeyClears, reviewFailures } from './groups/orders.ts';
import { methodOfInquiryEnded } from './inquiry.ts';
import { findGroup, findResource } from './lookup.ts';
import type { Group, GroupState, MethodResult, ResourceStatus, Running, State } from './types.ts';

export function runGroups(draft: Draft): void {
  const { state } = draft;
  if (state.view === null || state.panicked) return;
  forgetRemoved(state);
  obeyClears(state);
  reviewFailures(draft);
  const touched = touchedGroups(state);
  const busy = runDevices(draft);
  for (const group of state.repository.groups) {
    obey(draft, group);
    const isHere = state.placement.targets[group.name]?.node === state.config.self;
    if (isHere || touched.has(group.name)) {
      const [groupState, isMoving] = runGroup(draft, group);
      show(draft, group, groupState);
      if (isMoving) busy.push(group.name);
    } else show(draft, group, group.managed ? 'Offline' : 'Unmanaged');
  }
  noteBusy(state, busy);
}

function runGroup(draft: Draft, group: Group): [GroupState, boolean] {
  const { state } = draft;
  let rows = advance(draft, group);
  if (state.restarting.includes(group.name) && isDown(rows)) {
    state.restarting = state.restarting.filter((name) => name !== group.name);
    rows = advance(draft, group);
  }
  const groupState = stateOf(state, group, rows);
  return [groupState, isBusy(groupState, rows)];
}

function show({ state, effects }: Draft, { name }: Group, groupState: GroupState): void {
  if (state.groupStates[name] === groupState) return;
  state.groupStates = { ...state.groupStates, [name]: groupState };
  effects.push({ kind: 'group-state', group: name, state: groupState });
}

function noteBusy(state: State, busy: string[]): void {
  const isSame = busy.length === state.busy.length && busy.every((name, at) => state.busy[at] === name);
  if (!isSame) state.busy = busy;
}

/** Groups of which something is or may be up here, wherever they belong. */
function touchedGroups(state: State): Set<string> {
  const touched = new Set<string>();
  for (const [name, { stage }] of Object.entries(state.local)) {
    const group = stage === 'down' ? undefined : findResource(state.repository, name)?.group;
    if (group !== undefined) touched.add(group);
  }
  for (const { group, inquiry } of Object.values(state.running) as Running[])
    if (inquiry === null) touched.add(group);
  return touched;
}

function forgetRemoved(state: State): void {
  for (const name of Object.keys(state.local))
    if (findResource(state.repository, name) === undefined) state.local = without(state.local, name);
  const shown = Object.entries(state.groupStates);
  const kept = shown.filter(([name]) => findGroup(state.repository, name) !== undefined);
  if (kept.length < shown.length) state.groupStates = Object.fromEntries(kept);
}

export function methodEnded(draft: Draft, result: MethodResult): void {
  const { state } = draft;
  const running = state.running[result.callId];
  // The late result of a call that was killed.
  if (running === undefined) return;
  state.running = without(state.running, String(result.callId));
  if (running.inquiry === null) lifecycleEnded(draft, running, result);
  else methodOfInquiryEnded(state, running, running.inquiry, result);
}

/** Methods past their timeout count as failed, and their processes are ended. */
export function endOverdue(draft: Draft): void {
  for (const { callId, method, timeoutMs, deadlineMs } of Object.values(draft.state.running) as Running[]) {
    if (draft.state.panicked || draft.nowMs < deadlineMs) continue;
    draft.effects.push({ kind: 'kill-method', callId });
    const message = `${method} timed out after ${timeoutMs / 1000} s`;
    methodEnded(draft, { kind: 'method-result', callId, ok: false, message });
  }
}

export function statusSet(state: State, name: string, status: ResourceStatus, message: string): void {
  if (findResource(state.repository, name) === undefined) return;
  const local = localOf(state, name);
  // The agent of a resource that is down has nothing more to say.
  if (local.stage === 'down' && local.state === 'Offline') return;
  // What an agent says of an orderly stop is no news of why its start had failed.
  const kept = local.status === 'Faulted' && status === 'Offline' && message === '';
  setLocal(state, name, { status, message: kept ? local.message : message });
}
