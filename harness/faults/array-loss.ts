import type { Fault } from './fault.ts';

/** A disk array fails as a whole, until it is back: guide §6.1.1 to §6.1.3 say what that means in each model. */
export function arrayLoss(array: string): Fault {
  return {
    name: 'array-loss',
    target: array,
    apply: async (levers, applied) => applied(await levers.loseArray(array)),
    undo: async (levers, undone) => undone(await levers.returnArray(array)),
  };
}
