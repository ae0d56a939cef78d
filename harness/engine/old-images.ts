import type Docker from 'dockerode';
import { type BaseKind, baseTag } from './base.ts';
import { type ImageTags, type Role, roles, tagger } from './image-tags.ts';
import { Label } from './labels.ts';
import { liveRuns } from './live-runs.ts';

/** An image that an engine lists: its name, and what its label says that it has on top. */
interface Listed {
  tag: string;
  packages: string[];
}

/** Removes what older sources made. Not while another run is alive: it may be about to start containers from those. */
export async function removeOldImages(
  docker: Docker,
  current: ImageTags,
  kind: BaseKind,
  root: string,
): Promise<void> {
  if (liveRuns().some((live) => live.harness !== process.pid)) return;
  const listed = (await docker.listImages()).flatMap(({ RepoTags, Labels }) =>
    (RepoTags ?? []).map((tag) => ({
      tag,
      packages: (Labels?.[Label.packages] ?? '').split(' ').filter(Boolean),
    })),
  );
  const old = oldAmong(listed, new Set(Object.values(current)), kind, root);
  // One in use by a container, or removed by somebody else just now, is no reason to fail.
  await Promise.all(
    old.map((tag) =>
      docker
        .getImage(tag)
        .remove()
        .catch(() => undefined),
    ),
  );
}

/** Those of ours that the sources as they are now would not make, variants that this run does not want included. */
export function oldAmong(
  listed: readonly Listed[],
  current: ReadonlySet<string>,
  kind: BaseKind,
  root: string,
): string[] {
  const tag = tagger(kind, root);
  const isOld = ({ tag: name, packages }: Listed) => {
    const [repository = ''] = name.split(':');
    if (repository === 'ha-drills/base') return name !== baseTag(kind, root, packages);
    const role = roles.find((one: Role) => repository === `ha-drills/${one}`);
    return role !== undefined && name !== tag({ role, packages });
  };
  return listed.filter((one) => !current.has(one.tag) && isOld(one)).map((one) => one.tag);
}
