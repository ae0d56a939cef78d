/** The commands of the installer and the package tool, from their words to what they print. */
import { createInterface } from 'node:readline';
import { baseOf, DEFAULT_ROOT } from '../places.ts';
import { installedVersion } from '../version.ts';
import { installAgent, installServer, wrongRoot } from './install.ts';
import type { Node } from './node.ts';
import { PATCH_FOLDER, readPatch } from './patch-files.ts';
import { applyPatch, backOut, isInterrupted, PatchError, PatchStatus, requiredBy } from './patching.ts';
import { type Installed, installedAt, installedHere, PACKAGES, recordFolder } from './record.ts';

export const USAGE: Record<string, string> = {
  commsinstall: 'commsinstall [--root FOLDER] [--overwrite] [SUNWics5] [SUNWscics]',
  pkginfo: 'pkginfo [-l] [-R ROOT] [PACKAGE…]',
  patchadd: 'patchadd [-R ROOT] [-M FOLDER] PATCH…',
  patchrm: 'patchrm [-R ROOT] PATCH…',
  showrev: 'showrev -p [-R ROOT]',
};

/** The words are none of the command's: its usage says which are. */
export class UsageError extends Error {}

export interface Context {
  node: Node;
  /** The caller's folder, for relative paths. */
  folder: string;
  say(line: string): void;
}

interface Words {
  /** Options that are there, with their value if they take one. */
  options: Map<string, string>;
  operands: string[];
}

/** @param known option → whether it takes a value. */
function split(words: readonly string[], known: Record<string, boolean>): Words {
  const options = new Map<string, string>();
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const takesValue = known[word];
    if (takesValue === undefined) throw new UsageError(`there is no option ${word}`);
    const value = takesValue ? rest.shift() : '';
    if (value === undefined) throw new UsageError(`option ${word} needs a value`);
    options.set(word, value);
  }
  return { options, operands };
}

export async function commsinstall(words: readonly string[], { node, say }: Context): Promise<void> {
  const { options, operands } = split(words, { '--root': true, '--overwrite': false });
  const unknown = operands.find((name) => !(name in PACKAGES));
  if (unknown !== undefined)
    throw new UsageError(`there is no package ${unknown}; there are ${Object.keys(PACKAGES).join(' and ')}`);
  const packages = operands.length === 0 ? ['SUNWics5'] : operands;
  if (packages.includes('SUNWics5')) {
    const root = options.get('--root') ?? (await askForRoot(say));
    const { instance, record } = installServer(node, root, { overwrite: options.has('--overwrite') });
    say(`Calendar Server ${installedVersion(baseOf(root))} has been installed in ${baseOf(root)}`);
    say(`Package ${instance} is recorded in ${record}`);
    say(`Configure Later: ${baseOf(root)}/sbin/csconfigurator.sh configures it`);
  }
  if (packages.includes('SUNWscics')) {
    installAgent(node);
    say('SUNWscics has been installed: scrgadm -a -t SUNW.scics finds its registration file');
  }
}

/** The panel of that name, in text. */
async function askForRoot(say: Context['say']): Promise<string> {
  say('Communications Suite 5 installer: Specify Installation Directories');
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  try {
    for (;;) {
      process.stdout.write(`Calendar Server [${DEFAULT_ROOT}]: `);
      const { value, done } = await lines.next();
      process.stdout.write('\n');
      if (done)
        throw new Error('the input ended before an installation root was given; nothing has been installed');
      const root = value.trim() || DEFAULT_ROOT;
      const wrong = wrongRoot(root);
      if (wrong === undefined) return root;
      say(`"${root}": ${wrong}`);
    }
  } finally {
    reader.close();
  }
}

export function pkginfo(words: readonly string[], { node, say }: Context): void {
  const { options, operands } = split(words, { '-l': false, '-R': true });
  const all = seen(node, options.get('-R'));
  const found = all.filter(
    (one) =>
      operands.length === 0 || operands.includes(one.instance) || operands.includes(`${one.package}.*`),
  );
  const missing = operands.filter(
    (name) => !found.some((one) => [one.instance, `${one.package}.*`].includes(name)),
  );
  if (missing.length > 0) throw new Error(`information for "${missing.join('", "')}" was not found`);
  for (const one of found) {
    const { instance, package: name, root, version, patches } = one;
    const { title } = PACKAGES[name];
    if (!options.has('-l')) {
      say(`application ${instance.padEnd(11)} ${title} (${root})`);
      continue;
    }
    const rows: [string, string][] = [
      ['PKGINST', instance],
      ['NAME', title],
      ['VERSION', version],
      ...(name === 'SUNWics5' ? ([['PRODVERS', installedVersion(baseOf(root))]] as [string, string][]) : []),
      ['BASEDIR', root],
      ['PATCHES', patches.join(' ') || 'none'],
      ['STATUS', isInterrupted(one) ? 'partially installed' : 'completely installed'],
    ];
    for (const [label, value] of rows) say(`${label.padStart(10)}:  ${value}`);
    say('');
  }
}

function seen(node: Node, root: string | undefined): Installed[] {
  if (root === undefined) return installedHere(node);
  return installedHere(node)
    .concat(installedAt(node, 'SUNWics5', root) ?? [])
    .filter(
      (one, index, all) =>
        one.root === root && all.findIndex(({ record }) => record === one.record) === index,
    );
}

/** The server that is meant: the one in the root, or the only one that there is. */
function chosen(node: Node, root: string | undefined): Installed {
  const servers = seen(node, root).filter((one) => one.package === 'SUNWics5');
  const [only] = servers;
  if (servers.length > 1)
    throw new PatchError(
      `there are servers in ${servers.map((one) => one.root).join(', ')}: say which with -R`,
    );
  if (only !== undefined) return only;
  throw new PatchError(
    root === undefined
      ? 'no calendar server is installed on this node'
      : `no calendar server is installed in ${root}, according to ${recordFolder(node, root)}: is its disk mounted on this node?`,
    PatchStatus.notInstalled,
  );
}

export function patchadd(words: readonly string[], { node, folder, say }: Context): void {
  const { options, operands } = split(words, { '-R': true, '-M': true });
  if (operands.length === 0) throw new UsageError('no patch is named');
  for (const operand of operands) {
    const patch = readPatch(operand, folder, options.get('-M') ?? PATCH_FOLDER);
    const installed = applyPatch(node, chosen(node, options.get('-R')), patch);
    say(`Patch ${patch.id} has been applied to ${baseOf(installed.root)}: ${patch.synopsis}`);
    say(`It serves from the next start on, as ${installedVersion(baseOf(installed.root))}`);
  }
}

export function patchrm(words: readonly string[], { node, say }: Context): void {
  const { options, operands } = split(words, { '-R': true });
  if (operands.length === 0) throw new UsageError('no patch is named');
  for (const id of operands) {
    const installed = chosen(node, options.get('-R'));
    backOut(node, installed, id);
    say(`Patch ${id} has been backed out of ${baseOf(installed.root)}`);
  }
}

export function showrev(words: readonly string[], { node, say }: Context): void {
  const { options } = split(words, { '-p': false, '-R': true });
  if (!options.has('-p')) throw new UsageError('only patches can be shown: -p');
  for (const one of seen(node, options.get('-R'))) {
    for (const id of one.patches) {
      const requires = requiredBy(one, id).join(' ');
      say(`Patch: ${id} Obsoletes:  Requires: ${requires} Incompatibles:  Packages: ${one.instance}`);
    }
  }
}
