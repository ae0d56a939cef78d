/** What one node may conclude from generations: its own and those that others tell of, made, proposed or accepted. */
import { boundTo, generationOf, otherMembers } from './draft.ts';
import type { Fencing, Proposal, State, View } from './types.ts';

/**
 * A view of the right nodes that must be made anew all the same: a member is a new life of itself and not in it, or can
 * no longer get to it, or something later was made, or accepted and may have been made, or an array refuses its keys.
 */
export function isOutdated(state: State, { generation, members }: View): boolean {
  const latest = Math.max(generationOf(state.repository.version), generationOf(state.placement.serial));
  const isBehind = (node: string) => {
    const { view, accepts, barred } = state.peers[node]?.heartbeat ?? { barred: 0 };
    if ((barred ?? 0) >= generation || (accepts?.generation ?? 0) > generation) return true;
    // It may have proposed one of this generation itself.
    const hasAccepted = accepts?.generation === generation && accepts.proposer === members[0];
    return view?.generation !== generation && !hasAccepted;
  };
  if (latest > generation || state.barred >= generation || state.promised.length > 0) return true;
  return otherMembers(state).some(isBehind);
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
  let highest = generationOf(state.repository.version);
  const heartbeats = Object.values(state.peers).map(({ heartbeat }) => heartbeat);
  for (const { view, proposal, accepts, placement, barred } of [state, ...heartbeats])
    highest = Math.max(
      highest,
      view?.generation ?? 0,
      proposal?.generation ?? 0,
      accepts?.generation ?? 0,
      generationOf(placement.serial),
      barred,
    );
  for (const { repositoryVersion } of heartbeats)
    highest = Math.max(highest, generationOf(repositoryVersion));
  return highest;
}

/** A member that counts from now on as another than in this node's view so far: it has booted since, or is new. */
export function isNewLife(state: State, node: string): boolean {
  if (node === state.config.self) return state.view === null;
  const joinedIn = state.peers[node]?.heartbeat.joinedIn ?? 0;
  return joinedIn === 0 || joinedIn > (state.view?.generation ?? 0);
}

/**
 * Whom to fence for `view`: who left, who is still to be fenced from before, here or at another member, and the lives
 * before of members that are new ones. A node that was in no view itself knows nothing of those before it, and fences
 * all others.
 */
export function fencingFor(state: State, { generation, members }: View): Fencing {
  const { self, nodes } = state.config;
  const heartbeats = members.flatMap((node) => state.peers[node]?.heartbeat ?? []);
  const views = [state, ...heartbeats].flatMap(({ view }) => view?.members ?? []);
  const before = state.view === null ? nodes : [...views, ...state.promised];
  const unfenced = heartbeats.flatMap((one) => one.unfenced);
  if (!state.fencing.done) unfenced.push(...state.fencing.victims);
  const isMember = new Set(members);
  const victims = [...new Set([...before, ...unfenced])].filter((node) => !isMember.has(node));
  const open = state.fencing.done ? {} : state.fencing.reborn;
  const reborn = Object.fromEntries(Object.entries(open).filter(([node]) => isMember.has(node)));
  for (const node of members)
    if (node !== self && isNewLife(state, node))
      reborn[node] = state.peers[node]?.heartbeat.joinedIn || generation;
  const done = victims.length === 0 && Object.keys(reborn).length === 0;
  return { generation, victims, reborn, asked: false, done };
}

/**
 * Whether a configuration can no longer be lost: it is on the disk of every member, this one's too, and none of them
 * has accepted a later view, whose proposer may not have seen it.
 */
export function isKept(state: State, version: number): boolean {
  const generation = state.view?.generation ?? 0;
  if (state.savedVersion < version || boundTo(state) > generation) return false;
  return otherMembers(state).every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    if (heartbeat === undefined || heartbeat.savedVersion < version) return false;
    return (heartbeat.accepts?.generation ?? 0) <= generation;
  });
}
