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

/** Whether the heartbeat shows that its sender has heard of this node within the timeout. */
export function isEchoed(
  { config, incarnation, sent }: State,
  { echoes }: Heartbeat,
  nowMs: number,
): boolean {
  const oldest = sent.find(({ atMs }) => nowMs - atMs < config.heartbeatTimeoutMs);
  const echo = echoes[config.self];
  return oldest !== undefined && echo?.incarnation === incarnation && echo.serial >= oldest.serial;
}

/** Its sender has accepted a later view without this node, and with that may have it fenced whatever it hears since. */
function leavesOut({ config, view }: State, { from, proposal, accepts }: Heartbeat): boolean {
  if (accepts === null || accepts.generation <= (view?.generation ?? 0)) return false;
  const isGivenUp = accepts.proposer === from && proposal?.generation !== accepts.generation;
  return !isGivenUp && !accepts.members.includes(config.self);
}

export function hasLease(state: State, nowMs: number): boolean {
  const { self } = state.config;
  const others = [...otherMembers(state), ...state.promised.filter((node) => node !== self)];
  return others.every((node) => {
    const heartbeat = state.peers[node]?.heartbeat;
    return heartbeat !== undefined && isEchoed(state, heartbeat, nowMs) && !leavesOut(state, heartbeat);
  });
}
