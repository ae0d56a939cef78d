/** What the package of the calendar server is made of, and where each part goes in cal-svr-base. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** npm packages, with all that they need, that the server's programs import. */
export const LIBRARIES = ['ical.js', 'ldapts', 'strict-event-emitter-types'];
/** The folders that an administrator looks for after the installation (guide §6.6.3). */
export const FOLDERS = ['share', 'tools', 'lib', 'sbin', 'csapi', 'html'];

const server = resolve(import.meta.dirname, '..');
const images = resolve(server, '../..');
/** In lib, the modules stand to each other as they do in the image: that is how they find each other. */
const MODULES = 'lib/images';
/** Not the server's: they stay with the node. */
const NOT_INSTALLED = ['installer', 'patches', 'sbin'];

export interface Part {
  from: string;
  /** Relative to cal-svr-base. */
  to: string;
  bytes: number;
}

export interface Payload {
  parts: Part[];
  /** Symbolic links: path relative to cal-svr-base → target. */
  links: [string, string][];
}

export function payload(): Payload {
  const own = readdirSync(server).filter((name) => !NOT_INSTALLED.includes(name));
  const parts = [
    ...own.flatMap((name) => below(join(server, name), `${MODULES}/node/ics/${name}`)),
    ...below(join(images, 'common'), `${MODULES}/common`),
    ...below(packageFile(), `${MODULES}/package.json`),
    ...LIBRARIES.flatMap((name) => below(join(libraries(), name), `lib/node_modules/${name}`)).filter(
      isNeeded,
    ),
    ...below(join(server, 'sbin'), 'sbin'),
    ...below(join(import.meta.dirname, 'content'), ''),
  ];
  // Programs are started as lib/NAME.ts.
  const links = own.map((name): [string, string] => [`lib/${name}`, `images/node/ics/${name}`]);
  return { parts, links };
}

/** It says that the modules are modules; the image has it beside them, a clone in images/base. */
function packageFile(): string {
  const [installed, source] = [join(images, 'package.json'), join(images, 'base/package.json')];
  return existsSync(installed) ? installed : source;
}

const libraries = () => join(images, '../node_modules');

/** Of a library, what runs. */
function isNeeded({ to }: Part): boolean {
  return /\/(package\.json|LICENSE)$/.test(to) || /\/dist\/[^/]+\.m?js$/.test(to);
}

/** The files of a folder, or the one that `from` is. */
export function below(from: string, to: string): Part[] {
  const found = lstatSync(from);
  if (!found.isDirectory()) return [{ from, to, bytes: found.size }];
  const inside = readdirSync(from, { recursive: true, withFileTypes: true });
  return inside.flatMap((entry) => {
    if (entry.isDirectory()) return [];
    const path = join(entry.parentPath, entry.name);
    return [{ from: path, to: join(to, relative(from, path)), bytes: lstatSync(path).size }];
  });
}
