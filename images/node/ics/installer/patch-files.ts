/** A patch as it is delivered: a folder named by its id, with patchinfo, README and the files that it replaces. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { below } from './payload.ts';
import { parsePairs } from './record.ts';

/** Where a patch is looked for that is named by its id alone. */
export const PATCH_FOLDER = resolve(import.meta.dirname, '../patches');

export interface Patch {
  id: string;
  synopsis: string;
  /** Patches without which this one cannot be. */
  requires: string[];
  /** Source → path relative to cal-svr-base. */
  files: { from: string; to: string }[];
}

/** @throws Error naming the folder and what is wrong with it. */
export function readPatch(operand: string, folder: string, inFolder = PATCH_FOLDER): Patch {
  const path = operand.includes('/') ? resolve(folder, operand) : join(inFolder, operand);
  const id = basename(path);
  const fail = (what: string): never => {
    throw new Error(`${path} is no patch: ${what}`);
  };
  if (!/^\d{6}-\d\d$/.test(id)) fail('a patch is a folder whose name is like 963001-01');
  const info = join(path, 'patchinfo');
  if (!existsSync(info)) fail('it has no file patchinfo');
  const values = parsePairs(readFileSync(info, 'utf8'));
  if (values.get('PATCHID') !== id) fail(`its patchinfo is of ${values.get('PATCHID') ?? 'nothing'}`);
  if (values.get('PACKAGES') !== 'SUNWics5')
    fail(`it is for ${values.get('PACKAGES') ?? 'no package'}, not SUNWics5`);
  const files = existsSync(join(path, 'files')) ? below(join(path, 'files'), '') : [];
  if (files.length === 0) fail('it replaces no file');
  const requires = (values.get('REQUIRES') ?? '').split(' ').filter((one) => one !== '');
  return { id, synopsis: values.get('SYNOPSIS') ?? '', requires, files };
}
