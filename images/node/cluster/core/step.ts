/** The core: `step(state, input, nowMs) → { state, effects }`. Same state, input and moment, same answer. */

import { deviceMastered, endOverdueDevices } from './devices.ts';
import { type Draft, isPresident, NOTHING_HEARD, president } from './draft.ts';
import { probeFailed } from './groups/faults.ts';
import { endOverdue, methodEnded, runGroups, statusSet } from './groups.ts';
import { discountStandstill, hear, hearAgain, isStale } from './hearing.ts';
import { onlyLifeSign, tellOthers } from './heartbeat.ts';
import { answerInquiries } from './inquiry.ts';
import { fenceDisks, joinedDisks, runMembership } from './membership.ts';
import { runPresident } from './president.ts';
import { noteClaim } from './quorum.ts';
import { endSilence } from './silence.ts';
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
    failedMs: null,
    waitsFor: '',
    joinedIn: 0,
    joinAsked: 0,
    joined: false,
    barred: 0,
    fencing: { victims: [], reborn: {}, generation: 0, asked: false, done: true },
    repository: repository ?? { version: 0, types: [], groups: [], resources: [] },
    savedVersion: repository?.version ?? 0,
    placement: { serial: 0, targets: {}, devices: {}, cleared: {}, applied: [] },
    local: {},
    groupStates: {},
    givenUp: [],
    failures: {},
    givesOver: {},
    restarting: [],
    obeyed: {},
    stopFailed: {},
    busy: [],
    devices: {},
    deviceDeadlines: {},
    running: {},
    nextCallId: 1,
    inquiries: [],
    replies: [],
    requests: [],
    work: null,
    answers: [],
    calmUntilMs: nowMs,
    said: null,
    restless: true,
    silentFromMs: null,
    panicked: false,
  };
}

export function step(before: State, input: Input, nowMs: number): { state: State; effects: Effect[] } {
  if (before.panicked) return { state: before, effects: [] };
  if (input.kind === 'heartbeat') {
    // The same heartbeat comes over every interconnect.
    if (isStale(before, input.heartbeat)) return { state: before, effects: [] };
    const after = hearAgain(before, input.heartbeat, nowMs);
    if (after !== null) return { state: after, effects: [] };
  } else if (input.kind === 'tick') {
    const after = onlyLifeSign(before, nowMs);
    if (after !== null) return after;
  }
  // A shallow copy: whatever is in a state is replaced, never changed.
  const draft: Draft = { state: { ...before }, nowMs, effects: [], listening: NOTHING_HEARD, joined: [] };
  const { state, effects } = draft;
  discountStandstill(draft, input.kind === 'tick');
  endSilence(state, nowMs);
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
      effects.push({ kind: 'save', repository: state.repository });
    const isAtWork = tellOthers(draft, input.kind === 'tick');
    state.restless = isAtWork || effects.some(({ kind }) => kind !== 'send');
  }
  return { state, effects };
}

function takeIn(draft: Draft, input: Input): void {
  const { state } = draft;
  switch (input.kind) {
    case 'tick':
      endOverdue(draft);
      endOverdueDevices(draft);
      return;
    case 'moment':
      return;
    case 'heartbeat':
      hear(draft, input.heartbeat);
      absorb(state, input.heartbeat);
      return;
    case 'quorum-result':
      noteClaim(
        state,
        input.generation,
        input.device,
        input.granted ? 'granted' : input.answered ? 'refused' : 'unavailable',
      );
      return;
    case 'fence-result':
      if (state.fencing.generation !== input.generation) return;
      state.fencing = { ...state.fencing, done: input.ok, asked: input.ok };
      fenceDisks(draft);
      return;
    case 'joined':
      if (input.ok) joinedDisks(draft, input.generation);
      return;
    case 'keys-lost':
      state.barred = Math.max(state.barred, input.generation);
      return;
    case 'saved':
      state.savedVersion = Math.max(state.savedVersion, input.version);
      return;
    case 'method-result':
      methodEnded(draft, input);
      return;
    case 'probe-failed':
      probeFailed(draft, input);
      return;
    case 'request':
      state.requests = [...state.requests, input.request];
      return;
    case 'status':
      statusSet(state, input.resource, input.status, input.message);
      return;
    case 'mastered':
      deviceMastered(state, input.deviceGroup, input.mastered, input.message);
      return;
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
