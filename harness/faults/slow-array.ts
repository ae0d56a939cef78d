import type { Fault } from './fault.ts';

/** Every read, write and flush of an array's disks takes so long from now on, until it is as fast as before. */
export function slowArray(array: string, latencyMs: number): Fault {
  return {
    name: 'slow-array',
    target: array,
    apply: async (levers, applied) => applied(await levers.slowArray(array, latencyMs)),
    undo: async (levers, undone) => undone(await levers.slowArray(array, null)),
  };
}
