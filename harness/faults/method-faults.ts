/** What keeps the methods of a service's resources from doing their work on one node, really and not by pretence. */
import type { Fault } from './fault.ts';

const HTTP_PORT = 80;

/**
 * The web server dies, and another program takes its port before it can be started again: the server's own watcher
 * cannot restart it, and the cluster cannot start the service on this node.
 */
export function portTaken(node: string): Fault {
  return {
    name: 'port-taken',
    target: node,
    apply: async (levers, applied) => {
      await levers.waitForPort(node, HTTP_PORT);
      applied(await levers.killServer(node, 'cshttpd'));
    },
    undo: async (levers, undone) => undone(await levers.freePort(node)),
  };
}

/** The command that starts the server, installed on this node's own disk under `base`, never ends and starts nothing. */
export function startHangs(node: string, base: string): Fault {
  const path = `${base}/sbin/start-cal`;
  return {
    name: 'start-hangs',
    target: node,
    apply: async (levers, applied) => applied(await levers.replaceFile(node, path, HANGING)),
    undo: async (levers, undone) => undone(await levers.restoreFile(node, path)),
  };
}

/** stop-cal is a link to the same file, and is to work. */
const HANGING = `#!/bin/bash
# start-hangs
[ "\${0##*/}" != start-cal ] || exec sleep 3600
. "\${0%/*}/start-cal.as-it-was"
`;

/** Something is mounted inside the service's file system, which therefore cannot be unmounted. */
export function busyFileSystem(node: string, mountPoint: string): Fault {
  const inside = `${mountPoint}/tmp`;
  return {
    name: 'busy-file-system',
    target: node,
    apply: async (levers, applied) => applied(await levers.mountInside(node, inside)),
    undo: async (levers, undone) => undone(await levers.unmountInside(node, inside)),
  };
}
