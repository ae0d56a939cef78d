import type { Fault } from './fault.ts';
import { BOTH, type Interconnect, notationOf, type Partition } from './partitions.ts';

/**
 * Interconnects carry nothing any more between some nodes, which go on otherwise: packets are lost on their way and
 * no link goes down. Over both interconnects it is a split brain, or a cut in one direction if only that is cut.
 */
export function partition(shape: Partition): Fault {
  const [first] = shape;
  const isOneWay = !shape.some(({ from, to }) => from === first?.to && to === first.from);
  const isWhole = shape.every(({ over }) => over.length === BOTH.length);
  return {
    name: isOneWay ? 'one-way-cut' : isWhole ? 'split-brain' : 'partial-cut',
    target: notationOf(shape),
    apply: async (levers, applied) => applied(await levers.cutInterconnects(shape)),
    undo: async (levers, undone) => undone(await levers.mendInterconnects(shape)),
  };
}

/** The cable of a node to one of the two interconnects is out. */
export function interconnectLoss(node: string, interconnect: Interconnect = 1): Fault {
  return {
    name: 'interconnect-loss',
    target: node,
    apply: async (levers, applied) => applied(await levers.interconnectDown(node, interconnect)),
    undo: async (levers, undone) => undone(await levers.interconnectUp(node, interconnect)),
  };
}

/** The cable of a node to the public network is out: users cannot reach it, the other nodes can. */
export function publicNetworkLoss(node: string): Fault {
  return {
    name: 'public-network-loss',
    target: node,
    apply: async (levers, applied) => applied(await levers.publicNetworkDown(node)),
    undo: async (levers, undone) => undone(await levers.publicNetworkUp(node)),
  };
}

/** The clients of a service lose their own network: nothing is wrong with the cluster. */
export function clientNetworkLoss(group: string): Fault {
  return {
    name: 'client-network-loss',
    target: `client-${group}`,
    apply: async (levers, applied) => applied(await levers.clientNetworkDown(group)),
    undo: async (levers, undone) => undone(await levers.clientNetworkUp(group)),
  };
}
