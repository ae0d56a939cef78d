/** Calling the methods that bring a group up and down, and what their ends mean. */
import { type Draft, localOf, setLocal } from '../draft.ts';
import { findResource, findType } from '../lookup.ts';
import { propertyOf, timeoutOf } from '../properties.ts';
import type { LocalResource, MethodName, MethodResult, Resource, Running, State } from '../types.ts';

const BEFORE: Partial<Record<MethodName, Partial<LocalResource>>> = {
  PRENET_START: { state: 'Starting', status: 'Unknown', message: '' },
  START: { state: 'Starting', status: 'Unknown', message: '' },
  STOP: { state: 'Stopping' },
  POSTNET_STOP: { state: 'Stopping' },
};

/** False when the type has no such method: then there is nothing to wait for. */
export function callMethod(
  draft: Draft,
  resource: Resource,
  method: MethodName,
  inquiry: string | null = null,
): boolean {
  const { state, nowMs, effects } = draft;
  const type = findType(state.repository, resource.type);
  if (type?.methods[method] === undefined) return false;
  const callId = state.nextCallId++;
  const timeoutMs = timeoutOf(state.repository, resource, method);
  const { name, group } = resource;
  const running = {
    callId,
    resource: name,
    group,
    method,
    timeoutMs,
    deadlineMs: nowMs + timeoutMs,
    inquiry,
  };
  state.running = { ...state.running, [callId]: running };
  const shown = BEFORE[method];
  if (inquiry === null && shown) setLocal(state, name, shown);
  effects.push({ kind: 'run-method', callId, resource, type, method, timeoutMs });
  return true;
}

/** What a method brought about, also where the type has none. */
export function succeeded(state: State, resource: Resource, method: MethodName, message: string): void {
  setLocal(state, resource.name, outcomeOf(state, resource, method, message));
}

function outcomeOf(
  state: State,
  resource: Resource,
  method: MethodName,
  message: string,
): Partial<LocalResource> {
  const { status, message: before, restarting } = localOf(state, resource.name);
  switch (method) {
    case 'PRENET_START':
      return { stage: 'prepared', state: 'Starting' };
    case 'START':
      return {
        stage: 'up',
        state: 'Online_not_monitored',
        // Unless the agent has said something else meanwhile.
        status: status === 'Unknown' || status === 'Offline' ? 'Online' : status,
        message: message || before,
      };
    case 'STOP':
      return {
        stage: 'prepared',
        state: restarting ? 'Starting' : 'Stopping',
        status: 'Offline',
        // What went wrong before goes on being said, and so does what the agent says of the end.
        message: message || (status === 'Faulted' || status === 'Offline' ? before : ''),
        restarting: false,
      };
    case 'POSTNET_STOP':
      return {
        stage: 'down',
        state: 'Offline',
        status: 'Offline',
        message: message || before,
        restarting: false,
        restartsMs: [],
      };
    case 'MONITOR_START':
      return { monitoring: true, state: 'Online' };
    case 'MONITOR_STOP':
      return { monitoring: false, state: 'Online_not_monitored' };
    default:
      return {};
  }
}

export function lifecycleEnded(draft: Draft, running: Running, { ok, message }: MethodResult): void {
  const { state } = draft;
  const resource = findResource(state.repository, running.resource);
  if (resource === undefined) return;
  if (ok) succeeded(state, resource, running.method, message);
  else failed(draft, resource, running.method, message || `${running.method} failed`);
}

function failed(draft: Draft, resource: Resource, method: MethodName, message: string): void {
  const { state, effects } = draft;
  const { name, group } = resource;
  const quiesced = state.placement.targets[group]?.quiesced ?? false;
  const mode = quiesced ? 'NONE' : propertyOf(state.repository, resource, 'Failover_mode');
  switch (method) {
    case 'MONITOR_START':
      setLocal(state, name, { state: 'Monitor_failed', message });
      return;
    case 'PRENET_START':
    case 'START':
      // It may have got half of its way, so it has to be taken down like one that is there.
      setLocal(state, name, {
        stage: method === 'START' ? 'up' : 'prepared',
        state: 'Start_failed',
        status: 'Faulted',
        message,
      });
      if (mode !== 'NONE') noteFailure(draft, group, name, message);
      return;
    default:
      setLocal(state, name, { state: 'Stop_failed', status: 'Faulted', message });
      state.stopFailed = { ...state.stopFailed, [name]: state.placement.serial };
      if (mode !== 'HARD') return;
      state.panicked = true;
      effects.push({
        kind: 'reboot',
        reason: `${method} of ${name} failed (${message}) and Failover_mode is HARD`,
      });
  }
}

/** From now on the group is passed over here, until Pingpong_interval is over or an operator orders it. */
export function noteFailure(draft: Draft, group: string, resource: string, message: string): void {
  const { state, nowMs } = draft;
  const ordered = state.placement.targets[group]?.ordered ?? 0;
  state.failures = { ...state.failures, [group]: { atMs: nowMs, ordered, resource, message } };
  if (!state.givenUp.includes(group)) state.givenUp = [...state.givenUp, group];
}
