/** Whose heartbeats this node takes in, and whom it has heard of late. */
import type { Draft } from './draft.ts';
import { isEchoed } from './lease.ts';
import { concerns } from './news.ts';
import type { Heartbeat, State } from './types.ts';

export const sameNodes = (a: readonly string[], b: readonly string[]) =>
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

/** Until when nobody of those heard can be given up, whatever is heard of them in the meantime. */
export function calmUntilMs({ config, peers }: State, nowMs: number): number {
  let earliest = nowMs;
  for (const node in peers) {
    const heardMs = peers[node]?.lastHeardMs ?? nowMs;
    if (heardMs < earliest && nowMs - heardMs <= config.heartbeatTimeoutMs) earliest = heardMs;
  }
  return earliest + config.heartbeatTimeoutMs;
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
  const { peers, config, restless } = state;
  const known = peers[heartbeat.from];
  if (restless || known === undefined || known.suspected) return null;
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
 * nobody in that time, and that proves nothing about the others: it does not count towards their timeout.
 */
export function discountStandstill({ state, nowMs }: Draft): void {
  const stoodMs = nowMs - (state.lastTickMs ?? nowMs) - state.config.heartbeatQuantumMs;
  state.lastTickMs = nowMs;
  if (stoodMs <= state.config.heartbeatQuantumMs) return;
  state.peers = Object.fromEntries(
    Object.entries(state.peers).map(([node, peer]) => [
      node,
      { ...peer, lastHeardMs: Math.min(nowMs, peer.lastHeardMs + stoodMs) },
    ]),
  );
}
