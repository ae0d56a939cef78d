/**
 * Whether the other members still count on this node. Each heartbeat echoes the last serial heard of every peer; who
 * echoed something sent within the timeout has not yet had time to give this node up, so nobody can have fenced it.
 * A node that was stopped and goes on, its old heartbeats still waiting to be read, thus starts nothing.
 */
import { otherMembers } from './draft.ts';
import type { Heartbeat, State } from './types.ts';

export function echoesOf(state: State): Heartbeat['echoes'] {
  return Object.fromEntries(
    Object.entries(state.peers).map(([node, { heartbeat }]) => [
      node,
      { incarnation: heartbeat.incarnation, serial: heartbeat.serial },
    ]),
  );
}

export function noteSent(state: State, nowMs: number): void {
  const recent = state.sent.filter(({ atMs }) => nowMs - atMs < state.config.heartbeatTimeoutMs);
  state.sent = [...recent, { serial: state.serial, atMs: nowMs }];
}

export function hasLease(state: State, nowMs: number): boolean {
  const { self, heartbeatTimeoutMs } = state.config;
  const oldest = state.sent.find(({ atMs }) => nowMs - atMs < heartbeatTimeoutMs);
  const others = [...otherMembers(state), ...state.promised.filter((node) => node !== self)];
  return others.every((node) => {
    const echo = state.peers[node]?.heartbeat.echoes[self];
    return oldest !== undefined && echo?.incarnation === state.incarnation && echo.serial >= oldest.serial;
  });
}
