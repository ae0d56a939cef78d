import type { Fault } from './fault.ts';

/** The directory's name as a fault's target. */
const TARGET = 'directory';

/**
 * The machine with the directory hangs or loses its cables: connections that were there stay open, new ones are not
 * refused, and nobody answers. What asks it finds out by a timeout of its own only.
 */
export function directorySilent(): Fault {
  return {
    name: 'directory-silent',
    target: TARGET,
    apply: async (levers, applied) => applied(await levers.directorySilent()),
    undo: async (levers, undone) => undone(await levers.directoryBack()),
  };
}

/** The directory's server dies on a machine that goes on: its kernel refuses connections at once. */
export function directoryKilled(): Fault {
  return {
    name: 'directory-killed',
    target: TARGET,
    apply: async (levers, applied) => applied(await levers.directoryKilled()),
    undo: async (levers, undone) => undone(await levers.directoryBack()),
  };
}
