/** The core: `step(state, input, nowMs) → { state, effects }`. Same state, input and moment, same answer. */

import { deviceMastered } from './devices.ts';
import { type Draft, isPresident, president } from './draft.ts';
import { probeFailed } from './groups/faults.ts';
import { endOverdue, methodEnded, runGroups, statusSet } from './groups.ts';
import { answerInquiries } from './inquiry.ts';
import { echoesOf, noteSent } from './lease.ts';
import { discountStandstill, hear, hears, isStale, runMembership } from './membership.ts';
import { runPresident } from './president.ts';
import { resourcesShown } from './shown.ts';
import type { CoreConfig, Effect, Heartbeat, Input, Repository, State } from './types.ts';

/** A node that has just booted. `incarnation` must differ from that of its earlier lives; `repository` is from its disk. */
export function boot(config: CoreConfig, incarnation: number, nowMs: number, repository?: Repository): State {
  return {
    config,
    incarnation,
    bootedMs: nowMs,
    lastTickMs: null,
    serial: 0,
    sent: [],
    peers: {},
    view: null,
    proposal: null,
    accepts: null,
    promised: [],
    quorum: null,
    fencing: { victims: [], generation: 0, done: true },
    repository: repository ?? { version: 0, types: [], groups: [], resources: [] },
    placement: { serial: 0, targets: {}, devices: {}, cleared: {}, applied: [] },
    local: {},
    groupStates: {},
    joined: true,
    givenUp: [],
    failures: {},
    givesOver: {},
    restarting: [],
    obeyed: {},
    stopFailed: {},
    busy: [],
    devices: {},
    running: {},
    nextCallId: 1,
    savedVersion: repository?.version ?? 0,
    inquiries: [],
    replies: [],
    requests: [],
    work: null,
    answers: [],
    panicked: false,
  };
}

export function step(before: State, input: Input, nowMs: number): { state: State; effects: Effect[] } {
  if (before.panicked) return { state: before, effects: [] };
  // The same heartbeat comes over every interconnect.
  if (input.kind === 'heartbeat' && isStale(before, input.heartbeat)) return { state: before, effects: [] };
  const draft: Draft = { state: copyOf(before), nowMs, effects: [], joined: [] };
  const { state } = draft;
  takeIn(draft, input);
  if (!state.panicked) runMembership(draft);
  if (!state.panicked) {
    runPresident(draft);
    answerInquiries(draft);
    runGroups(draft);
    // Once more, so that a change which is complete as soon as it is made is answered at once.
    runPresident(draft);
    deliverAnswers(draft);
    if (state.repository.version !== before.repository.version)
      draft.effects.push({ kind: 'save', repository: state.repository });
    if (input.kind === 'tick' || showsMore(before, state)) send(draft);
  }
  return { state, effects: draft.effects };
}

/** Copies what a step changes in place; all the rest of a state is replaced, never changed. */
function copyOf(state: State): State {
  const each = <T>(record: Record<string, T>, copy: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, copy(value)]));
  return {
    ...state,
    peers: each(state.peers, (peer) => ({ ...peer })),
    quorum: state.quorum && { ...state.quorum },
    fencing: { ...state.fencing },
    requests: [...state.requests],
  };
}

function takeIn(draft: Draft, input: Input): void {
  const { state } = draft;
  switch (input.kind) {
    case 'tick':
      discountStandstill(draft);
      endOverdue(draft);
      return;
    case 'heartbeat':
      hear(draft, input.heartbeat);
      absorb(state, input.heartbeat);
      return;
    case 'quorum-result':
      if (state.quorum?.generation === input.generation) state.quorum.granted = input.granted;
      return;
    case 'fence-result':
      if (state.fencing.generation !== input.generation) return;
      state.fencing.done = input.ok;
      // An array that does not answer may still serve the old owner: ask until it does.
      if (!input.ok)
        draft.effects.push({ kind: 'fence', generation: input.generation, victims: state.fencing.victims });
      return;
    case 'method-result':
      methodEnded(draft, input);
      return;
    case 'saved':
      state.savedVersion = Math.max(state.savedVersion, input.version);
      return;
    case 'status':
      statusSet(state, input.resource, input.status, input.message);
      return;
    case 'mastered':
      deviceMastered(state, input.deviceGroup, input.mastered, input.message);
      return;
    case 'probe-failed':
      probeFailed(draft, input.resource, input.message);
      return;
    case 'request':
      state.requests.push(input.request);
  }
}

/** Newer configuration and placements win, whoever passes them on. */
function absorb(state: State, heartbeat: Heartbeat): void {
  if (heartbeat.repository && heartbeat.repository.version > state.repository.version)
    state.repository = heartbeat.repository;
  if (heartbeat.placement.serial > state.placement.serial) state.placement = heartbeat.placement;
}

function deliverAnswers(draft: Draft): void {
  const { state, effects } = draft;
  const leader = president(state);
  const answers = isPresident(state)
    ? state.answers
    : (leader && state.peers[leader]?.heartbeat.answers) || [];
  for (const answer of answers) {
    if (!state.requests.some(({ id }) => id === answer.id)) continue;
    state.requests = state.requests.filter(({ id }) => id !== answer.id);
    effects.push({ kind: 'answer', answer });
  }
}

/** Whether something changed that others act on: that is sent at once, not with the next quantum. */
function showsMore(before: State, state: State): boolean {
  const membership = ({ view, proposal, accepts }: State) => JSON.stringify([view, proposal, accepts]);
  // These are replaced when they change, never changed in place.
  const rest = (one: State) => [
    one.placement,
    one.local,
    one.groupStates,
    one.givenUp,
    one.givesOver,
    one.busy,
    one.devices,
    one.inquiries,
    one.replies,
    one.answers,
    one.savedVersion,
    one.repository.version,
    one.requests.length,
  ];
  const now = rest(state);
  return rest(before).some((value, at) => value !== now[at]) || membership(before) !== membership(state);
}

function send(draft: Draft): void {
  const { state, nowMs } = draft;
  state.serial += 1;
  noteSent(state, nowMs);
  // Nodes that are about to join too: the lowest of them makes the view, and must not make it with what it had on disk.
  const heard = hears(state, nowMs).filter((node) => node !== state.config.self);
  const behind = heard.some(
    (node) => (state.peers[node]?.heartbeat.repositoryVersion ?? 0) < state.repository.version,
  );
  const heartbeat: Heartbeat = {
    from: state.config.self,
    incarnation: state.incarnation,
    serial: state.serial,
    hears: hears(state, nowMs),
    echoes: echoesOf(state),
    unfenced: state.fencing.done ? [] : state.fencing.victims,
    view: state.view,
    proposal: state.proposal,
    accepts: state.accepts,
    placement: state.placement,
    repositoryVersion: state.repository.version,
    savedVersion: state.savedVersion,
    repository: behind ? state.repository : null,
    groups: state.groupStates,
    resources: resourcesShown(state),
    busy: state.busy,
    givenUp: state.givenUp,
    givesOver: state.givesOver,
    devices: state.devices,
    inquiries: state.inquiries,
    replies: state.replies,
    requests: state.requests,
    answers: state.answers,
  };
  draft.effects.push({ kind: 'send', heartbeat });
}
