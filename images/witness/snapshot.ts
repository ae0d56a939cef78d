/** What a node has below some folders, read from outside: a hash of each file, and the texts of short ones. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { realPath } from './files.ts';

export interface Snapshot {
  /** By path: hash and permissions, or `-> target` of a link. */
  files: Record<string, string>;
  /** By hash. */
  texts: Record<string, string>;
}

const LONGEST_TEXT = 16 * 1024;
const LONGEST_FILE = 8 * 2 ** 20;
const DIGITS = 16;
/** The programs of this project, which stand for the node's kernel and cluster software. */
const NOT_THE_NODE = ['/opt/ha-drills'];

export function snapshotOf(pid: number, folders: readonly string[], shared: readonly string[]): Snapshot {
  const root = `/proc/${pid}/root`;
  const own = statOf(`${root}/var`)?.dev;
  const taken: Snapshot = { files: {}, texts: {} };
  for (const folder of folders) take(root, realPath(root, folder), taken, (stats) => stats.dev === own);
  for (const folder of shared) take(root, realPath(root, folder), taken, () => true);
  return taken;
}

function take(root: string, path: string, taken: Snapshot, belongs: (stats: Stats) => boolean): void {
  const stats = statOf(`${root}${path}`);
  if (stats === undefined || NOT_THE_NODE.includes(path) || !belongs(stats)) return;
  const mode = (stats.mode & 0o7777).toString(8);
  if (stats.isSymbolicLink())
    taken.files[path] = `-> ${quietly(() => readlinkSync(`${root}${path}`)) ?? '?'}`;
  else if (stats.isDirectory()) {
    taken.files[`${path}/`] = mode;
    for (const name of quietly(() => readdirSync(`${root}${path}`)) ?? [])
      take(root, `${path}/${name}`, taken, belongs);
  } else if (stats.isFile() && stats.size <= LONGEST_FILE) {
    const bytes = quietly(() => readFileSync(`${root}${path}`));
    if (bytes === undefined) return;
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, DIGITS);
    taken.files[path] = `${hash} ${mode}`;
    if (bytes.length <= LONGEST_TEXT && !bytes.includes(0)) taken.texts[hash] = bytes.toString('utf8');
  }
}

function statOf(path: string): Stats | undefined {
  return quietly(() => lstatSync(path, { throwIfNoEntry: false }));
}

/** Files come and go while they are looked at. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
