import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { monotonicMs } from '../clock.ts';
import { SetupError } from '../errors.ts';
import {
  type BaseKind,
  baseKinds,
  baseTag,
  extendDebianBase,
  forcedBase,
  makeDebianBase,
  pullBase,
  registryImage,
} from './base.ts';
import { cacheFolder } from './cache.ts';
import { isLocal } from './docker-at.ts';
import type { Engine, Progress } from './engine.ts';
import { followed, setUpFailure } from './engine-stream.ts';
import {
  type ImageTags,
  imageTags,
  libraryParts,
  type Role,
  repository,
  roles,
  sharedParts,
  tagOf,
  type Variant,
  withPlain,
} from './image-tags.ts';
import { Label, ownerLabels } from './labels.ts';
import { withLock } from './lock.ts';
import { removeOldImages } from './old-images.ts';

export { type ImageTags, type Role, tagOf, type Variant } from './image-tags.ts';

/** The images of all roles and of the given variants, built where they are missing. */
export async function ensureImages(
  engine: Engine,
  progress: Progress,
  variants: readonly Variant[] = [],
  root: string = repository,
): Promise<ImageTags> {
  const wanted: Wanted = { variants, root };
  const ready = complete(await present(engine.docker), wanted);
  if (ready) return ready;
  // A second run that wants the same images waits for the first one's instead of building its own.
  return await withLock(join(cacheFolder(), 'images.lock'), 600, async () => {
    const there = await present(engine.docker);
    return complete(there, wanted) ?? (await buildMissing(engine, there, wanted, progress));
  });
}

interface Wanted {
  variants: readonly Variant[];
  root: string;
}

async function present(docker: Docker): Promise<Set<string>> {
  return new Set((await docker.listImages()).flatMap((image) => image.RepoTags ?? []));
}

function wantedKinds(): readonly BaseKind[] {
  const forced = forcedBase();
  return forced ? [forced] : baseKinds;
}

function complete(there: Set<string>, { variants, root }: Wanted): ImageTags | undefined {
  return wantedKinds()
    .map((kind) => imageTags(kind, root, variants))
    .find((tags) => Object.values(tags).every((tag) => there.has(tag)));
}

async function buildMissing(
  engine: Engine,
  there: Set<string>,
  { variants, root }: Wanted,
  progress: Progress,
): Promise<ImageTags> {
  await needRoom(engine);
  const kind = await ensureBase(engine, there, root, progress);
  const tags = imageTags(kind, root, variants);
  // One after the other: each takes the layers of the ones before it from the builder's cache.
  for (const { role, packages } of withPlain(variants)) {
    const tag = tagOf(tags, role, packages);
    if (there.has(tag)) continue;
    await ensureExtended(engine, kind, packages, root, progress);
    await build(engine, { role, packages, tag, kind, root }, progress);
  }
  await removeOldImages(engine.docker, tags, kind, root);
  return tags;
}

/**
 * Base and roles take 250 MiB, and the directory with a base of its own as much; so does a base while it is on its way
 * in.
 */
const roomNeeded = 800 * 2 ** 20;

/** Asked beforehand: an engine whose disk fills up in the middle of an import closes the connection without a word. */
async function needRoom(engine: Engine): Promise<void> {
  const { DockerRootDir: folder } = (await engine.docker.info()) as { DockerRootDir: string };
  // A remote engine's folder, or one inside Docker Desktop's machine, cannot be looked at from here.
  if (!isLocal(engine.host) || !existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= roomNeeded) return;
  const free = Math.floor((bavail * bsize) / 2 ** 20);
  throw new SetupError(
    `the disk is full where the engine keeps its data: ${free} MiB free in ${folder}, and images need ${roomNeeded / 2 ** 20}; make room there, then try again`,
  );
}

async function ensureBase(
  engine: Engine,
  there: Set<string>,
  root: string,
  progress: Progress,
): Promise<BaseKind> {
  const kinds = wantedKinds();
  const local = kinds.find((kind) => there.has(baseTag(kind, root)));
  if (local) return local;
  const started = monotonicMs();
  const done = (what: string) => progress(`base image: ${what} in ${seconds(started)}`);
  let reason = 'HA_DRILLS_BASE=debian';
  if (kinds.includes('registry')) {
    progress(`base image: not there yet`);
    const refused = await pullBase(engine, progress);
    if (refused === undefined) {
      done(`pulled ${registryImage}`);
      return 'registry';
    }
    // Its cause is a network's matter that a base made here does away with; only who looks for it wants to read it.
    reason = process.env['DEBUG'] ? `no registry: ${refused}` : 'no registry answers';
    if (!kinds.includes('debian'))
      throw new SetupError(
        `HA_DRILLS_BASE=registry: ${registryImage} cannot be pulled (${refused}); unset HA_DRILLS_BASE to have a base made here`,
      );
  }
  progress(`base image: making one from Debian packages, once (${reason})`);
  await makeDebianBase(engine, root, progress);
  done('made');
  return 'debian';
}

/** A base with a variant's packages. The official image gets them while the role's image is built. */
async function ensureExtended(
  engine: Engine,
  kind: BaseKind,
  packages: readonly string[],
  root: string,
  progress: Progress,
): Promise<void> {
  if (kind === 'registry' || packages.length === 0) return;
  if ((await present(engine.docker)).has(baseTag(kind, root, packages))) return;
  const named = packages.join(', ');
  progress(`base image: adding ${named}, once`);
  const started = monotonicMs();
  await extendDebianBase(engine, root, packages, progress);
  progress(`base image: ${named} added in ${seconds(started)}`);
}

interface Build extends Variant {
  tag: string;
  kind: BaseKind;
  root: string;
}

async function build(
  engine: Engine,
  { role, packages, tag, kind, root }: Build,
  progress: Progress,
): Promise<void> {
  progress(`image ${role}: building ${tag}`);
  const started = monotonicMs();
  try {
    const stream = await engine.docker.buildImage(
      {
        context: root,
        src: [...sharedParts, ...libraryParts, ...roles.map((name: Role) => `images/${name}`)],
      },
      {
        t: tag,
        dockerfile: 'images/Dockerfile',
        target: role,
        buildargs: { BASE: baseTag(kind, root, packages), PACKAGES: packages.join(' ') },
        labels: { ...ownerLabels(), [Label.packages]: packages.join(' ') },
        // Our own engine has no bridge; only an official Node image lacks packages and so needs a network.
        networkmode: kind === 'registry' ? 'host' : 'none',
        forcerm: true,
      },
    );
    await followed(stream, {
      onLine: (line) => {
        if (/^Step \d+/.test(line)) progress(`  ${role}: ${line}`);
      },
    });
  } catch (error) {
    throw await setUpFailure(engine, `image ${role} could not be built`, error);
  }
  progress(`image ${role}: built in ${seconds(started)}`);
}

function seconds(started: number): string {
  return `${((monotonicMs() - started) / 1000).toFixed(1)} s`;
}
