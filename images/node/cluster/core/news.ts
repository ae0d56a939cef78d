/**
 * Whether what a member says anew is anything to this node now. In a cluster of hundreds most of it is said to the
 * president or to who proposes a view; the others take note of it, and may look at all again at their next tick.
 */
import { isSame } from './same.ts';
import type { Heartbeat, State } from './types.ts';

/** What a heartbeat says to all: groups and commands hang on it. */
export const TO_ALL = [
  'placement',
  'groups',
  'resources',
  'busy',
  'givenUp',
  'givesOver',
  'devices',
  'inquiries',
  'replies',
  'requests',
  'answers',
] as const satisfies (keyof Heartbeat)[];

export function concerns(state: State, before: Heartbeat, now: Heartbeat): boolean {
  const { config, view, proposal, said, repository } = state;
  const { self, quorumDevices } = config;
  // Who leads, or may be about to, or hears from who does, looks at everything.
  if (proposal !== null || view?.members[0] === self || said === null) return true;
  if (said.hears[0] === self || said.hears[0] === now.from) return true;
  if ((now.view?.generation ?? 0) > (view?.generation ?? 0) || now.repositoryVersion > repository.version)
    return true;
  if (before.hears.includes(self) !== now.hears.includes(self)) return true;
  // In a race for a device those that are wired to it wait for one another.
  const isRival = ({ nodes }: { nodes: string[] }) => nodes.includes(self) && nodes.includes(now.from);
  if (!isSame(before.claims, now.claims) && quorumDevices.some(isRival)) return true;
  return TO_ALL.some((field) => !isSame(before[field], now[field]));
}
