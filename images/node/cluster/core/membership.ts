/**
 * Who is in the cluster. Heartbeats over two interconnects (either suffices); the lowest node that is heard proposes
 * a view, all of its nodes accept it, and it holds only with a majority of the votes, the quorum device's included.
 * Whoever finds itself without quorum panics. Source: SEMANTICS, "Membership, quorum, fencing".
 */
import type { Draft } from './draft.ts';
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

/** Takes in a peer's heartbeat; one that overtook a newer one on the other interconnect is dropped. */
export function hear(draft: Draft, heartbeat: Heartbeat): boolean {
  const { state, nowMs } = draft;
  const known = state.peers[heartbeat.from]?.heartbeat;
  const stale =
    known !== undefined && known.incarnation === heartbeat.incarnation && known.serial >= heartbeat.serial;
  if (stale || !state.config.nodes.includes(heartbeat.from)) return false;
  state.peers[heartbeat.from] = { lastHeardMs: nowMs, heartbeat, suspected: false };
  return true;
}

export function runMembership(draft: Draft): void {
  suspect(draft);
  followOthers(draft);
  if (draft.state.panicked) return;
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
      proposal.generation > generation &&
      sameNodes(proposal.members, heard)
    ) {
      state.accepts = proposal;
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
  const mayForm =
    state.view !== null || heard.length === nodes.length || nowMs - state.bootedMs >= bootPatienceMs;
  if (heard[0] !== self || !mayForm || (state.view && sameNodes(heard, state.view.members))) {
    state.proposal = null;
    return;
  }
  if (state.proposal && sameNodes(state.proposal.members, heard)) return;
  state.proposal = { proposer: self, generation: highestGeneration(state) + 1, members: heard };
  state.accepts = state.proposal;
}

function highestGeneration(state: State): number {
  const known = Object.values(state.peers).flatMap(({ heartbeat }) => [
    heartbeat.view?.generation ?? 0,
    heartbeat.proposal?.generation ?? 0,
  ]);
  return Math.max(state.view?.generation ?? 0, state.proposal?.generation ?? 0, ...known);
}

function concludeOwnProposal(draft: Draft): void {
  const { state } = draft;
  const { proposal } = state;
  if (proposal === null || !acceptedByAll(state, proposal)) return;
  const { nodes, quorumDeviceVotes } = state.config;
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
    draft.effects.push({ kind: 'ask-quorum-device', generation: proposal.generation, victims });
  } else if (state.quorum.granted === true) {
    commit(draft, proposal);
  } else if (state.quorum.granted === false) {
    panic(draft, `no quorum: the quorum device refused generation ${proposal.generation}`);
  }
}

function acceptedByAll(state: State, proposal: Proposal): boolean {
  return proposal.members.every((node) => {
    const accepts = node === state.config.self ? state.accepts : state.peers[node]?.heartbeat.accepts;
    return accepts?.generation === proposal.generation && accepts.proposer === proposal.proposer;
  });
}

/** Makes `view` the current one. Whoever left is fenced from the disks before any of its groups starts elsewhere. */
function commit(draft: Draft, view: View): void {
  const { state, effects } = draft;
  const before = state.view?.members ?? state.config.nodes;
  const victims = before.filter((node) => !view.members.includes(node));
  const { generation, members } = view;
  state.view = { generation, members };
  state.proposal = null;
  state.fencing = { victims, generation, done: victims.length === 0 };
  effects.push({ kind: 'view', view: state.view, quorum: true });
  if (victims.length > 0) effects.push({ kind: 'fence', generation, victims });
}

export function panic(draft: Draft, reason: string): void {
  draft.state.panicked = true;
  draft.effects.push({ kind: 'panic', reason });
}
