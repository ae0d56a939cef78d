/** What is mounted on this node, who uses it, and how it is taken away. */
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { until } from '../../../common/clock.ts';
import { run } from '../../../common/run.ts';

export interface Mount {
  point: string;
  /** Device as major:minor. */
  device: string;
  /** Options of the mount and of the file system below it. */
  options: string[];
}

/** The kernel's /proc/self/mountinfo: blanks in names are written as octal numbers. Pure. */
export function parseMountinfo(text: string): Mount[] {
  const plain = (name: string) =>
    name.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
  return text.split('\n').flatMap((line) => {
    const [own = '', below = ''] = line.split(' - ');
    const [, , device, , point, options = ''] = own.split(' ');
    if (device === undefined || point === undefined) return [];
    const ofFileSystem = below.split(' ')[2] ?? '';
    return [{ point: plain(point), device, options: [...options.split(','), ...ofFileSystem.split(',')] }];
  });
}

/** This node's /etc/vfstab; without one, nothing is to be mounted. */
export async function readVfstab(): Promise<string> {
  return existsSync('/etc/vfstab') ? await readFile('/etc/vfstab', 'utf8') : '';
}

/** What is mounted at a mount point, the uppermost if several are. */
export async function mountAt(point: string): Promise<Mount | undefined> {
  return parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8')).findLast(
    (mount) => mount.point === point,
  );
}

/** A disk's file system, not one that a program or another node stands behind. */
export function isBlockDevice(mount: Mount | undefined): boolean {
  return mount !== undefined && !mount.device.startsWith('0:');
}

/** Words by which the kernel says that a file system takes no more writes. */
const REFUSES_WRITES = ['ro', 'emergency_ro', 'shutdown'];

/** Why nothing can be written there; undefined when it can. Asks the kernel's table, not the disk, and so cannot hang. */
export function unwritable(mount: Mount | undefined, point: string): string | undefined {
  if (mount === undefined) return `${point} is not mounted any more`;
  const word = mount.options.find((option) => REFUSES_WRITES.includes(option));
  return word === undefined ? undefined : `${point} takes no more writes (the kernel says "${word}")`;
}

/** Parents come before what is mounted within them. Pure. */
export function nested<T extends { mountPoint: string }>(fileSystems: T[]): T[] {
  const depth = ({ mountPoint }: T) => mountPoint.split('/').filter((part) => part !== '').length;
  return [...fileSystems].sort((a, b) => depth(a) - depth(b));
}

const KILL_DEADLINE_MS = 5000;
/** umount's own status for a target that is in use, or another failure of the call. */
const UMOUNT_REFUSED = 32;

/**
 * Takes a file system away from whoever uses it, as the product's forced unmount does: its users are killed.
 * `isIt` tells it from what may be mounted below it at the same point.
 * @throws Error naming those that stayed: then it is mounted still, and must not be mounted elsewhere.
 */
export async function forceUnmount(
  point: string,
  options: { signal: AbortSignal; onKilled: (pids: number[]) => void },
  isIt: (mount: Mount | undefined) => boolean = (mount) => mount !== undefined,
): Promise<void> {
  const { signal, onKilled } = options;
  if (await unmounted(point, signal, isIt)) return;
  let users: Users = { pids: [], unseen: 0 };
  await until(
    `unmount of ${point}`,
    KILL_DEADLINE_MS,
    async () => {
      users = await usersOf(point);
      if (users.pids.length > 0) onKilled(users.pids);
      for (const pid of users.pids) kill(pid);
      return (await unmounted(point, signal, isIt)) ? true : undefined;
    },
    { signal, missing: () => `it is in use ${describe(users)}` },
  );
}

async function unmounted(
  point: string,
  signal: AbortSignal,
  isIt: (mount: Mount | undefined) => boolean,
): Promise<boolean> {
  if (!isIt(await mountAt(point))) return true;
  await run('umount', [point], { accept: [0, UMOUNT_REFUSED], timeoutMs: 2 ** 31 - 1, signal });
  return !isIt(await mountAt(point));
}

interface Users {
  pids: number[];
  /** Processes that this one is not allowed to look into. */
  unseen: number;
}

function describe({ pids, unseen }: Users): string {
  const hidden = unseen > 0 ? `; ${unseen} processes cannot be looked into: the node lacks SYS_PTRACE` : '';
  return `by ${pids.length > 0 ? `processes ${pids.join(', ')}` : 'no process that can be seen'}${hidden}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

/** Processes with an open file, a working or root directory, a program or a mapped file there. Never this one. */
export async function usersOf(point: string): Promise<Users> {
  const users: Users = { pids: [], unseen: 0 };
  const within = (path: string) => path === point || path.startsWith(`${point}/`);
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid === process.pid) continue;
    try {
      if ((await pathsOf(pid)).some(within)) users.pids.push(pid);
    } catch (error) {
      if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) users.unseen += 1;
    }
  }
  return users;
}

async function pathsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}`;
  const files = (await readdir(`${folder}/fd`)).map((name) => `fd/${name}`);
  const links = ['cwd', 'root', 'exe', ...files];
  const paths = await Promise.all(links.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  const maps = (await readFile(`${folder}/maps`, 'utf8')).split('\n');
  // After address, rights, offset, device and inode.
  return [...paths, ...maps.map((line) => line.split(/\s+/).slice(5).join(' '))];
}
