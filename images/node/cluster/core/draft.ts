import type { Effect, LocalResource, Repository, Resource, State } from './types.ts';

/** One step in the making: a private copy of the state to change, and the effects asked for so far. */
export interface Draft {
  state: State;
  nowMs: number;
  effects: Effect[];
}

/** The president: the lowest-numbered member of the view. It alone decides placements and changes. */
export function president(state: State): string | undefined {
  return state.view?.members[0];
}

export function isPresident(state: State): boolean {
  return president(state) === state.config.self;
}

export function otherMembers(state: State): string[] {
  return (state.view?.members ?? []).filter((node) => node !== state.config.self);
}

export function resourcesOf(repository: Repository, group: string): Resource[] {
  return repository.resources.filter((resource) => resource.group === group);
}

export function localOf(state: State, resource: string): LocalResource {
  let local = state.local[resource];
  if (local === undefined) {
    local = { stage: 'down', state: 'Offline', message: '', restarting: false, restartsMs: [] };
    state.local[resource] = local;
  }
  return local;
}
