/** Where an installation lies, from its installation root (guide §6.5, tables 6-3 and 6-4). Pure. */
import { join } from 'node:path';

export const DEFAULT_ROOT = '/opt';

/** cal-svr-base of an installation root, and back. */
export const baseOf = (root: string) => join(root, 'SUNWics5/cal');
export const rootOf = (base: string) => join(base, '../..');

/** What follows /opt in /opt/Node1, so that each instance has folders of its own below /etc/opt and /var/opt. */
function below(root: string): string {
  return root === DEFAULT_ROOT ? '' : root.replace(/^\/opt\//, '/');
}

/** Of the node; beside it lies the configuration that all nodes share. */
export const etcFolderOf = (root: string) => join('/etc/opt', below(root), 'SUNWics5');
/** var-cal-dir. */
export const varFolderOf = (root: string) => join('/var/opt', below(root), 'SUNWics5');
