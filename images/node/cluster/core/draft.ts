import type { Effect, LocalResource, State, View } from './types.ts';

/** Whom this node hears, and what they tell as a whole. */
export interface Listening {
  heard: string[];
  /** Until then nobody of those heard can be given up, whatever is heard of them in the meantime. */
  calmUntilMs: number;
  /** Those of them that are in a view later than this node's. */
  later: string[];
  /** The oldest repository of theirs. */
  oldestVersion: number;
}

export const NOTHING_HEARD: Listening = { heard: [], calmUntilMs: 0, later: [], oldestVersion: 0 };

/** One step in the making: a private copy of the state to change, and the effects asked for so far. */
export interface Draft {
  state: State;
  nowMs: number;
  effects: Effect[];
  /** Whom this node hears; what was taken in first counts. */
  listening: Listening;
  /** Members that a view made in this step brought in with nothing running on them, new lives of old members too. */
  joined: string[];
}

const NUMBERS_PER_GENERATION = 1_000_000;

/**
 * A number for a new version or placement. Those of a later view are higher than any of an earlier one, so that the
 * presidents of two views, the one not knowing yet of the other, never give the same number to different things.
 */
export function numberAfter(last: number, view: View | null): number {
  return Math.max(last, (view?.generation ?? 0) * NUMBERS_PER_GENERATION) + 1;
}

/** The generation of the view in which a version or placement was made. */
export function generationOf(number: number): number {
  return Math.floor(number / NUMBERS_PER_GENERATION);
}

/** The president: the lowest-numbered member of the view. It alone decides placements and changes. */
export function president(state: State): string | undefined {
  return state.view?.members[0];
}

/**
 * Not while something made in a later view is known: that view's president decides then. Nor after a later one was
 * accepted: whoever makes it may not see any more what is decided now.
 */
export function isPresident(state: State): boolean {
  const { config, view, repository, placement } = state;
  const latest = Math.max(boundTo(state), generationOf(repository.version), generationOf(placement.serial));
  return view !== null && president(state) === config.self && latest <= view.generation;
}

/** Generation that this node has accepted: somebody may have made that view. Nobody if it was its own, and given up. */
export function boundTo({ config, proposal, accepts }: State): number {
  if (accepts === null || (accepts.proposer === config.self && proposal === null)) return 0;
  return accepts.generation;
}

export function otherMembers(state: State): string[] {
  return (state.view?.members ?? []).filter((node) => node !== state.config.self);
}

export function isMember(state: State, node: string): boolean {
  return state.view?.members.includes(node) ?? false;
}

/** A new life may touch disks only once its keys are registered and its ports attached. */
export function mayUseDisks(state: State): boolean {
  return state.joined;
}

const DOWN: LocalResource = Object.freeze({
  stage: 'down',
  state: 'Offline',
  status: 'Offline',
  message: '',
  monitoring: false,
  restarting: false,
  restartsMs: [],
});

export function localOf(state: State, resource: string): LocalResource {
  return state.local[resource] ?? DOWN;
}

export function setLocal(state: State, resource: string, change: Partial<LocalResource>): void {
  state.local = { ...state.local, [resource]: { ...localOf(state, resource), ...change } };
}

export function without<T>(record: Record<string, T>, name: string): Record<string, T> {
  const { [name]: _, ...rest } = record;
  return rest;
}
