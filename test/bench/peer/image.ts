/** The image of the peer's nodes: a node with Debian's Corosync and Pacemaker, and with the programs beside this file. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesIn } from '../../../harness/engine/base.ts';
import { cacheFolder } from '../../../harness/engine/cache.ts';
import type { Engine, Progress } from '../../../harness/engine/engine.ts';
import { followed, setUpFailure } from '../../../harness/engine/engine-stream.ts';
import { digestOf, repository } from '../../../harness/engine/image-tags.ts';
import { ensureImages, tagOf } from '../../../harness/engine/images.ts';
import { ownerLabels } from '../../../harness/engine/labels.ts';
import { withLock } from '../../../harness/engine/lock.ts';

const folder = 'test/bench/peer';
/** What the Dockerfile takes. */
const parts = [`${folder}/Dockerfile`, `${folder}/node`];

/** The tag of the peer's node image; it is made where it is missing. */
export async function ensurePeerImage(engine: Engine, progress: Progress): Promise<string> {
  const packages = packagesIn(readFileSync(join(repository, folder, 'packages.txt'), 'utf8'));
  const images = await ensureImages(engine, progress, [{ role: 'node', packages }]);
  const base = tagOf(images, 'node', packages);
  const hash = createHash('sha256').update(base);
  for (const part of parts) hash.update(digestOf(repository, part));
  const tag = `ha-drills/peer:${hash.digest('hex').slice(0, 12)}`;
  return await withLock(join(cacheFolder(), 'peer-image.lock'), 600, async () => {
    const there = (await engine.docker.listImages()).some(({ RepoTags }) => RepoTags?.includes(tag));
    if (!there) await build(engine, tag, base, progress);
    return tag;
  });
}

async function build(engine: Engine, tag: string, base: string, progress: Progress): Promise<void> {
  progress(`image peer: building ${tag}`);
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
