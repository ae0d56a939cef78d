/** Puts the calendar server, or its agent for the cluster, into an installation root. "Configure Later" (guide §6.6.3). */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { baseOf, varFolderOf } from '../places.ts';
import { sabotaged } from '../sabotage.ts';
import type { Node } from './node.ts';
import { FOLDERS, type Payload, payload } from './payload.ts';
import { forget, freshRecord, type Installed, installedAt, note, PACKAGES, recordFolder } from './record.ts';
import { runningFrom } from './running.ts';

/** Names the root or the file, and the way out. Nothing has been installed. */
export class InstallError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InstallError';
  }
}

const DEFAULT_AGENT_FOLDER = '/opt/cluster/lib/rgm/rtreg';
const REGISTRATION = resolve(import.meta.dirname, '../../cluster/types/registration/SUNW.scics');

/** What is wrong with the text as an installation root. Pure. */
export function wrongRoot(root: string): string | undefined {
  if (!/^\/[A-Za-z0-9._/-]*$/.test(root))
    return 'it must be an absolute path of letters, figures and ._-/ only';
  if (root === '/' || normalize(root) !== root || root.endsWith('/'))
    return 'it must be a folder below /, written without ., .. and needless slashes, as in /opt';
  return undefined;
}

/** @throws InstallError, or the error of the disk; then what was begun is taken away again. */
export function installServer(node: Node, root: string, options: { overwrite?: boolean } = {}): Installed {
  const wrong = wrongRoot(root);
  if (wrong !== undefined) throw new InstallError(`installation root "${root}": ${wrong}`);
  const base = baseOf(root);
  const there = installedAt(node, 'SUNWics5', root);
  refuseToOverwrite(base, there, options.overwrite === true);
  const content = sabotaged('installer-omits-folder') ? withoutHtml(payload()) : payload();
  checkDisk(root, content);
  layFiles(content, base);
  mkdirSync(join(node.prefix, varFolderOf(root)), { recursive: true });
  const { version } = PACKAGES.SUNWics5;
  const record = there?.record ?? freshRecord(recordFolder(node, root), 'SUNWics5');
  // Patches of what was there before have gone with it.
  if (there !== undefined) forget(there);
  const installed = { package: 'SUNWics5' as const, version, root, patches: [] };
  note(installed, record);
  settle(node, root);
  return { ...installed, record, instance: record.slice(dirname(record).length + 1) };
}

function withoutHtml({ parts, links }: Payload): Payload {
  return { parts: parts.filter(({ to }) => !to.startsWith('html/')), links };
}

/** What is on a shared disk must outlive the node; its own disk outlives nothing else. */
export function settle(node: Node, root: string): void {
  if (!node.onOwnDisk(root)) spawnSync('sync', ['-f', root]);
}

function refuseToOverwrite(base: string, there: Installed | undefined, overwrite: boolean): void {
  const files = FOLDERS.filter((name) => existsSync(join(base, name)));
  if (there === undefined && files.length === 0) return;
  if (!overwrite) {
    const what =
      there === undefined ? `something (${files.join(', ')})` : `${there.package} ${there.version}`;
    throw new InstallError(
      `there is ${what} in ${base} already: --overwrite replaces it, --root installs elsewhere`,
    );
  }
  const processes = runningFrom(base);
  if (processes.length > 0)
    throw new InstallError(
      `the calendar server of ${base} runs (process ${processes.join(', ')}): ${base}/sbin/stop-cal stops it`,
    );
}

function checkDisk(root: string, { parts }: Payload): void {
  let folder = root;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  try {
    accessSync(folder, constants.W_OK);
    if (!lstatSync(folder).isDirectory()) throw new Error('it is no folder');
  } catch (error) {
    const { code = 'it is no folder' } = error as NodeJS.ErrnoException;
    throw new InstallError(`${folder} cannot be written to (${code}): choose another installation root`, {
      cause: error,
    });
  }
  const needed = parts.reduce((sum, { bytes }) => sum + Math.ceil((bytes + 1) / bsize) * bsize, 0);
  if (needed <= bavail * bsize) return;
  throw new InstallError(
    `${folder} has ${inKiB(bavail * bsize)} KiB free, and the calendar server needs ${inKiB(needed)}: make room, or choose another installation root`,
  );
}

const inKiB = (bytes: number) => Math.ceil(bytes / 1024);

/** Complete in a folder beside the place before anything takes it: an installation that is cut off leaves none. */
function layFiles({ parts, links }: Payload, base: string): void {
  const fresh = join(dirname(base), '.installing');
  rmSync(fresh, { recursive: true, force: true });
  try {
    const made = new Set<string>();
    const folderFor = (path: string) => {
      const folder = dirname(path);
      if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o755 });
      made.add(folder);
      return path;
    };
    for (const { from, to } of parts) copyAs(from, folderFor(join(fresh, to)));
    for (const [path, target] of links) symlinkSync(target, folderFor(join(fresh, path)));
    mkdirSync(base, { recursive: true, mode: 0o755 });
    for (const name of readdirSync(fresh)) {
      rmSync(join(base, name), { recursive: true, force: true });
      renameSync(join(fresh, name), join(base, name));
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** With its mode and, where that can be, its owner. */
function copyAs(from: string, to: string): void {
  const found = lstatSync(from);
  if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else {
    copyFileSync(from, to);
    chmodSync(to, found.mode & 0o777);
  }
  if (process.getuid?.() === 0) lchownSync(to, found.uid, found.gid);
}

/** SUNWscics: from then on the cluster knows resource type SUNW.scics on this node. */
export function installAgent(node: Node): Installed {
  const [root, name] = ['/opt', 'SUNWscics'] as const;
  const folder = join(node.prefix, DEFAULT_AGENT_FOLDER);
  mkdirSync(folder, { recursive: true });
  copyFileSync(REGISTRATION, join(folder, 'SUNW.scics'));
  const record = installedAt(node, name, root)?.record ?? freshRecord(join(node.prefix, '/var/sadm'), name);
  const installed = { package: name, version: PACKAGES[name].version, root, patches: [] };
  note(installed, record);
  return { ...installed, record, instance: name };
}
