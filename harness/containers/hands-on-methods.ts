/** The harness' hands on what a node's methods need: programs, ports, file systems that can be unmounted. */
import { SetupError } from '../errors.ts';
import type { MethodLevers } from '../faults/fault.ts';
import type { Assembly } from './assembly.ts';

/** The name under which the witness sees the program that has a port. */
const TAKER = 'port-taker';

/**
 * Takes the port on all addresses the moment it is free, and says so in its own name. In a session of its own, so that
 * it stays as an ordinary process of the node.
 */
function takePort(port: number): string {
  const program = [
    `$0 = "${TAKER} waits for port ${port}";`,
    'socket(my $s, PF_INET, SOCK_STREAM, 0);',
    'setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);',
    `until (bind($s, sockaddr_in(${port}, INADDR_ANY)) && listen($s, 5)) { select(undef, undef, undef, 0.001) }`,
    `$0 = "${TAKER} has port ${port}";`,
    'sleep;',
  ].join(' ');
  return `setsid perl -MSocket -e '${program}' </dev/null >/dev/null 2>&1 &`;
}

export function handsOnMethods(assembly: Assembly): MethodLevers {
  const { levers, witness, nodes } = assembly;
  const nodeOf = (name: string) => {
    const node = nodes.get(name);
    if (node === undefined) throw new SetupError(`there is no node ${name}`);
    return node;
  };
  const pull = async (order: string, node: string, more: object = {}) =>
    (await levers.order(order, { pid: nodeOf(node).pid, ...more })).began;
  return {
    waitForPort: async (node, port) => {
      const { began } = await levers.order('clock');
      const { exit, output } = await nodeOf(node).run(['sh', '-c', takePort(port)]);
      if (exit !== 0) throw new SetupError(`no program could be started on ${node}: ${output.trim()}`);
      return began;
    },
    freePort: (node) => pull('kill', node, { program: TAKER }),
    killServer: (node, name) => pull('kill', node, { script: `${name}.ts`, ifAny: true }),
    replaceFile: async (node, path, text) => {
      await witness.channel.order('watch-file', { node, path });
      return await pull('replace-file', node, { path, text });
    },
    restoreFile: (node, path) => pull('restore-file', node, { path }),
    mountInside: (node, path) => pull('mount-inside', node, { path }),
    unmountInside: (node, path) => pull('unmount-inside', node, { path }),
  };
}
