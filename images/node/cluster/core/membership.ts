/**
 * Who is in the cluster. Heartbeats over two interconnects (either suffices); the lowest node that is heard proposes
 * a view, all of its nodes accept it, and it holds only with a majority of the votes, the quorum device's included.
 * Whoever finds itself without quorum panics. Source: SEMANTICS, "Membership, quorum, fencing".
 */
import { type Draft, numberAfter } from './draft.ts';
import { asksQuorumDevice, highestGeneration, isOutbid, isOutdated, toFence } from './generations.ts';
import type { Heartbeat, Proposal, State, View } from './types.ts';

const sameNodes = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((node, i) => node === b[i]);

/** This node and the peers heard within the timeout, in the order of their numbers. */
export function hears(state: State, nowMs: number): string[] {
  const { self, nodes, heartbeatTimeoutMs } = state.config;
  return nodes.filter((node) => {
    if (node === self) return true;
    const peer = state.peers[node];
    return peer !== undefined && nowMs - peer.lastHeardMs <= heartbeatTimeoutMs;
  });
}

/** A heartbeat that was overtaken by a newer one, or that is of an earlier life than the sender's present one. */
export function isStale(state: State, heartbeat: Heartbeat): boolean {
  if (!state.config.nodes.includes(heartbeat.from)) return true;
  const known = state.peers[heartbeat.from]?.heartbeat;
  if (known === undefined || known.incarnation < heartbeat.incarnation) return false;
  return known.incarnation > heartbeat.incarnation || known.serial >= heartbeat.serial;
}

export function hear({ state, nowMs }: Draft, heartbeat: Heartbeat): void {
  const { from, incarnation } = heartbeat;
  const known = state.peers[from]?.heartbeat;
  state.peers[from] = { lastHeardMs: nowMs, heartbeat, suspected: false };
  if (known === undefined || known.incarnation === incarnation) return;
  // The life that was to be fenced is over, and the keys of the new one must stay.
  const victims = state.fencing.victims.filter((node) => node !== from);
  state.fencing = { ...state.fencing, victims, done: state.fencing.done || victims.length === 0 };
}

/**
 * A node that itself stood still for a while (a machine short of CPU does that to all of its nodes at once) heard
 * nobody in that time, and that proves nothing about the others: it does not count towards their timeout.
 */
export function discountStandstill({ state, nowMs }: Draft): void {
  const stoodMs = nowMs - (state.lastTickMs ?? nowMs) - state.config.heartbeatQuantumMs;
  state.lastTickMs = nowMs;
  if (stoodMs <= state.config.heartbeatQuantumMs) return;
  for (const peer of Object.values(state.peers))
    peer.lastHeardMs = Math.min(nowMs, peer.lastHeardMs + stoodMs);
}

export function runMembership(draft: Draft): void {
  const { quorum } = draft.state;
  // Whatever else has come in the meantime, another node was faster and has this one's key.
  if (quorum?.granted === false) {
    panic(draft, `no quorum: the quorum device refused generation ${quorum.generation}`);
    return;
  }
  suspect(draft);
  followOthers(draft);
  if (draft.state.panicked) return;
  concludeOwnProposal(draft);
  propose(draft);
  concludeOwnProposal(draft);
}

function suspect(draft: Draft): void {
  const { state, nowMs, effects } = draft;
  const heard = hears(state, nowMs);
  for (const node of state.view?.members ?? []) {
    const peer = state.peers[node];
    if (peer === undefined || peer.suspected || heard.includes(node)) continue;
    peer.suspected = true;
    effects.push({ kind: 'suspected', peer: node });
  }
}

/** Accepts the proposal of the lowest node heard if it is about the same nodes, and adopts the view that came of it. */
function followOthers(draft: Draft): void {
  const { state, nowMs } = draft;
  const heard = hears(state, nowMs);
  const [lowest] = heard;
  for (const node of heard) {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined) continue;
    const { proposal, view } = heartbeat;
    const generation = state.view?.generation ?? 0;
    if (
      proposal &&
      node === lowest &&
      !asksQuorumDevice(state) &&
      proposal.generation > Math.max(generation, state.accepts?.generation ?? 0) &&
      sameNodes(proposal.members, heard)
    ) {
      state.accepts = proposal;
      state.promised = [...new Set([...state.promised, ...proposal.members])];
    }
    if (view === null || view.generation <= generation) continue;
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
  const { self, nodes, bootPatienceMs } = state.config;
  const heard = hears(state, nowMs).filter(
    (node) => node === self || state.peers[node]?.heartbeat.hears.includes(self),
  );
  // Once the device is asked it may have taken the others' keys: the race is run to its end.
  if (asksQuorumDevice(state)) return;
  const mayForm =
    state.view !== null ||
    heard.length === nodes.length ||
    nowMs - state.bootedMs >= bootPatienceMs ||
    heard.some((node) => (state.peers[node]?.heartbeat.view ?? null) !== null);
  const asItIs =
    state.view !== null && sameNodes(heard, state.view.members) && !isOutdated(state, state.view);
  if (heard[0] !== self || !mayForm || asItIs) {
    state.proposal = null;
    return;
  }
  if (state.proposal && sameNodes(state.proposal.members, heard) && !isOutbid(state, state.proposal)) return;
  state.proposal = { proposer: self, generation: highestGeneration(state) + 1, members: heard };
  state.accepts = state.proposal;
}

function concludeOwnProposal(draft: Draft): void {
  const { state } = draft;
  const { proposal } = state;
  if (proposal === null || !acceptedByAll(state, proposal)) return;
  const { nodes, quorumDevices } = state.config;
  const quorumDeviceVotes = quorumDevices.reduce((votes, device) => votes + device.nodes.length - 1, 0);
  const majority = Math.floor((nodes.length + quorumDeviceVotes) / 2) + 1;
  const votes = proposal.members.length;
  if (votes >= majority) {
    commit(draft, proposal);
  } else if (votes + quorumDeviceVotes < majority) {
    if (state.view !== null)
      panic(draft, `no quorum: ${votes} of ${majority} votes, with every quorum device too few`);
  } else if (state.quorum?.generation !== proposal.generation) {
    state.quorum = { generation: proposal.generation, granted: null };
    const victims = nodes.filter((node) => !proposal.members.includes(node));
    const device = quorumDevices[0]?.name ?? '';
    draft.effects.push({ kind: 'ask-quorum-device', generation: proposal.generation, device, victims });
  } else if (state.quorum.granted === true) {
    commit(draft, proposal);
  }
}

function acceptedByAll(state: State, proposal: Proposal): boolean {
  return proposal.members.every((node) => {
    const { accepts, repositoryVersion } =
      node === state.config.self
        ? { accepts: state.accepts, repositoryVersion: 0 }
        : (state.peers[node]?.heartbeat ?? { accepts: null, repositoryVersion: 0 });
    // Its proposer gives the configuration a new number: a newer one than it has itself would be lost by that.
    if (repositoryVersion > state.repository.version) return false;
    return accepts?.generation === proposal.generation && accepts.proposer === proposal.proposer;
  });
}

/** Makes `view` the current one. Whoever left is fenced from the disks before any of its groups starts elsewhere. */
function commit(draft: Draft, view: View): void {
  const { state, effects } = draft;
  const { generation, members } = view;
  const victims = toFence(state, members);
  draft.joined = members.filter((node) =>
    node === state.config.self ? state.view === null : state.peers[node]?.heartbeat.view === null,
  );
  state.view = { generation, members };
  state.promised = [];
  // On every member's disk with the repository, so that a cluster that begins anew uses no generation again.
  if (members[0] === state.config.self)
    state.repository = { ...state.repository, version: numberAfter(state.repository.version, state.view) };
  state.proposal = null;
  state.fencing = { victims, generation, done: victims.length === 0 };
  effects.push({ kind: 'view', view: state.view, quorum: true });
  if (victims.length > 0) effects.push({ kind: 'fence', generation, victims });
}

export function panic(draft: Draft, reason: string): void {
  draft.state.panicked = true;
  draft.effects.push({ kind: 'panic', reason });
}
