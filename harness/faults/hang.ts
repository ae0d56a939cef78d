import type { Fault } from './fault.ts';

/**
 * A node hangs: nobody hears from it, and it holds on to what it has. Undone it goes on where it stood, and knows of
 * nothing that happened meanwhile.
 */
export function hang(node: string): Fault {
  return {
    name: 'hang',
    target: node,
    apply: async (levers, applied) => applied(await levers.hang(node)),
    undo: async (levers, undone) => undone(await levers.wake(node)),
  };
}
