import type { Fault } from './fault.ts';

/** An orderly shutdown of a node: it hands over what it has, and ends. Undone it has booted, and is a member again. */
export function reboot(node: string): Fault {
  return {
    name: 'reboot',
    target: node,
    apply: async (levers, applied) => applied(await levers.shutDown(node)),
    undo: async (levers, undone) => undone(await levers.boot(node)),
  };
}
