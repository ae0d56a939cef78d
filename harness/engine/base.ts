import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import * as z from 'zod';
import { messageOf, SetupError, UsageError } from '../errors.ts';
import type { Engine, Progress } from './engine.ts';
import { followed, setUpFailure } from './engine-stream.ts';
import { aptInstall, canInstall, hasProgram, programPath } from './install.ts';
import { Label, ownerLabels } from './labels.ts';

/** `debian`: made here from Debian packages and the running Node. `registry`: the official Node image. */
export type BaseKind = 'debian' | 'registry';
export const baseKinds: readonly BaseKind[] = ['debian', 'registry'];

export const registryImage = 'node:24-bookworm-slim';
const suite = 'bookworm';
const packageList = 'images/base/packages.txt';

/** Raise it when the way the base is made changes, so that bases made the old way are not used. */
const recipe = 1;

/** The kind that HA_DRILLS_BASE asks for, if it is set. */
export function forcedBase(env: NodeJS.ProcessEnv = process.env): BaseKind | undefined {
  const value = env['HA_DRILLS_BASE'] || undefined;
  const kind = z.enum(['debian', 'registry']).optional().safeParse(value);
  if (!kind.success) throw new UsageError(`HA_DRILLS_BASE='${value}': it can be debian or registry`);
  return kind.data;
}

/**
 * The image that a Dockerfile of this base starts FROM. The debian one is named by all that goes into it; packages on
 * top of the list's are in it beforehand, while the official image gets them in the Dockerfile.
 */
export function baseTag(kind: BaseKind, root: string, packages: readonly string[] = []): string {
  if (kind === 'registry') return registryImage;
  const hash = createHash('sha256');
  const list = readFileSync(join(root, packageList));
  for (const part of [recipe, suite, process.version, process.arch, list, ...packages])
    hash.update(`${part}\0`);
  return `ha-drills/base:${hash.digest('hex').slice(0, 12)}`;
}

/** The package names in a packages.txt: one a line, # begins a comment. */
export function packagesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean);
}

/** Makes the Debian base and imports it, with no file in between. */
export async function makeDebianBase(engine: Engine, root: string, progress: Progress): Promise<void> {
  await needBootstrapper(progress);
  const packages = packagesIn(readFileSync(join(root, packageList), 'utf8'));
  const child = hasProgram('mmdebstrap') ? mmdebstrap(packages) : debootstrap(packages);
  await importMade(engine, child, { tag: baseTag('debian', root), packages: [] }, progress);
}

/**
 * Makes a base with further packages out of the one that is there, in half to two thirds of the time that a new one
 * takes: only what is missing is downloaded and set up.
 */
export async function extendDebianBase(
  engine: Engine,
  root: string,
  packages: readonly string[],
  progress: Progress,
): Promise<void> {
  await needBootstrapper(progress);
  const made = { tag: baseTag('debian', root, packages), packages };
  if (!hasProgram('mmdebstrap')) {
    const list = packagesIn(readFileSync(join(root, packageList), 'utf8'));
    return await importMade(engine, debootstrap([...list, ...packages]), made, progress);
  }
  const folder = mkdtempSync(join(workFolder(), 'ha-drills-extend.'));
  try {
    const tree = join(folder, 'base.tar');
    await exportImage(engine, baseTag('debian', root), tree);
    await importMade(engine, mmdebstrap([...packages], { tree, folder }), made, progress);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file and not a pipe, since mmdebstrap wants the tree only after it has looked around. */
async function exportImage(engine: Engine, image: string, file: string): Promise<void> {
  const container = await engine.docker.createContainer({
    Image: image,
    Cmd: ['true'],
    Labels: ownerLabels(),
    NetworkDisabled: true,
  });
  try {
    await pipeline(await container.export(), createWriteStream(file));
  } catch (error) {
    throw await setUpFailure(engine, `the base image ${image} could not be read`, error);
  } finally {
    await container.remove({ force: true }).catch(() => undefined);
  }
}

interface Made {
  tag: string;
  packages: readonly string[];
}

async function importMade(
  engine: Engine,
  child: Bootstrapper,
  what: Made,
  progress: Progress,
): Promise<void> {
  // The tar's end comes before the exit code: only a good one may complete the import.
  const tar = new PassThrough();
  child.stdout.pipe(tar, { end: false });
  // Each side's failure makes the other fail too; the first one is the reason.
  let reason: unknown;
  const making = made(child, progress).then(
    () => tar.end(),
    (error) => {
      reason ??= error;
      tar.destroy(error);
    },
  );
  const importing = imported(engine, what, tar).catch((error) => {
    reason ??= error;
    // With nobody to read its tar, mmdebstrap ends in order; a signal alone it would sit out.
    child.stdout.destroy();
    child.stdin.end();
  });
  await Promise.all([making, importing]);
  if (reason !== undefined) throw reason;
}

async function made(child: Bootstrapper, progress: Progress): Promise<void> {
  const lines: string[] = [];
  for await (const line of child.iterable({ from: 'stderr' })) {
    lines.push(line);
    if (/^I: (running apt-get|downloading|extracting|installing|creating|Retrieving|Extracting)/.test(line))
      progress(`  ${line.slice(3)}`);
  }
  const result = await child;
  if (!result.failed) return;
  const tail = lines.slice(-12).map((line) => `  ${line}`);
  throw new SetupError(
    `the base image could not be made (it ended with ${result.signal ?? `code ${result.exitCode}`}):\n${tail.join('\n')}\nPut right what it names, then try again.`,
  );
}

async function imported(engine: Engine, { tag, packages }: Made, tar: NodeJS.ReadableStream): Promise<void> {
  const [repo, version] = tag.split(':');
  try {
    const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const stream = await engine.docker.importImage(tar, {
      repo,
      tag: version,
      changes: [`LABEL ${Label.owner}=1 ${Label.packages}="${packages.join(' ')}"`, path],
    });
    await followed(stream);
  } catch (error) {
    throw await setUpFailure(engine, `the base image ${tag} could not be imported`, error);
  }
}

async function needBootstrapper(progress: Progress): Promise<void> {
  if (hasProgram('mmdebstrap') || hasProgram('debootstrap')) return;
  if (!canInstall())
    throw new SetupError(
      `no registry answers for ${registryImage}, and neither mmdebstrap nor debootstrap is here to make a base image; ` +
        `install mmdebstrap, or bring the image: docker load < ${registryImage.replace(':', '-')}.tar`,
    );
  await aptInstall(['mmdebstrap', 'debian-archive-keyring'], 'it makes the base image', progress);
}

/** What nobody reads in a container: half of the files, and so half of the import. */
const ballast = 'usr/share/doc usr/share/man usr/share/info usr/share/locale var/cache/apt var/lib/apt';

/** Adds the running Node, which is linked to nothing that the packages do not bring, and leaves out the ballast. */
const finish = `cd "$1" && rm -rf ${ballast} && install -D -m 755 "$HA_DRILLS_NODE" usr/local/bin/node`;

/** Whether a package is asked for in a version, or as a file: what apt itself is not asked for while it bootstraps. */
const isChosen = (one: string) => /[:=]/.test(one);

function choose(packages: readonly string[]): string {
  const script = join(import.meta.dirname, '../../images/base/choose.sh');
  return `APT_CONFIG=$MMDEBSTRAP_APT_CONFIG sh '${script}' "$1" ${packages.join(' ')}`;
}

type Bootstrapper = ReturnType<typeof run>;

/**
 * All packages go in with one dpkg run (variant custom); minbase would take two and twice the time. usr-is-merged
 * keeps out usrmerge, which would bring the whole of perl.
 */
function mmdebstrap(packages: string[], from?: { tree: string; folder: string }): Bootstrapper {
  // Its setup makes /bin and its like symbolic links; newer versions of mmdebstrap do so by themselves.
  const hook = '/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh';
  // A pattern like ?essential stands alone: with a comma behind it apt would take the rest for a part of it.
  const [plain, chosen] = [packages.filter((one) => !isChosen(one)), packages.filter(isChosen)];
  const essential = ['--include=?essential', '--include=usr-is-merged'];
  const fresh = [...essential, ...(existsSync(hook) ? [`--setup-hook=${hook}`] : [])];
  return run(
    programPath('mmdebstrap') ?? 'mmdebstrap',
    [
      '--variant=custom',
      ...(from === undefined ? fresh : [`--setup-hook=tar -C "$1" -xf '${from.tree}'`]),
      ...(plain.length === 0 ? [] : [`--include=${plain.join(',')}`]),
      '--aptopt=Acquire::Languages "none"',
      '--dpkgopt=force-unsafe-io',
      ...(chosen.length === 0 ? [] : [`--customize-hook=${choose(chosen)}`]),
      `--customize-hook=${finish}`,
      '--format=tar',
      suite,
      '-',
    ],
    from?.folder,
  );
}

function debootstrap(packages: string[]): Bootstrapper {
  const chosen = packages.find(isChosen);
  if (chosen !== undefined)
    throw new SetupError(`${chosen}: debootstrap cannot choose versions; install mmdebstrap`);
  const script = [
    'root=$TMPDIR/root',
    `debootstrap --variant=minbase --include=${packages.join(',')} ${suite} "$root" >&2`,
    `(set -- "$root"; ${finish})`,
    'tar -C "$root" --numeric-owner --one-file-system -cf - .',
  ];
  return run('bash', ['-euc', script.join('\n')]);
}

/** Through guard.sh, which ends the program and clears up when we end before it. */
function run(program: string, args: string[], folder = '') {
  return execa('sh', [join(import.meta.dirname, 'guard.sh'), workFolder(), folder, program, ...args], {
    env: { HA_DRILLS_NODE: process.execPath },
    detached: true,
    stdin: 'pipe',
    buffer: false,
    reject: false,
  });
}

/** In memory where there is plenty of it: dpkg writes a thousand small files and makes sure of each. */
function workFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 1.5 * 2 ** 30 && freemem() > 3 * 2 ** 30 ? memory : tmpdir();
}

/**
 * Pulls the official image, if a registry answers soon and goes on answering.
 * @returns why not, or undefined when the image is there.
 */
export async function pullBase(engine: Engine, progress: Progress): Promise<string | undefined> {
  progress(`  asking the registry for ${registryImage}`);
  const abort = new AbortController();
  try {
    const stream = await engine.docker.pull(registryImage, { abortSignal: abort.signal });
    await followed(stream, { firstWithinMs: 8000, silentForMs: 60_000 });
    return undefined;
  } catch (error) {
    return messageOf(error).trim();
  } finally {
    abort.abort();
  }
}
