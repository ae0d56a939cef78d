/**
 * Applies patches to an installed calendar server and backs them out. What a patch replaces is kept beside the package's
 * record (save/ID), so that it can be put back wherever the record goes. The record is written last: a patch that was
 * cut off is not applied, and is undone before the next one.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { baseOf } from '../places.ts';
import { sabotaged } from '../sabotage.ts';
import { settle } from './install.ts';
import type { Node } from './node.ts';
import type { Patch } from './patch-files.ts';
import { below } from './payload.ts';
import { type Installed, note } from './record.ts';
import { runningFrom } from './running.ts';

/** Statuses as patchadd and patchrm of Solaris end with. */
export const PatchStatus = { failed: 1, appliedAlready: 2, notInstalled: 8, requires: 25 } as const;

export class PatchError extends Error {
  readonly status: number;
  constructor(message: string, status: number = PatchStatus.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PatchError';
    this.status = status;
  }
}

const [NEW_FILES, REQUIRES] = ['new-files', 'requires'];
const saveFolder = ({ record }: Installed, id: string) => join(record, 'save', id);

/** @throws PatchError; then the server is as it was. */
export function applyPatch(node: Node, installed: Installed, patch: Patch): Installed {
  const { id, requires, files } = patch;
  const base = baseOf(installed.root);
  if (installed.patches.includes(id))
    throw new PatchError(`patch ${id} is applied already to ${base}`, PatchStatus.appliedAlready);
  const missing = requires.filter((one) => !installed.patches.includes(one));
  if (missing.length > 0)
    throw new PatchError(
      `patch ${id} requires ${missing.join(', ')}, which ${base} has not`,
      PatchStatus.requires,
    );
  refuseWhileRunning(base, id);
  if (sabotaged('patch-takes-service-down')) takeServicesDown();
  undoInterrupted(installed);
  const saved = saveFolder(installed, id);
  try {
    saveOriginals(patch, base, saved);
    if (!sabotaged('patch-changes-nothing')) for (const { from, to } of files) place(from, join(base, to));
    const patched = { ...installed, patches: [...installed.patches, id] };
    note(patched, installed.record);
    settle(node, installed.root);
    return patched;
  } catch (error) {
    if (existsSync(saved)) putBack(base, saved);
    throw new PatchError(
      `patch ${id} cannot be applied to ${base}: ${error instanceof Error ? error.message : error}; it is as it was`,
      PatchStatus.failed,
      { cause: error },
    );
  }
}

/** @throws PatchError; then the server is as it was. */
export function backOut(node: Node, installed: Installed, id: string): Installed {
  const base = baseOf(installed.root);
  const at = installed.patches.indexOf(id);
  if (at < 0) {
    const patches = installed.patches.join(', ') || 'none';
    throw new PatchError(
      `patch ${id} is not applied to ${base}; applied are: ${patches}`,
      PatchStatus.notInstalled,
    );
  }
  const later = installed.patches.slice(at + 1);
  const needing = later.find((one) => requiredBy(installed, one).includes(id));
  if (needing !== undefined)
    throw new PatchError(`patch ${needing} requires ${id}: back out ${needing} first`);
  const saved = saveFolder(installed, id);
  const own = new Set(savedFiles(saved));
  const over = later.find((one) => savedFiles(saveFolder(installed, one)).some((file) => own.has(file)));
  if (over !== undefined)
    throw new PatchError(
      `patch ${over} was applied later and replaces files of ${id}: back out ${over} first`,
    );
  refuseWhileRunning(base, id);
  undoInterrupted(installed);
  // The record first: a back-out that is cut off is finished by the next patchadd or patchrm.
  const left = { ...installed, patches: installed.patches.filter((one) => one !== id) };
  note(left, installed.record);
  putBack(base, saved);
  settle(node, installed.root);
  return left;
}

function refuseWhileRunning(base: string, id: string): void {
  if (sabotaged('patch-under-running-server')) return;
  const processes = runningFrom(base);
  if (processes.length > 0)
    throw new PatchError(
      `patch ${id}: the calendar server of ${base} runs on this node (process ${processes.join(', ')}); switch its group away, or stop it with ${base}/sbin/stop-cal`,
    );
}

/** Also of a patch that was cut off half-way: its files were saved, and the record does not know it. */
function undoInterrupted(installed: Installed): void {
  const folder = join(installed.record, 'save');
  if (!existsSync(folder)) return;
  for (const id of readdirSync(folder))
    if (!installed.patches.includes(id)) putBack(baseOf(installed.root), join(folder, id));
}

/** Off and on again, wherever they run. */
function takeServicesDown(): void {
  const groups = `scrgadm -p | sed -n 's/^Res Group name: *//p'`;
  spawnSync('sh', ['-c', `scswitch -F -g "$(${groups} | paste -sd,)"; scswitch -Z`], { stdio: 'ignore' });
}

function saveOriginals({ files, requires }: Patch, base: string, saved: string): void {
  // Moved to its name when complete: an incomplete one must not be put back.
  const fresh = join(dirname(saved), '../saving');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(join(fresh, 'files'), { recursive: true });
  const absent: string[] = [];
  for (const { to } of files) {
    if (existsSync(join(base, to))) place(join(base, to), join(fresh, 'files', to));
    else absent.push(to);
  }
  writeFileSync(join(fresh, NEW_FILES), absent.map((path) => `${path}\n`).join(''), { flush: true });
  writeFileSync(join(fresh, REQUIRES), requires.map((id) => `${id}\n`).join(''), { flush: true });
  mkdirSync(dirname(saved), { recursive: true });
  renameSync(fresh, saved);
}

/** Files that a patch has replaced or brought. */
function savedFiles(saved: string): string[] {
  return [...below(join(saved, 'files'), '').map(({ to }) => to), ...newFiles(saved)];
}

const newFiles = (saved: string) => linesOf(join(saved, NEW_FILES));

/** What an applied patch requires. */
export function requiredBy(installed: Installed, id: string): string[] {
  return linesOf(join(saveFolder(installed, id), REQUIRES));
}

/** Whether a patchadd or patchrm was cut off; the next one undoes what it left. */
export function isInterrupted(installed: Installed): boolean {
  const folder = join(installed.record, 'save');
  return existsSync(folder) && readdirSync(folder).some((id) => !installed.patches.includes(id));
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function putBack(base: string, saved: string): void {
  for (const { from, to } of below(join(saved, 'files'), '')) place(from, join(base, to));
  for (const path of newFiles(saved)) rmSync(join(base, path), { force: true });
  rmSync(saved, { recursive: true, force: true });
}

/** A file that is there is replaced as a whole, so that nobody reads half of the new one. */
function place(from: string, to: string): void {
  const found = lstatSync(from);
  mkdirSync(dirname(to), { recursive: true });
  const beside = `${to}.new`;
  copyFileSync(from, beside);
  chmodSync(beside, found.mode & 0o777);
  if (process.getuid?.() === 0) lchownSync(beside, found.uid, found.gid);
  renameSync(beside, to);
}
