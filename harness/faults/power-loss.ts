import type { Fault } from './fault.ts';

/**
 * Power loss of a node. Its links go down first, since a killed process says goodbye on its connections and a node
 * without power does not; then its ports are cut, so that pages still in its memory never reach the disk; then it is
 * killed. The moment of the fault is the first link.
 */
export function powerLoss(node: string): Fault {
  return {
    name: 'power-loss',
    target: node,
    apply: async (levers, applied) => {
      applied(await levers.linksDown(node));
      await levers.cutPorts(node);
      await levers.kill(node);
    },
  };
}
