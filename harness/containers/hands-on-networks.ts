/** The harness' hands on the networks of a cluster: what lies between its nodes, and between it and its clients. */
import { SetupError } from '../errors.ts';
import type { NetworkLevers } from '../faults/fault.ts';
import type { Partition } from '../faults/partitions.ts';
import type { Assembly } from './assembly.ts';

/** Looks the client's links up beforehand, and has the witness watch it. */
export async function prepareClient(assembly: Assembly, group: string): Promise<void> {
  const pid = await clientPid(assembly, group);
  await assembly.levers.order('prepare', { pid });
  await assembly.witness.channel.order('watch', { node: `client-${group}`, pid });
}

async function clientPid({ clients }: Assembly, group: string): Promise<number> {
  const client = clients.get(group);
  if (client === undefined)
    throw new SetupError(
      `there are no clients of ${group}; there are those of ${[...clients.keys()].join(', ')}`,
    );
  return await client.pid();
}

/** What each node can no longer send to, by the nodes that send. */
function shutWays({ plan }: Assembly, shape: Partition): Map<string, string[]> {
  const ways = new Map<string, string[]>();
  for (const { from, to, over } of shape) {
    const addresses = plan.interconnectAddresses(to);
    const shut = over.flatMap((interconnect) => addresses[interconnect - 1] ?? []);
    ways.set(from, [...(ways.get(from) ?? []), ...shut]);
  }
  return ways;
}

export function handsOnNetworks(assembly: Assembly): NetworkLevers {
  const { levers, plan, nodes } = assembly;
  const pull = async (order: string, pid: number, more: object = {}) =>
    (await levers.order(order, { pid, ...more })).began;
  const pidOf = (node: string): number => {
    const found = nodes.get(node);
    if (found === undefined) throw new SetupError(`there is no node ${node}`);
    return found.pid;
  };
  /** Sent all at once, done one after the other: a partition comes into being within milliseconds. */
  const ways = async (shape: Partition, order: string) => {
    const began = [...shutWays(assembly, shape)].map(([node, addresses]) =>
      pull(order, pidOf(node), { addresses }),
    );
    return Math.min(...(await Promise.all(began)));
  };
  const cable = (node: string, interconnect: number, state: 'down' | 'up') => {
    const addresses = [plan.interconnectAddresses(node)[interconnect - 1]];
    return pull(`links-${state}`, pidOf(node), { addresses });
  };
  return {
    cutInterconnects: (shape) => ways(shape, 'shut-ways'),
    mendInterconnects: (shape) => ways(shape, 'open-ways'),
    interconnectDown: (node, interconnect) => cable(node, interconnect, 'down'),
    interconnectUp: (node, interconnect) => cable(node, interconnect, 'up'),
    publicNetworkDown: (node) => pull('links-down', pidOf(node), { addresses: [plan.publicAddress(node)] }),
    publicNetworkUp: (node) => pull('links-up', pidOf(node), { addresses: [plan.publicAddress(node)] }),
    clientNetworkDown: async (group) => pull('links-down', await clientPid(assembly, group)),
    clientNetworkUp: async (group) => pull('links-up', await clientPid(assembly, group)),
  };
}
