/**
 * The package record: what is installed in which root, with its patches. As on the product's nodes it stands in
 * /var/sadm of the node; a root on a shared disk has it in its own var/sadm, as `pkgadd -R` leaves it there, so that it
 * goes wherever the disk goes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from './node.ts';

export type PackageName = 'SUNWics5' | 'SUNWscics';

export interface Package {
  name: PackageName;
  title: string;
  version: string;
}

export const PACKAGES: Record<PackageName, Package> = {
  SUNWics5: { name: 'SUNWics5', title: 'Sun Java System Calendar Server', version: '6.3,REV=2006.12.14' },
  SUNWscics: {
    name: 'SUNWscics',
    title: 'Calendar Server HA agent for Sun Cluster',
    version: '6.3,REV=2006.12.14',
  },
};

export interface Installed {
  /** SUNWics5; a second one on the same node is SUNWics5.2. */
  instance: string;
  package: PackageName;
  version: string;
  root: string;
  /** In the order in which they were applied. */
  patches: string[];
  /** Folder of its record. */
  record: string;
}

const folderOf = (record: string) => join(record, 'pkg');

/** Where the record of a root belongs. */
export function recordFolder(node: Node, root: string): string {
  return node.onOwnDisk(root) ? join(node.prefix, '/var/sadm') : join(root, 'var/sadm');
}

/** All that this node can see: its own, and what is on shared disks that are mounted here. */
export function installedHere(node: Node): Installed[] {
  const own = join(node.prefix, '/var/sadm');
  const others = node.mountPoints().map((point) => join(point, 'var/sadm'));
  return [own, ...others].flatMap(recordedIn);
}

export function recordedIn(record: string): Installed[] {
  if (!existsSync(folderOf(record))) return [];
  const names = readdirSync(folderOf(record)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names.flatMap((instance) => {
    const file = join(folderOf(record), instance, 'pkginfo');
    if (!existsSync(file)) return [];
    const values = parsePairs(readFileSync(file, 'utf8'));
    const name = values.get('PKG');
    if (name !== 'SUNWics5' && name !== 'SUNWscics') return [];
    return [
      {
        instance,
        package: name,
        version: values.get('VERSION') ?? '',
        root: values.get('BASEDIR') ?? '',
        patches: (values.get('PATCHLIST') ?? '').split(' ').filter((one) => one !== ''),
        record: join(folderOf(record), instance),
      },
    ];
  });
}

/** `KEY=value` a line. Pure. */
export function parsePairs(text: string): Map<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return new Map(pairs);
}

/** The record of a package in a root, if it is installed there. */
export function installedAt(node: Node, name: PackageName, root: string): Installed | undefined {
  return recordedIn(recordFolder(node, root)).find((one) => one.package === name && one.root === root);
}

/** Written as a whole or not at all. */
export function note(installed: Omit<Installed, 'record' | 'instance'>, record: string): void {
  const { title } = PACKAGES[installed.package];
  const text = [
    `PKG=${installed.package}`,
    `NAME=${title}`,
    `VERSION=${installed.version}`,
    `BASEDIR=${installed.root}`,
    `PATCHLIST=${installed.patches.join(' ')}`,
    '',
  ].join('\n');
  mkdirSync(record, { recursive: true });
  const file = join(record, 'pkginfo');
  writeFileSync(`${file}.new`, text, { flush: true });
  renameSync(`${file}.new`, file);
}

/** The folder of a new record: the package's name, or with the first number that is free. */
export function freshRecord(record: string, name: PackageName): string {
  const taken = new Set(recordedIn(record).map(({ instance }) => instance));
  let instance: string = name;
  for (let number = 2; taken.has(instance); number++) instance = `${name}.${number}`;
  return join(folderOf(record), instance);
}

export function forget({ record }: Installed): void {
  rmSync(record, { recursive: true, force: true });
}
