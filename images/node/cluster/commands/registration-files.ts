/** Finds a type's registration file on this node: where types are installed, or where -f says. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ResourceType } from '../core/types.ts';
import { parseRegistration, RegistrationError } from '../registration.ts';
import type { RegisterForm } from './scrgadm.ts';

/** Of the product and of agents that were added. */
export const REGISTRATION_FOLDERS = ['/usr/cluster/lib/rgm/rtreg', '/opt/cluster/lib/rgm/rtreg'];
/** Larger than any file that somebody wrote: this is something else. */
const LARGEST_BYTES = 1_000_000;

/**
 * @param folder the caller's, for a relative -f.
 * @throws with the file's path, and with line and column where its text is wrong.
 */
export function readRegistration(
  form: RegisterForm,
  folder: string,
  folders: string[] = REGISTRATION_FOLDERS,
): ResourceType {
  const [name = '', version] = form.type.split(':');
  const path = form.file === null ? installedFile(name, folders) : resolve(folder, form.file);
  const type = parsed(path);
  if (type.name !== name) throw new Error(`${path} is about resource type ${type.name}, not ${name}`);
  if (version !== undefined && version !== type.version)
    throw new Error(`${path} is about version ${type.version} of ${name}, not ${version}`);
  return type;
}

function installedFile(name: string, folders: string[]): string {
  const files = folders.flatMap((folder) =>
    filesIn(folder).map((file) => [file, join(folder, file)] as const),
  );
  const found = files.find(([file]) => file === name);
  if (found !== undefined) return found[1];
  const known = files.map(([file]) => file).sort();
  throw new Error(
    `there is no registration file for ${name}; ${
      known.length > 0
        ? `there are files for ${[...new Set(known)].join(', ')}`
        : `${folders.join(' and ')} have none`
    }`,
  );
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parsed(path: string): ResourceType {
  try {
    const found = statSync(path);
    // A pipe or a device would hold up the whole node.
    if (!found.isFile()) throw new Error(`${path} is no file`);
    if (found.size > LARGEST_BYTES) throw new Error(`${path} is too large for a registration file`);
    return parseRegistration(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof RegistrationError) throw new Error(`${path}: ${error.message}`, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new Error(`${path}: ${why}`, { cause: error });
  }
}
