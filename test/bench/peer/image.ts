/** The image of the peer's nodes: Debian's Corosync and Pacemaker on a base made as the project's own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDebianImage, packagesIn } from '../../../harness/engine/base.ts';
import { cacheFolder } from '../../../harness/engine/cache.ts';
import type { Engine, Progress } from '../../../harness/engine/engine.ts';
import { followed, setUpFailure } from '../../../harness/engine/engine-stream.ts';
import { digestOf, repository } from '../../../harness/engine/image-tags.ts';
import { ownerLabels } from '../../../harness/engine/labels.ts';
import { withLock } from '../../../harness/engine/lock.ts';

const folder = 'test/bench/peer';
/** What the Dockerfile takes. */
const parts = [`${folder}/Dockerfile`, `${folder}/node`, 'images/common', 'images/base/package.json'];

/** The tag of the peer's node image; it is made where it is missing. */
export async function ensurePeerImage(engine: Engine, progress: Progress): Promise<string> {
  const packages = packagesOf();
  const base = `ha-drills/peer-base:${hash(process.version, process.arch, ...packages)}`;
  const tag = `ha-drills/peer:${hash(base, ...parts.map((part) => digestOf(repository, part)))}`;
  return await withLock(join(cacheFolder(), 'peer-image.lock'), 600, async () => {
    if (await isThere(engine, tag)) return tag;
    if (!(await isThere(engine, base))) {
      progress('peer: making its base of Debian packages');
      await makeDebianImage(engine, base, packages, progress);
    }
    progress(`peer: building ${tag}`);
    await build(engine, tag, base);
    return tag;
  });
}

function packagesOf(): string[] {
  const lists = ['images/base/packages.txt', `${folder}/packages.txt`];
  return lists.flatMap((list) => packagesIn(readFileSync(join(repository, list), 'utf8')));
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

async function isThere(engine: Engine, tag: string): Promise<boolean> {
  const images = await engine.docker.listImages();
  return images.some(({ RepoTags }) => RepoTags?.includes(tag));
}

async function build(engine: Engine, tag: string, base: string): Promise<void> {
  try {
    const stream = await engine.docker.buildImage(
      { context: repository, src: parts },
      {
        t: tag,
        dockerfile: `${folder}/Dockerfile`,
        buildargs: { BASE: base },
        labels: ownerLabels(),
        networkmode: 'none',
        forcerm: true,
      },
    );
    await followed(stream);
  } catch (error) {
    throw await setUpFailure(engine, 'the image of the peer could not be built', error);
  }
}
