import type { Fault } from './fault.ts';

/**
 * Power loss of a node. Its links go down first, since a killed process says goodbye on its connections and a node
 * without power does not; its processes stop; then its ports are cut, so that pages still in its memory never reach the
 * disk; then it is killed. The moment of the fault is the first link. Nothing may go on writing behind a cut port: the
 * kernel that really runs here is the host's, and ext4 has been seen to break down over it.
 */
export function powerLoss(node: string): Fault {
  return {
    name: 'power-loss',
    target: node,
    apply: async (levers, applied) => {
      applied(await levers.linksDown(node));
      await levers.halt(node);
      await levers.cutPorts(node);
      await levers.kill(node);
    },
  };
}
