import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from '../errors.ts';
import { type BaseKind, baseTag } from './base.ts';

export type Role = 'array' | 'node' | 'client' | 'witness';
/** In the Dockerfile's order: the classic builder walks all stages above the one it is asked for. */
export const roles: readonly Role[] = ['array', 'node', 'client', 'witness'];

export type ImageTags = Record<Role, string>;

export const repository = resolve(import.meta.dirname, '../..');
/** What every role's image is made of, beside its own folder. */
export const sharedParts = ['images/Dockerfile', 'images/base', 'images/common'];

/** The image of each role, named by a hash of all that goes into it. */
export function imageTags(kind: BaseKind, root: string = repository): ImageTags {
  const shared = [`${kind} ${baseTag(kind, root)}`, ...sharedParts.map((part) => digestOf(root, part))];
  const tag = (role: Role) => {
    const hash = createHash('sha256').update([...shared, digestOf(root, `images/${role}`)].join('\n'));
    return `ha-drills/${role}:${hash.digest('hex').slice(0, 12)}`;
  };
  return { array: tag('array'), node: tag('node'), client: tag('client'), witness: tag('witness') };
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
