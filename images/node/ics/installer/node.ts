/** What the installer and the package tool need to know of the node that they run on. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Node {
  /** In front of /var/sadm and the like: empty on a node, a folder of its own in a test. */
  prefix: string;
  /** Whether a folder, which need not be there yet, lies on the node's own disk. */
  onOwnDisk(path: string): boolean;
  /** Mount points that /etc/vfstab names. */
  mountPoints(): string[];
}

export function thisNode(prefix = ''): Node {
  return {
    prefix,
    onOwnDisk: (path) => deviceOf(path) === deviceOf(join(prefix, '/var')),
    mountPoints: () => mountPointsIn(contentOf('/etc/vfstab')),
  };
}

/** Of the file system that a path is on, or would be. */
function deviceOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? deviceOf(dirname(path)) : found.dev;
}

/** Pure. */
export function mountPointsIn(vfstab: string): string[] {
  const lines = vfstab.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return lines.map((line) => line.trim().split(/\s+/)[2] ?? '').filter((point) => point.startsWith('/'));
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
