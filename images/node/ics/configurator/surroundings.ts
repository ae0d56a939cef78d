/** What the configurator sees of the node that it runs on. */
import { readFileSync, statfsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** How long a directory server may take to accept a connection, in ms. */
const PATIENCE_MS = 5_000;

/** Why nobody answers there; undefined when somebody does. */
export async function unreachable(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port, timeout: PATIENCE_MS });
  socket.once('connect', () => resolve(undefined));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  socket.once('timeout', () => resolve(`no answer within ${PATIENCE_MS / 1000} s`));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** The line of /etc/vfstab whose file system a path belongs to while that is not mounted here. Pure. */
export function notMounted(path: string, vfstab: string, mountinfo: string): string | undefined {
  const mounted = new Set(mountinfo.split('\n').map((line) => line.split(' ')[4]));
  const points = vfstab
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .map((line) => line.split(/\s+/)[2] ?? '');
  return points.find(
    (point) => point.length > 1 && `${path}/`.startsWith(`${point}/`) && !mounted.has(point),
  );
}

/** As `notMounted`, on this node. */
export function notMountedHere(path: string): string | undefined {
  return notMounted(path, contentOf('/etc/vfstab') ?? '', contentOf('/proc/self/mountinfo') ?? '');
}

export function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Bytes that are free where a folder lies, or is to lie. */
export function freeBytes(path: string): number {
  let folder = path;
  while (!isFolder(folder) && folder !== '/') folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
