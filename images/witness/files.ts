/** Reads files of a node from outside: through the root folder of its first process, its mounts included. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { FileSeen } from '../common/protocol.ts';

/** Of a longer text its end is told: what was written last is what a drill looks for. */
const LONGEST_TEXT = 128 * 1024;
/** As the kernel's own limit. */
const MOST_LINKS = 40;

/**
 * A path below `root` with its symbolic links followed as a process with that root would follow them; the kernel itself
 * would take absolute ones from the root of whoever asks. What is not there is kept as it is written.
 */
export function realPath(root: string, path: string): string {
  let links = 0;
  let real: string[] = [];
  const rest = path.split('/');
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      real.pop();
      continue;
    }
    const target = linkAt(`${root}/${[...real, name].join('/')}`);
    if (target === undefined) {
      real.push(name);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new Error(`${path} goes through more than ${MOST_LINKS} links`);
    if (target.startsWith('/')) real = [];
    rest.unshift(...target.split('/'));
  }
  return `/${real.join('/')}`;
}

function linkAt(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** `pid`: any process of the node. */
export function fileOf(node: string, pid: number, path: string): FileSeen {
  return { kind: 'file-seen', node, path, ...contentBelow(`/proc/${pid}/root`, path) };
}

export function contentBelow(root: string, path: string): Omit<FileSeen, 'kind' | 'node' | 'path'> {
  const real = realPath(root, path);
  const at = `${root}${real}`;
  const found = lstatSync(at, { throwIfNoEntry: false });
  const nothing = { is: 'nothing' as const, real, content: '', names: [], digest: '' };
  if (found?.isDirectory()) return { ...nothing, is: 'folder', names: readdirSync(at).sort() };
  // A device or a queue could keep whoever reads it waiting.
  if (!found?.isFile()) return nothing;
  const bytes = readFileSync(at);
  return {
    ...nothing,
    is: 'file',
    content: bytes.subarray(-LONGEST_TEXT).toString('utf8'),
    digest: createHash('sha256').update(bytes).digest('hex'),
  };
}
