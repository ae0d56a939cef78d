/** What orders about a group mean on this node, each carried out once: retries, restarts in place, clearing. */
import { type Draft, localOf, setLocal, without } from '../draft.ts';
import { findGroup, resourcesOf } from '../lookup.ts';
import { groupProperty } from '../properties.ts';
import { candidatesFor, gaveUp } from '../shown.ts';
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
  // On a node that has just come there is nothing to take down: the order was meant for its earlier life.
  const isThere = resourcesOf(state.repository, name).some(
    (one) => localOf(state, one.name).stage !== 'down',
  );
  if (target.restart && isThere && !state.restarting.includes(name))
    state.restarting = [...state.restarting, name];
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

/** Failures that still count: the interval is not over, and no operator has ordered the group since. */
export function reviewFailures({ state, nowMs }: Draft): void {
  for (const [name, failure] of Object.entries(state.failures)) {
    const group = findGroup(state.repository, name);
    if (group === undefined || !counts(state, group, failure, nowMs))
      state.failures = without(state.failures, name);
  }
  const givenUp = state.givenUp.filter((name) => state.failures[name] !== undefined);
  if (givenUp.length !== state.givenUp.length) state.givenUp = givenUp;
}

function counts(state: State, group: Group, { atMs, serial, ordered }: Failure, nowMs: number): boolean {
  const target = state.placement.targets[group.name];
  if (target === undefined || (target.ordered ?? 0) > ordered) return false;
  if (nowMs - atMs < Number(groupProperty(group, 'Pingpong_interval')) * 1000) return true;
  // However short the interval is, another node has its turn first.
  const others = candidatesFor(state, group).filter((node) => node !== state.config.self);
  return target.serial === serial && others.some((node) => !gaveUp(state, node, group));
}

/** What an operator has mended by hand and cleared counts as done, and the rest goes on. */
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
    const status = { status: 'Offline', message: '' } as const;
    if (local.monitoring)
      setLocal(state, name, { monitoring: false, state: 'Online_not_monitored', message: '' });
    else if (local.stage === 'up')
      setLocal(state, name, { ...status, stage: 'prepared', state: 'Stopping', restarting: false });
    else
      setLocal(state, name, {
        ...status,
        stage: 'down',
        state: 'Offline',
        restarting: false,
        restartsMs: [],
      });
  }
}
