/**
 * Members that left without a word. They may have lost the others as late as one quantum after these lost them, and go
 * on serving until they notice; their disks are cut off by fencing, their addresses are not. So what has an address
 * starts only once they must have stopped. That is so where both directions are cut at once; a network that first
 * loses what one side says, and what the other says when that has been noticed, can make it later.
 */
import type { State } from './types.ts';

/** What a node takes, at most, from the end of its heartbeat timeout until it answers nobody, in ms. */
const HALT_MS = 100;

/** To be called when `members` becomes the view. */
export function noteDeparture(state: State, members: readonly string[], nowMs: number): void {
  const isLeft = state.view?.members.some((node) => !members.includes(node)) ?? false;
  if (isLeft) state.silentFromMs = nowMs + state.config.heartbeatQuantumMs + HALT_MS;
}

/** Whether those who left can be answering somebody. */
export function mayStillAnswer({ silentFromMs }: State): boolean {
  return silentFromMs !== null;
}

/** To be called in every step. */
export function endSilence(state: State, nowMs: number): void {
  if (state.silentFromMs !== null && nowMs >= state.silentFromMs) state.silentFromMs = null;
}

/**
 * The first moment after `nowMs` at which there is something to decide that no input announces, in ms; null for none.
 * What a step at `nowMs` has left undecided waits for another input.
 */
export function nextMomentMs({ config, view, peers, silentFromMs }: State, nowMs: number): number | null {
  const moments = silentFromMs === null ? [] : [silentFromMs];
  for (const node of view?.members ?? []) {
    const peer = peers[node];
    // At the timeout itself it is still heard.
    if (peer && !peer.suspected) moments.push(peer.lastHeardMs + config.heartbeatTimeoutMs + 1);
  }
  const ahead = moments.filter((atMs) => atMs > nowMs);
  return ahead.length === 0 ? null : Math.min(...ahead);
}
