/** The president's half: where each group goes, and the changes that commands ask for, one at a time. */
import { type Applied, applyChange } from './changes.ts';
import { type Draft, generationOf, isMember, isPresident, numberAfter, otherMembers } from './draft.ts';
import { findings } from './inquiry.ts';
import { findGroup, findType } from './lookup.ts';
import { decideGiveovers } from './president/giveover.ts';
import { outcomeOf } from './president/outcome.ts';
import { placeGroups } from './president/placement.ts';
import { isGroupSettled, isQuiet } from './president/settled.ts';
import type { Answer, Inquiry, Request, State } from './types.ts';

/** Requests remembered as done: more than can be open at the same time. */
const KEPT_APPLIED = 64;

export function runPresident(draft: Draft): void {
  const { state } = draft;
  if (!isPresident(state)) {
    // The next president finds the requests in their askers' heartbeats.
    if (state.work !== null) state.work = null;
    if (state.answers.length > 0) state.answers = [];
    if (state.inquiries.length > 0) state.inquiries = [];
    return;
  }
  takeOffice(state);
  placeGroups(draft);
  const giveovers = decideGiveovers(state);
  finishWork(state);
  takeRequests(state);
  placeGroups(draft);
  noteInquiries(state, giveovers);
}

/**
 * In a new view nothing of an earlier president holds but what is in the placement and the repository. Both have
 * numbers of this view from the same step on, so that an update that only some members knew is in both or in neither.
 */
function takeOffice(state: State): void {
  if (generationOf(state.placement.serial) === state.view?.generation) return;
  state.placement = { ...state.placement, serial: numberAfter(state.placement.serial, state.view) };
  state.work = null;
  state.answers = [];
  state.inquiries = [];
}

function takeRequests(state: State): void {
  const open = openRequests(state);
  const isOpen = new Set(open.map(({ id }) => id));
  if (state.answers.some(({ id }) => !isOpen.has(id)))
    state.answers = state.answers.filter(({ id }) => isOpen.has(id));
  const isApplied = ({ id }: Request) => state.placement.applied.includes(id);
  const waiting = open.filter(
    ({ id }) => state.work?.request.id !== id && !state.answers.some((answer) => answer.id === id),
  );
  // What a former president did is only waited for, before anything new is begun.
  for (const request of waiting.filter(isApplied)) if (state.work === null) waitFor(state, request);
  for (const request of waiting.filter((one) => !isApplied(one))) takeUp(state, request);
}

function openRequests(state: State): Request[] {
  const others = otherMembers(state).map((node) => state.peers[node]?.heartbeat.requests ?? []);
  return [state.requests, ...others].flat();
}

function takeUp(state: State, request: Request): void {
  const { work } = state;
  if (work !== null && request.change.do === 'quiesce' && work.request.change.do !== 'quiesce') {
    // A group that bounces from node to node never comes to rest, and the command that waits for it goes on for ever.
    answer(state, { id: work.request.id, exit: 1, message: 'interrupted by scswitch -Q' });
    state.work = null;
  }
  if (state.work !== null) refuse(state, request, 'cluster is reconfiguring; try again later');
  else begin(state, request);
}

function begin(state: State, request: Request): void {
  const applied = applyChange(state, request.change);
  if ('refused' in applied) {
    refuse(state, request, applied.refused);
    return;
  }
  const inquiry = inquiryAbout(state, request, applied);
  if (inquiry === undefined) carryOut(state, request, applied);
  else {
    state.inquiries = [...state.inquiries, inquiry];
    state.work = { request, inquiry: inquiry.id, repositoryVersion: 0, placementSerial: 0, warnings: [] };
  }
}

/** VALIDATE on every member of the Nodelist. */
function inquiryAbout(state: State, { id }: Request, { repository, validate }: Applied): Inquiry | undefined {
  const resources = validate.filter(({ type }) => findType(repository, type)?.methods.VALIDATE !== undefined);
  const nodelist = findGroup(repository, resources[0]?.group ?? '')?.nodelist ?? [];
  const nodes = nodelist.filter((node) => isMember(state, node));
  if (resources.length === 0 || nodes.length === 0) return undefined;
  return { id: `${id} @${state.view?.generation ?? 0}`, method: 'VALIDATE', resources, nodes };
}

function carryOut(state: State, request: Request, { repository, placement, warnings }: Applied): void {
  const isChanged = repository.version !== state.repository.version;
  state.repository = repository;
  state.placement = { ...placement, applied: [...placement.applied, request.id].slice(-KEPT_APPLIED) };
  state.work = {
    request,
    inquiry: null,
    repositoryVersion: isChanged ? repository.version : 0,
    placementSerial: placement.serial,
    warnings,
  };
}

function waitFor(state: State, request: Request): void {
  const { version } = state.repository;
  const { serial } = state.placement;
  state.work = { request, inquiry: null, repositoryVersion: version, placementSerial: serial, warnings: [] };
}

/** Answers the request in work once every member has taken the change in and nothing is on its way any more. */
function finishWork(state: State): void {
  const { work } = state;
  if (work === null) return;
  if (work.inquiry !== null) {
    concludeInquiry(state, work.request, work.inquiry);
    return;
  }
  if (!isQuiet(state, work.repositoryVersion)) return;
  if (Object.values(state.placement.targets).some(({ quiesced }) => quiesced)) return;
  if (!state.repository.groups.every((group) => isGroupSettled(state, group))) return;
  state.work = null;
  answer(state, outcomeOf(state, work));
}

function concludeInquiry(state: State, request: Request, id: string): void {
  const inquiry = state.inquiries.find((one) => one.id === id);
  const found = inquiry && findings(state, inquiry);
  if (found === undefined) return;
  state.work = null;
  if (found.problem !== null) {
    refuse(state, request, found.problem);
    return;
  }
  const applied = applyChange(state, request.change);
  if ('refused' in applied) refuse(state, request, applied.refused);
  else carryOut(state, request, applied);
}

/** What is still asked: the command in work, and giveovers. */
function noteInquiries(state: State, giveovers: Inquiry[]): void {
  const own = state.inquiries.filter(({ id }) => id === state.work?.inquiry);
  const all = [...own, ...giveovers];
  const isSame =
    all.length === state.inquiries.length && all.every(({ id }, at) => state.inquiries[at]?.id === id);
  if (!isSame) state.inquiries = all;
}

function refuse(state: State, { id }: Request, message: string): void {
  answer(state, { id, exit: 1, message });
}

/** Kept for as long as the asker is known to wait. */
function answer(state: State, given: Answer): void {
  state.answers = [...state.answers, given];
}
