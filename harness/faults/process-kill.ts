import type { Fault } from './fault.ts';

/** Processes of the calendar server that a drill may kill. */
export type Daemon = 'watcher' | 'enpd' | 'csstored' | 'csnotifyd' | 'csadmind' | 'csdwpd' | 'cshttpd';

/** One process of the calendar server dies on a node that goes on; of each instance that runs there. */
export function processKill(node: string, daemon: Daemon): Fault {
  return {
    name: 'process-kill',
    target: `${node}/${daemon}`,
    apply: async (levers, applied) => applied(await levers.killDaemon(node, daemon)),
  };
}
