/** What orders about a group mean on this node, each carried out once: retries, restarts in place, clearing. */
import { type Draft, localOf, setLocal, without } from '../draft.ts';
import { findGroup, resourcesOf } from '../lookup.ts';
import { groupProperty } from '../properties.ts';
import type { Failure, Group, State } from '../types.ts';
import { noteFailure } from './methods.ts';

export function obey(draft: Draft, { name }: Group): void {
  const { state } = draft;
  const target = state.placement.targets[name];
  const isHere = target?.node === state.config.self;
  if (!isHere && state.restarting.includes(name))
    state.restarting = state.restarting.filter((one) => one !== name);
  endGiveover(draft, name);
  const ordered = target?.ordered ?? 0;
  if (target === undefined || ordered <= (state.obeyed[name] ?? 0)) return;
  state.obeyed = { ...state.obeyed, [name]: ordered };
  if (!isHere) return;
  retryFailed(state, name);
  if (target.restart && !state.restarting.includes(name)) state.restarting = [...state.restarting, name];
}

function retryFailed(state: State, group: string): void {
  for (const { name } of resourcesOf(state.repository, group)) {
    const local = localOf(state, name);
    if (local.state !== 'Start_failed') continue;
    if (local.stage === 'up') setLocal(state, name, { restarting: true });
    else setLocal(state, name, { stage: 'down', state: 'Offline', message: '' });
  }
}

/** The president decided. If it moved the group, this node is passed over as one where the group failed to start. */
function endGiveover(draft: Draft, group: string): void {
  const { state } = draft;
  const asked = state.givesOver[group];
  if (asked === undefined) return;
  const target = state.placement.targets[group];
  if (target?.serial === asked.serial) return;
  state.givesOver = without(state.givesOver, group);
  const isOrdered = target === undefined || target.ordered === target.serial;
  if (isOrdered || target.node === state.config.self) return;
  setLocal(state, asked.resource, { status: 'Faulted', message: asked.message });
  noteFailure(draft, group, asked.resource, asked.message);
}

/**
 * Between two tries there is at least a second, however short the interval is: time for another node to have its turn,
 * and for commands that wait to be answered when none has better luck.
 */
const SHORTEST_MS = 1000;

/** Failures that still count: the interval is not over, and no operator has ordered the group since. */
export function reviewFailures({ state, nowMs }: Draft): void {
  for (const [name, failure] of Object.entries(state.failures)) {
    const group = findGroup(state.repository, name);
    if (group !== undefined && counts(state, group, failure, nowMs)) continue;
    state.failures = without(state.failures, name);
    retryFailed(state, name);
  }
  const givenUp = state.givenUp.filter((name) => state.failures[name] !== undefined);
  if (givenUp.length !== state.givenUp.length) state.givenUp = givenUp;
}

function counts(state: State, group: Group, { atMs, ordered }: Failure, nowMs: number): boolean {
  const target = state.placement.targets[group.name];
  if (target === undefined || (target.ordered ?? 0) > ordered) return false;
  const intervalMs = Number(groupProperty(group, 'Pingpong_interval')) * 1000;
  return nowMs - atMs < Math.max(intervalMs, SHORTEST_MS);
}

/**
 * What an operator has mended by hand and cleared counts as done, and the rest goes on. A POSTNET_STOP is that rest: it
 * finds nothing mounted any more, and gives back the device group, which no hand can and no other node has before.
 */
export function obeyClears(state: State): void {
  for (const [name, sinceSerial] of Object.entries(state.stopFailed)) {
    const local = localOf(state, name);
    if (local.state !== 'Stop_failed') {
      state.stopFailed = without(state.stopFailed, name);
      continue;
    }
    const clearedSerial = state.placement.cleared[`${name}@${state.config.self}`] ?? 0;
    if (clearedSerial <= sinceSerial) continue;
    state.stopFailed = without(state.stopFailed, name);
    if (local.monitoring)
      setLocal(state, name, { monitoring: false, state: 'Online_not_monitored', message: '' });
    else
      setLocal(state, name, {
        stage: 'prepared',
        state: 'Stopping',
        status: 'Offline',
        message: '',
        restarting: false,
      });
  }
}
