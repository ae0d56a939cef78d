/** Whose heartbeats this node takes in, and whom it has heard of late. */
import type { Draft, Listening } from './draft.ts';
import { isEchoed } from './lease.ts';
import { concerns } from './news.ts';
import type { Heartbeat, State } from './types.ts';

export const sameNodes = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((node, i) => node === b[i]);

/** One look at all peers, since in a large cluster looking is what a step costs. */
export function listen(state: State, nowMs: number): Listening {
  const { self, nodes, heartbeatTimeoutMs } = state.config;
  const generation = state.view?.generation ?? 0;
  const found: Listening = {
    heard: [],
    calmUntilMs: nowMs,
    later: [],
    oldestVersion: Number.MAX_SAFE_INTEGER,
  };
  for (const node of nodes) {
    if (node === self) found.heard.push(node);
    const peer = state.peers[node];
    if (peer === undefined || nowMs - peer.lastHeardMs > heartbeatTimeoutMs) continue;
    const { view, repositoryVersion } = peer.heartbeat;
    found.heard.push(node);
    found.calmUntilMs = Math.min(found.calmUntilMs, peer.lastHeardMs);
    found.oldestVersion = Math.min(found.oldestVersion, repositoryVersion);
    if (view !== null && view.generation > generation) found.later.push(node);
  }
  found.calmUntilMs += heartbeatTimeoutMs;
  return found;
}

/** A heartbeat that was overtaken by a newer one, or that is of an earlier life than the sender's present one. */
export function isStale(state: State, heartbeat: Heartbeat): boolean {
  const known = state.peers[heartbeat.from]?.heartbeat;
  if (known === undefined)
    return heartbeat.from === state.config.self || !state.config.nodes.includes(heartbeat.from);
  if (known.incarnation < heartbeat.incarnation) return false;
  return known.incarnation > heartbeat.incarnation || known.serial >= heartbeat.serial;
}

export function hear({ state, nowMs }: Draft, heartbeat: Heartbeat): void {
  state.peers = { ...state.peers, [heartbeat.from]: { lastHeardMs: nowMs, heartbeat, suspected: false } };
}

/**
 * The state after a heartbeat that says nothing new to this node, by far the most frequent input; null if there is more
 * to it: the sender was given up, somebody's time is over, or this node's lease comes back with it.
 */
export function hearAgain(state: State, heartbeat: Heartbeat, nowMs: number): State | null {
  const { peers, config, restless, lastTickMs } = state;
  const known = peers[heartbeat.from];
  if (restless || known === undefined || known.suspected) return null;
  if (lastTickMs === null || nowMs - lastTickMs > 2 * config.heartbeatQuantumMs) return null;
  const { incarnation, since } = known.heartbeat;
  if (incarnation !== heartbeat.incarnation) return null;
  if (since !== heartbeat.since && concerns(state, known.heartbeat, heartbeat)) return null;
  if (nowMs - known.lastHeardMs > config.heartbeatTimeoutMs) return null;
  if (isEchoed(state, known.heartbeat, nowMs) !== isEchoed(state, heartbeat, nowMs)) return null;
  if (nowMs > state.calmUntilMs) return null;
  return { ...state, peers: { ...peers, [heartbeat.from]: { ...known, lastHeardMs: nowMs, heartbeat } } };
}

/**
 * A node that itself stood still for a while (a machine short of CPU does that to all of its nodes at once) heard
 * nobody in that time, and that proves nothing about the others: it does not count towards their timeout. Whatever
 * comes first after it shows it, not only a tick: what the others have said since may still be waiting to be read.
 */
export function discountStandstill({ state, nowMs }: Draft, isTick: boolean): void {
  const stoodMs = nowMs - (state.lastTickMs ?? nowMs) - state.config.heartbeatQuantumMs;
  const stood = stoodMs > state.config.heartbeatQuantumMs;
  if (isTick || stood) state.lastTickMs = nowMs;
  if (!stood) return;
  state.peers = Object.fromEntries(
    Object.entries(state.peers).map(([node, peer]) => [
      node,
      { ...peer, lastHeardMs: Math.min(nowMs, peer.lastHeardMs + stoodMs) },
    ]),
  );
}
