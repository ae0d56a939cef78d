/** The harness' hands on the hardware of a cluster: cables, disk ports, power, and a node that hangs. */
import { DIRECTORY_HOST } from '../directory.ts';
import { SetupError } from '../errors.ts';
import type { Levers } from '../faults/fault.ts';
import type { Assembly } from './assembly.ts';
import type { Contained } from './contained.ts';
import { handsOnMethods } from './hands-on-methods.ts';
import { handsOnNetworks, prepareClient } from './hands-on-networks.ts';
import { handsOnNodes, paused } from './node-hands.ts';

const DIRECTORY_PROGRAM = 'slapd';

/** Each call returns the moment at which it began, by the clock of the engine's host. */
export interface Hands extends Levers {
  linksUp(node: string): Promise<number>;
  /** Both interconnects of a node: it and the others go on, and do not hear each other. */
  interconnectsDown(node: string): Promise<number>;
  /** Looks up beforehand what a fault of this target needs, and has the witness watch it. */
  prepare(target: string): Promise<void>;
}

function directoryOf({ directory }: Assembly): Contained {
  if (directory === undefined)
    throw new SetupError('there is no directory: only topologies with calendar services have one');
  return directory;
}

function handsOnDirectory(
  assembly: Assembly,
): Pick<Hands, 'directorySilent' | 'directoryKilled' | 'directoryBack'> {
  const pull = async (order: string, more: object = {}) =>
    (await assembly.levers.order(order, { pid: directoryOf(assembly).pid, ...more })).began;
  return {
    directorySilent: async () => {
      // Links first, as of a node that hangs.
      const began = await pull('links-down');
      await paused(directoryOf(assembly));
      return began;
    },
    directoryKilled: () => pull('kill', { program: DIRECTORY_PROGRAM }),
    directoryBack: async () => {
      const { container, channel } = directoryOf(assembly);
      if ((await container.inspect()).State.Paused) await container.unpause();
      await pull('links-up');
      return (await channel.order('start')).at;
    },
  };
}

export function handsOn(assembly: Assembly): Hands {
  const nodeOf = (name: string): Contained => {
    const node = assembly.nodes.get(name);
    if (node === undefined)
      throw new SetupError(`there is no node ${name}; there are ${[...assembly.nodes.keys()].join(', ')}`);
    return node;
  };
  const pull = async (order: string, node: string, more: object = {}) =>
    (await assembly.levers.order(order, { pid: nodeOf(node).pid, ...more })).began;
  return {
    ...handsOnDirectory(assembly),
    ...handsOnNetworks(assembly),
    ...handsOnMethods(assembly),
    prepare: async (target) => {
      const group = target.replace(/^client-/, '');
      if (assembly.clients.has(group)) return await prepareClient(assembly, group);
      // What lies between nodes has nothing to be looked up.
      if (/ [|>] /.test(target)) return;
      const isDirectory = target === DIRECTORY_HOST;
      // A target within a node, as Node1/cshttpd, takes what its node takes.
      const { pid } = isDirectory ? directoryOf(assembly) : nodeOf(target.split('/')[0] ?? '');
      await assembly.levers.order('prepare', { pid });
      // Nodes are watched from their first moment on; the directory only when it is to break, since looking costs.
      if (isDirectory) await assembly.witness.channel.order('watch', { node: target, pid });
    },
    linksDown: (node) => pull('links-down', node),
    linksUp: (node) => pull('links-up', node),
    interconnectsDown: (node) =>
      pull('links-down', node, { addresses: assembly.plan.interconnectAddresses(node) }),
    halt: (node) => pull('halt', node),
    cutPorts: async (node) => {
      const replies = await Promise.all(
        [...assembly.arrays.values()].map(({ channel }) => channel.order('cut', { node })),
      );
      return Math.min(...replies.map(({ began }) => began));
    },
    kill: async (node) => {
      const began = await pull('kill', node);
      // Its mirror daemon stands for a part of its kernel, and may have ended with it by now.
      const mirror = assembly.mirrors.get(node);
      if (mirror) await assembly.levers.order('kill', { pid: mirror.pid }).catch(() => undefined);
      return began;
    },
    ...handsOnNodes(assembly, nodeOf),
  };
}
