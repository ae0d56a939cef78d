/**
 * Who is in the cluster. Heartbeats over two interconnects (either suffices); the lowest node that is heard proposes
 * a view, all of its nodes accept it, and it holds only with a majority of the votes, quorum devices' included.
 * Whoever finds itself without quorum panics; a node that boots waits. Source: SEMANTICS, "Membership, quorum, fencing".
 */
import { type Draft, generationOf, numberAfter } from './draft.ts';
import { fencingFor, highestGeneration, isNewLife, isOutbid, isOutdated } from './generations.ts';
import { listen, sameNodes } from './hearing.ts';
import { say } from './heartbeat.ts';
import { asksQuorumDevice, claimDevices, claimsFor, majorityOf, mostVotes, tally } from './quorum.ts';
import { noteDeparture } from './silence.ts';
import type { Proposal, State, View } from './types.ts';

export function runMembership(draft: Draft): void {
  const { state, nowMs } = draft;
  draft.listening = listen(state, nowMs);
  state.calmUntilMs = draft.listening.calmUntilMs;
  suspect(draft);
  followOthers(draft);
  if (state.panicked) return;
  settleProposal(draft);
  if (state.panicked) return;
  propose(draft);
  settleProposal(draft);
  if (!state.panicked) putKeys(draft);
}

function suspect({ state, effects, listening }: Draft): void {
  if (state.view === null || sameNodes(listening.heard, state.view.members)) return;
  const isHeard = new Set(listening.heard);
  for (const node of state.view.members) {
    if (isHeard.has(node)) continue;
    const peer = state.peers[node];
    if (peer === undefined || peer.suspected) continue;
    state.peers = { ...state.peers, [node]: { ...peer, suspected: true } };
    effects.push({ kind: 'suspected', peer: node });
  }
}

/** Accepts the proposal of the lowest node heard if it is about the same nodes, and adopts the view that came of it. */
function followOthers(draft: Draft): void {
  const { state } = draft;
  const { heard, later } = draft.listening;
  const proposal = state.peers[heard[0] ?? '']?.heartbeat.proposal;
  if (
    proposal &&
    !asksQuorumDevice(state) &&
    proposal.generation > Math.max(state.view?.generation ?? 0, state.accepts?.generation ?? 0) &&
    sameNodes(proposal.members, heard)
  ) {
    state.accepts = proposal;
    state.failedMs = null;
    state.promised = [...new Set([...state.promised, ...proposal.members])];
  }
  for (const node of later) {
    const view = state.peers[node]?.heartbeat.view;
    if (!view || view.generation <= (state.view?.generation ?? 0)) continue;
    if (view.members.includes(state.config.self)) {
      if (state.accepts?.generation === view.generation && state.accepts.proposer === node)
        commit(draft, view);
    } else if (state.view !== null) {
      panic(draft, `expelled: generation ${view.generation} has ${view.members.join(', ')}`);
      return;
    }
  }
}

function propose(draft: Draft): void {
  const { state, nowMs } = draft;
  const hearing = draft.listening.heard;
  const { self, nodes, bootPatienceMs } = state.config;
  // Once a device is asked it may have taken the others' keys: the race is run to its end.
  if (asksQuorumDevice(state)) return;
  const hearsThis = (node: string) => node === self || state.peers[node]?.heartbeat.hears.includes(self);
  if (hearing.find(hearsThis) !== self) {
    state.proposal = null;
    return;
  }
  const heard = hearing.filter(hearsThis);
  const mayForm =
    state.view !== null ||
    heard.length === nodes.length ||
    nowMs - state.bootedMs >= bootPatienceMs ||
    heard.some((node) => (state.peers[node]?.heartbeat.view ?? null) !== null);
  const asItIs =
    state.view !== null && sameNodes(heard, state.view.members) && !isOutdated(state, state.view);
  if (!mayForm || asItIs) {
    state.proposal = null;
    return;
  }
  const again = state.failedMs !== null && nowMs - state.failedMs >= bootPatienceMs;
  if (
    state.proposal &&
    sameNodes(state.proposal.members, heard) &&
    !isOutbid(state, state.proposal) &&
    !again
  )
    return;
  state.failedMs = null;
  state.proposal = { proposer: self, generation: highestGeneration(state) + 1, members: heard };
  state.accepts = state.proposal;
}

/** Brings the proposal that this node has accepted, its own or another's, as far as it gets. */
function settleProposal(draft: Draft): void {
  const { state } = draft;
  const { accepts: proposal, config } = state;
  if (proposal === null || proposal.generation <= (state.view?.generation ?? 0)) return;
  const isOwn = proposal.proposer === config.self;
  // The proposer's own claims, if only empty ones, are the word that all have accepted and the race is on.
  if (isOwn ? state.proposal === null || !acceptedByAll(state, proposal) : !isRace(state, proposal)) return;
  const majority = majorityOf(config);
  if (proposal.members.length < majority) {
    const most = mostVotes(config, proposal);
    if (most < majority) {
      const votes = `${proposal.members.length} of ${majority} votes`;
      const { generation, proposer } = proposal;
      state.quorum = { generation, proposer, devices: {} };
      noQuorum(draft, proposal, `${votes}, with every quorum device ${most}`);
      return;
    }
    const isHeard = new Set(draft.listening.heard);
    claimDevices(draft, proposal, isHeard);
    const { votes, open, gone, refused, unavailable } = tally(state, proposal, isHeard);
    if (votes < majority) {
      if (open.length > 0 || gone.length > 0) return;
      const which = (devices: string[]) => devices.join(', ') || 'none';
      const devices = `quorum devices lost: ${which(refused)}, without answer: ${which(unavailable)}`;
      noQuorum(draft, proposal, `${votes} of ${majority} votes; ${devices}`);
      return;
    }
  }
  if (isOwn && !knowsLess(state, proposal)) commit(draft, proposal);
}

function isRace(state: State, proposal: Proposal): boolean {
  return claimsFor(state, proposal, proposal.proposer) !== null;
}

function acceptedByAll(state: State, proposal: Proposal): boolean {
  return proposal.members.every((node) => {
    const accepts = node === state.config.self ? state.accepts : state.peers[node]?.heartbeat.accepts;
    return accepts?.generation === proposal.generation && accepts.proposer === proposal.proposer;
  });
}

/** A member has a newer configuration, which its next heartbeat brings: a view begun without it would undo it. */
function knowsLess(state: State, { members }: Proposal): boolean {
  return members.some(
    (node) => (state.peers[node]?.heartbeat.repositoryVersion ?? 0) > state.repository.version,
  );
}

/**
 * The losing partition panics, all of it at once. Who would only have let others in goes on without them, and who is in
 * no view yet has nothing to lose: they try again later.
 */
function noQuorum(draft: Draft, { members }: Proposal, reason: string): void {
  const { state, nowMs, effects } = draft;
  const hasLost = state.view?.members.some((node) => !members.includes(node) || isNewLife(state, node));
  if (hasLost) {
    // The others learn from it what came of this node's claims.
    say(draft);
    panic(draft, `no quorum: ${reason}`);
    return;
  }
  if (state.waitsFor !== reason) effects.push({ kind: 'waiting-for-quorum', reason });
  state.waitsFor = reason;
  state.failedMs ??= nowMs;
}

/** Makes `view` the current one. Whoever left is fenced from the disks before any of its groups starts elsewhere. */
function commit(draft: Draft, view: View): void {
  const { state, effects } = draft;
  const { generation, members } = view;
  const fencing = fencingFor(state, view);
  draft.joined = members.filter((node) =>
    node === state.config.self ? state.view === null : state.peers[node]?.heartbeat.view === null,
  );
  noteDeparture(state, members, draft.nowMs);
  state.view = { generation, members };
  if (state.joinedIn === 0) state.joinedIn = generation;
  state.promised = [];
  state.waitsFor = '';
  state.failedMs = null;
  // On every member's disk with the repository, so that a cluster that begins anew uses no generation again.
  if (members[0] === state.config.self)
    state.repository = { ...state.repository, version: numberAfter(state.repository.version, state.view) };
  state.proposal = null;
  state.fencing = fencing;
  effects.push({ kind: 'view', view: state.view, quorum: true });
  fenceDisks(draft);
}

/**
 * A key is a claim to have the newest configuration, so it comes after that is on the local disk; a member's too, which
 * may have missed a view without knowing.
 */
function putKeys({ state, effects }: Draft): void {
  const { config, view, joined, joinAsked, savedVersion } = state;
  if (view === null || joinAsked === view.generation || generationOf(savedVersion) < view.generation) return;
  state.joinAsked = view.generation;
  const others = config.nodes.filter((node) => !view.members.includes(node));
  effects.push({ kind: joined ? 'refresh-keys' : 'join', generation: view.generation, others });
}

export function joinedDisks(draft: Draft, generation: number): void {
  const { state } = draft;
  // Of an earlier view: the answer for the present one is still to come.
  if (state.view?.generation !== generation) return;
  state.joined = true;
  fenceDisks(draft);
}

export function fenceDisks({ state, effects }: Draft): void {
  const { generation, victims, reborn, asked, done } = state.fencing;
  if (done || asked || !state.joined) return;
  state.fencing = { ...state.fencing, asked: true };
  effects.push({ kind: 'fence', generation, victims, reborn });
}

export function panic(draft: Draft, reason: string): void {
  draft.state.panicked = true;
  draft.effects.push({ kind: 'panic', reason });
}
