import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from '../errors.ts';
import { type BaseKind, baseTag } from './base.ts';

export type Role = 'array' | 'node' | 'client' | 'witness' | 'mirror' | 'directory';
/** In the Dockerfile's order: the classic builder walks all stages above the one it is asked for. */
export const roles: readonly Role[] = ['array', 'node', 'client', 'witness', 'mirror', 'directory'];
/** What every cluster is made of. */
const plainRoles = ['array', 'node', 'client', 'witness'] as const;

/** An image that only some topologies ask for: another role, or a role with further Debian packages. */
export interface Variant {
  role: Role;
  packages: readonly string[];
}

/** The image of a directory always has an LDAP server and its tools. */
export const DIRECTORY: Variant = { role: 'directory', packages: ['ldap-utils', 'slapd'] };

/** The images by role; those of variants by `variantKey`. Plain data, since it travels between processes. */
export type ImageTags = Record<(typeof plainRoles)[number], string> & Record<string, string>;

export const repository = resolve(import.meta.dirname, '../..');
/** What every role's image is made of, beside its own folder. */
export const sharedParts = ['images/Dockerfile', 'images/base', 'images/common'];
/** npm packages, with all that they need, that a role's programs import: the Dockerfile copies them from node_modules. */
const libraries: Partial<Record<Role, readonly string[]>> = {
  node: ['ical.js', 'ldapts', 'strict-event-emitter-types'],
};
/** Folders of all of them, relative to the repository's root. */
export const libraryParts = Object.values(libraries).flatMap((names) =>
  names.map((name) => `node_modules/${name}`),
);

/** In front of a package that is on the image as a file, and not installed. */
export const OFFERED = 'offer:';

/** A name, as it is or in a version: one that is written out, or the oldest or newest that the mirror has. */
const PACKAGE = /^(offer:)?[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9][A-Za-z0-9.+:~-]*)?$/;

/** Sorted and without repetition, so that the same set always has the same name. @throws SetupError */
export function packageSet(packages: readonly string[]): string[] {
  const wrong = packages.find((name) => !PACKAGE.test(name));
  if (wrong !== undefined) throw new SetupError(`"${wrong}" is not the name of a Debian package`);
  return [...new Set(packages)].sort();
}

function variantKey({ role, packages }: Variant): string {
  const set = packageSet(packages);
  return set.length === 0 ? role : `${role} with ${set.join(' ')}`;
}

/** The plain images and the asked variants, each once. */
export function withPlain(variants: readonly Variant[]): Variant[] {
  const all = [...plainRoles.map((role) => ({ role, packages: [] })), ...variants];
  const byKey = new Map(all.map((one) => [variantKey(one), { ...one, packages: packageSet(one.packages) }]));
  return [...byKey.values()];
}

/** The image of a role with these packages. @throws SetupError when it was not among those that were ensured. */
export function tagOf(images: ImageTags, role: Role, packages: readonly string[] = []): string {
  const key = variantKey({ role, packages });
  const tag = images[key];
  if (tag === undefined)
    throw new SetupError(`there is no image "${key}": ask for it when images are ensured`);
  return tag;
}

/** The image of each role, named by a hash of all that goes into it. */
export function imageTags(
  kind: BaseKind,
  root: string = repository,
  variants: readonly Variant[] = [],
): ImageTags {
  const tag = tagger(kind, root);
  return Object.fromEntries(withPlain(variants).map((one) => [variantKey(one), tag(one)])) as ImageTags;
}

/** Names images of the sources as they are now; each source is read once. */
export function tagger(kind: BaseKind, root: string): (variant: Variant) => string {
  const shared = sharedParts.map((part) => digestOf(root, part));
  const own = new Map(
    roles.map((role) => [role, [digestOf(root, `images/${role}`), ...libraryVersions(role)]]),
  );
  return ({ role, packages }) => {
    const base = `${kind} ${baseTag(kind, root, packages)}`;
    const hash = createHash('sha256').update(
      [base, ...shared, ...(own.get(role) ?? []), ...packages].join('\n'),
    );
    return `ha-drills/${role}:${hash.digest('hex').slice(0, 12)}`;
  };
}

function libraryVersions(role: Role): string[] {
  return (libraries[role] ?? []).map((name) => {
    const file = join(repository, 'node_modules', name, 'package.json');
    if (!existsSync(file)) throw new SetupError(`${file} is missing: run "npm ci", then try again`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return `${name} ${version}`;
  });
}

/** A hash over the names and contents of a file or of a folder's files, whatever order the disk lists them in. */
export function digestOf(root: string, part: string): string {
  const hash = createHash('sha256');
  for (const file of filesOf(root, part)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesOf(root: string, part: string): string[] {
  if (!existsSync(join(root, part)))
    throw new SetupError(
      `${join(root, part)} is missing: images are built from it; restore it, then try again`,
    );
  const entries = readdirIfFolder(join(root, part));
  if (!entries) return [part];
  return entries.flatMap((name) => filesOf(root, `${part}/${name}`));
}

function readdirIfFolder(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
