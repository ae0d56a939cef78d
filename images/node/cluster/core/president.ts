/** The president's half: where each group goes, and the changes that commands ask for, one at a time. */
import { applyChange } from './changes.ts';
import { type Draft, isPresident, numberAfter, otherMembers } from './draft.ts';
import { isKept } from './generations.ts';
import type { Answer, Change, Group, GroupState, Request, State, Work } from './types.ts';

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
  if (!isPresident(state)) {
    // The next president finds the request in its asker's heartbeats.
    state.work = null;
    return;
  }
  finishWork(draft);
  for (const request of openRequests(state)) {
    if (state.work !== null)
      answer(state, { id: request.id, exit: 1, message: 'cluster is reconfiguring; try again later' });
    else begin(state, request);
  }
  placeGroups(draft);
}

function openRequests(state: State): Request[] {
  const all = [
    state.requests,
    ...otherMembers(state).map((node) => state.peers[node]?.heartbeat.requests ?? []),
  ].flat();
  return all.filter(({ id }) => !state.answered.includes(id) && state.work?.request.id !== id);
}

function begin(state: State, request: Request): void {
  const applied = applyChange(state.repository, state.placement, request.change, state.view);
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
  // A former member that is not fenced yet may still serve.
  if (!state.fencing.done || !isKept(state, work.repositoryVersion)) return;
  const caughtUp = otherMembers(state).every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.unfenced.length > 0) return false;
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
  const groups = concerned(state, request.change);
  const bad = groups.flatMap(
    (name) => troubleWith(state, name) ?? misplaced(state, request.change, name) ?? [],
  );
  return { id: request.id, exit: bad.length === 0 ? 0 : 1, message: bad.join('; ') };
}

/** The groups whose state decides whether the change is done. */
function concerned({ repository }: State, change: Change): string[] {
  switch (change.do) {
    case 'switch':
      return change.groups;
    case 'bring-online':
      return change.groups.length > 0 ? change.groups : repository.groups.map(({ name }) => name);
    case 'set-enabled':
      return repository.resources
        .filter(({ name }) => change.resources.includes(name))
        .map(({ group }) => group);
    default:
      return [];
  }
}

function troubleWith(state: State, name: string): string | undefined {
  for (const node of state.view?.members ?? []) {
    const found = groupStateAt(state, node, name);
    if (found === 'Online_faulted' || found === 'Error_stop_failed')
      return `${name} is ${found} on ${node}: ${reasons(state, node)}`;
  }
  return undefined;
}

function misplaced(state: State, change: Change, name: string): string | undefined {
  const members = state.view?.members ?? [];
  const online = members.filter((node) => groupStateAt(state, node, name) === 'Online');
  if (change.do === 'switch' && change.node !== null && !online.includes(change.node))
    return `${name} did not come online on ${change.node}`;
  if (change.do === 'switch' && change.node === null && online.length > 0)
    return `${name} is still online on ${online.join(', ')}`;
  if (change.do === 'bring-online' && online.length === 0) return `${name} did not come online on any node`;
  return undefined;
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

/** A group whose node left (if only to boot), or gave it up, goes to the next member of its Nodelist, or stays. */
function placeGroups(draft: Draft): void {
  const { state, joined } = draft;
  // The president runs twice in a step, and what has been placed on a new member stays there.
  draft.joined = [];
  const members = state.view?.members ?? [];
  for (const group of state.repository.groups) {
    const target = state.placement.targets[group.name]?.node;
    if (!group.managed || target === null) continue;
    const left = target !== undefined && (!members.includes(target) || joined.includes(target));
    if (left && state.config.sabotage === 'no-takeover') continue;
    if (target !== undefined && !left && !gaveUp(state, target, group)) continue;
    const next = group.nodelist.find(
      (node) => members.includes(node) && node !== target && !gaveUp(state, node, group),
    );
    if (next === undefined || next === target) continue;
    const serial = numberAfter(state.placement.serial, state.view);
    const order = { node: next, serial, restart: false, quiesced: false };
    state.placement = {
      ...state.placement,
      serial,
      targets: { ...state.placement.targets, [group.name]: order },
    };
  }
}

function gaveUp(state: State, node: string, { name }: Group): boolean {
  const given = node === state.config.self ? state.givenUp : (state.peers[node]?.heartbeat.givenUp ?? []);
  return given.includes(name);
}
