import type { Fault } from './fault.ts';

/**
 * A node panics: it stops at once, with what was in its memory, but its cards have power. Its reservations on the disks
 * and its ports stay as they are until another node fences it. `Cluster.boot` brings it back.
 */
export function panic(node: string): Fault {
  return {
    name: 'panic',
    target: node,
    apply: async (levers, applied) => {
      applied(await levers.linksDown(node));
      await levers.halt(node);
      await levers.kill(node);
    },
  };
}
