/** The harness' hands on nodes as a whole and on their processes: hang and wake, shut down and boot, kill a process. */
import { moment, until } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { NodeLevers } from '../faults/fault.ts';
import type { Assembly } from './assembly.ts';
import type { Contained } from './contained.ts';

const PAUSE_DEADLINE_MS = 30_000;
/** A node that hands over its groups takes some seconds at most before it ends. */
const SHUTDOWN_DEADLINE_MS = 30_000;

/** Network cards take longer than this to agree on a link again; the processor does not wait for them. */
const LINK_MS = 100;

/** A busy disk may keep a process from being frozen; then the engine gives up, and all go on. */
export async function paused({ name, container }: Contained): Promise<void> {
  let trouble = '';
  const pause = () =>
    container.pause().then(
      () => true,
      (error) => {
        trouble = messageOf(error);
        return undefined;
      },
    );
  await until(`pause of ${name}`, PAUSE_DEADLINE_MS, pause, { missing: () => trouble });
}

export function handsOnNodes(assembly: Assembly, nodeOf: (name: string) => Contained): NodeLevers {
  const { levers } = assembly;
  const now = async () => (await levers.order('clock')).began;
  const pull = async (order: string, node: string, more: object = {}) =>
    (await levers.order(order, { pid: nodeOf(node).pid, ...more })).began;
  const isUp = async ({ container }: Contained) => (await container.inspect()).State.Running;
  return {
    hang: async (node) => {
      // Links first: the host's kernel would go on answering ARP and connections for it.
      const began = await pull('links-down', node);
      await paused(nodeOf(node));
      return began;
    },
    wake: async (node) => {
      const began = await now();
      await nodeOf(node).container.unpause();
      await moment(LINK_MS);
      await pull('links-up', node).catch(async (error) => {
        // It may have gone down already, and then has no cables.
        if (await isUp(nodeOf(node))) throw error;
      });
      return began;
    },
    shutDown: async (node) => {
      const began = await now();
      const one = nodeOf(node);
      await one.container.kill({ signal: 'SIGTERM' });
      await until(`shutdown of ${node}`, SHUTDOWN_DEADLINE_MS, async () => !(await isUp(one)) || undefined, {
        missing: () => 'it was asked to, and still runs',
      });
      // What stands for a part of its kernel goes with it.
      for (const part of [assembly.mirrors.get(node), assembly.globalMounts.get(node)])
        await part?.container.kill().catch(() => undefined);
      return began;
    },
    boot: async (node) => {
      const began = await now();
      await assembly.reboot(node);
      return began;
    },
    killDaemon: (node, daemon) => pull('kill', node, { script: `${daemon}.ts` }),
  };
}
