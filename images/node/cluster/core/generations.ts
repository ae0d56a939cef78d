/** What one node may conclude from generations: its own and those that others tell of, made, proposed or accepted. */
import { generationOf, otherMembers } from './draft.ts';
import type { Proposal, State, View } from './types.ts';

export function asksQuorumDevice({ proposal, quorum }: State): boolean {
  return proposal !== null && quorum?.generation === proposal.generation && quorum.granted === null;
}

/**
 * A view of the right nodes that must be made anew all the same: a member is a new life of itself and not in it, or can
 * no longer get to it, or something later was made, or accepted and may have been made.
 */
export function isOutdated(state: State, { generation }: View): boolean {
  const latest = Math.max(generationOf(state.repository.version), generationOf(state.placement.serial));
  const isBehind = (node: string) => {
    const { view, accepts } = state.peers[node]?.heartbeat ?? {};
    const accepted = accepts?.generation ?? 0;
    return accepted > generation || (view?.generation !== generation && accepted !== generation);
  };
  return latest > generation || state.promised.length > 0 || otherMembers(state).some(isBehind);
}

/** A node accepts higher generations only, so a proposal below what a member accepted gets nowhere. */
export function isOutbid(state: State, { proposer, generation, members }: Proposal): boolean {
  return members.some((node) => {
    const accepts = state.peers[node]?.heartbeat.accepts;
    if (!accepts || accepts.generation < generation) return false;
    return accepts.generation > generation || accepts.proposer !== proposer;
  });
}

export function highestGeneration(state: State): number {
  const others = Object.values(state.peers).map(({ heartbeat }) => heartbeat);
  const known = [state, ...others].flatMap(({ view, proposal, accepts, placement }) => [
    view?.generation ?? 0,
    proposal?.generation ?? 0,
    accepts?.generation ?? 0,
    generationOf(placement.serial),
  ]);
  const versions = [state.repository.version, ...others.map(({ repositoryVersion }) => repositoryVersion)];
  return Math.max(...known, ...versions.map(generationOf));
}

/** Who left, who is still to be fenced from before, here or at another member; for the first view all who are not in it. */
export function toFence(state: State, members: string[]): string[] {
  const { self, nodes } = state.config;
  const heartbeats = members.flatMap((node) => state.peers[node]?.heartbeat ?? []);
  const founding =
    state.view === null && members[0] === self && heartbeats.every(({ view }) => view === null);
  const views = [state, ...heartbeats].map(({ view }) => view?.members ?? []);
  const before = founding ? nodes : [...views.flat(), ...state.promised];
  const unfenced = [
    state.fencing.done ? [] : state.fencing.victims,
    ...heartbeats.map((one) => one.unfenced),
  ];
  const victims = new Set([...before, ...unfenced.flat()]);
  // A node that is up again and in no view yet has nothing, and needs the keys that it has just registered. But one that
  // accepted a proposal may be in the view that came of it without having been able to say so.
  const hasNothing = (node: string) => {
    const { view, accepts } = state.peers[node]?.heartbeat ?? {};
    return view === null && accepts === null;
  };
  return [...victims].filter((node) => !members.includes(node) && !hasNothing(node));
}
