import type { Fault } from './fault.ts';

/** Something else takes all the room of the file system at a mount point of a node, until it is removed. */
export function diskFull(node: string, mountPoint: string): Fault {
  return {
    name: 'disk-full',
    target: `${node}:${mountPoint}`,
    apply: async (levers, applied) => applied(await levers.fillDisk(node, mountPoint)),
    undo: async (levers, undone) => undone(await levers.makeRoom(node, mountPoint)),
  };
}
