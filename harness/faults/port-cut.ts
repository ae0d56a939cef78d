import type { Fault } from './fault.ts';

/** The cable between one node and one LUN (array/LUN) is dead; the node itself and all others go on. */
export function portCut(node: string, lun: string): Fault {
  return {
    name: 'port-cut',
    target: `${node}:${lun}`,
    apply: async (levers, applied) => applied(await levers.cutPort(node, lun)),
    undo: async (levers, undone) => undone(await levers.renewPort(node, lun)),
  };
}
