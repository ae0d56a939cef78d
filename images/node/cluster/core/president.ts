/** The president's half: where each group goes, and the changes that commands ask for, one at a time. */
import { applyChange } from './changes.ts';
import { type Draft, isPresident, otherMembers } from './draft.ts';
import type { Answer, Group, GroupState, Request, State, Work } from './types.ts';

const KEPT_ANSWERS = 32;
const SETTLED: readonly (GroupState | undefined)[] = [
  'Unmanaged',
  'Offline',
  'Online',
  'Online_faulted',
  'Error_stop_failed',
];

export function runPresident(draft: Draft): void {
  const { state } = draft;
  if (!isPresident(state) || state.panicked) return;
  finishWork(draft);
  for (const request of openRequests(state)) {
    if (state.work !== null)
      answer(state, { id: request.id, exit: 1, message: 'cluster is reconfiguring; try again later' });
    else begin(state, request);
  }
  placeGroups(state);
}

function openRequests(state: State): Request[] {
  const all = [
    state.requests,
    ...otherMembers(state).map((node) => state.peers[node]?.heartbeat.requests ?? []),
  ].flat();
  return all.filter(({ id }) => !state.answered.includes(id) && state.work?.request.id !== id);
}

function begin(state: State, request: Request): void {
  const applied = applyChange(state.repository, state.placement, request.change, state.view?.members ?? []);
  if ('refused' in applied) {
    answer(state, { id: request.id, exit: 1, message: applied.refused });
    return;
  }
  state.repository = applied.repository;
  state.placement = applied.placement;
  state.work = {
    request,
    repositoryVersion: state.repository.version,
    placementSerial: state.placement.serial,
  };
}

/** Answers the request in work once every member has taken the change in and no group is on its way any more. */
function finishWork(draft: Draft): void {
  const { state } = draft;
  const { work } = state;
  if (work === null) return;
  const caughtUp = otherMembers(state).every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.repositoryVersion < work.repositoryVersion) return false;
    return heartbeat.placement.serial >= state.placement.serial && settled(state, heartbeat.groups);
  });
  if (!caughtUp || !settled(state, state.groupStates)) return;
  state.work = null;
  answer(state, outcomeOf(state, work));
}

function settled(state: State, groups: Record<string, GroupState>): boolean {
  return state.repository.groups.every(({ name }) => SETTLED.includes(groups[name]));
}

function outcomeOf(state: State, { request }: Work): Answer {
  const { change } = request;
  const bad = state.repository.groups.flatMap(({ name }) =>
    ['Online_faulted', 'Error_stop_failed'].flatMap((trouble) => {
      const node = state.view?.members.find((member) => groupStateAt(state, member, name) === trouble);
      return node === undefined ? [] : [`${name} is ${trouble} on ${node}: ${reasons(state, node)}`];
    }),
  );
  if (change.do === 'switch') {
    for (const group of change.groups) {
      if (change.node !== null && groupStateAt(state, change.node, group) !== 'Online') {
        bad.push(`${group} did not come online on ${change.node}`);
      }
    }
  }
  return { id: request.id, exit: bad.length === 0 ? 0 : 1, message: bad.join('; ') };
}

function reasons(state: State, node: string): string {
  const resources = node === state.config.self ? state.local : (state.peers[node]?.heartbeat.resources ?? {});
  const failed = Object.entries(resources).filter(([, resource]) => resource.state.endsWith('_failed'));
  return failed.map(([name, resource]) => `${name} ${resource.state} (${resource.message})`).join(', ');
}

function groupStateAt(state: State, node: string, group: string): GroupState | undefined {
  return node === state.config.self ? state.groupStates[group] : state.peers[node]?.heartbeat.groups[group];
}

function answer(state: State, given: Answer): void {
  state.answers = [...state.answers, given].slice(-KEPT_ANSWERS);
  state.answered = [...state.answered, given.id].slice(-KEPT_ANSWERS);
}

/** A group whose node left, or gave it up, goes to the next member of its Nodelist; without one it stays. */
function placeGroups(state: State): void {
  const members = state.view?.members ?? [];
  for (const group of state.repository.groups) {
    const target = state.placement.targets[group.name];
    if (!group.managed || target === null) continue;
    const left = target !== undefined && !members.includes(target);
    if (left && state.config.sabotage === 'no-takeover') continue;
    if (target !== undefined && !left && !gaveUp(state, target, group)) continue;
    const next = group.nodelist.find(
      (node) => members.includes(node) && node !== target && !gaveUp(state, node, group),
    );
    if (next === undefined || next === target) continue;
    state.placement = {
      serial: state.placement.serial + 1,
      targets: { ...state.placement.targets, [group.name]: next },
    };
  }
}

function gaveUp(state: State, node: string, { name }: Group): boolean {
  const given = node === state.config.self ? state.givenUp : (state.peers[node]?.heartbeat.givenUp ?? []);
  return given.includes(name);
}
