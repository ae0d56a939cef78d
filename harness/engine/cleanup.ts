import type Docker from 'dockerode';
import { DeadlineError, monotonicMs, until } from '../clock.ts';
import { messageOf, SetupError } from '../errors.ts';
import { belongs, filterOf, type Labels, type SweepScope } from './labels.ts';

export interface Swept {
  containers: number;
  networks: number;
  volumes: number;
}

/** A container, network or volume of ours, with the way to remove it. */
export interface Thing {
  kind: keyof Swept;
  id: string;
  name: string;
  remove: () => Promise<unknown>;
}

const kinds = ['containers', 'networks', 'volumes'] as const;
/** Docker 20.10 loses count of a network's endpoints when many of its containers go at once, and then keeps it for good. */
const AT_ONCE = 4;

/**
 * Removes the containers, networks and volumes that carry our label, until none of the scope is listed any more.
 * @throws SetupError naming what stayed, if that takes longer than `deadlineMs` (20 s).
 */
export async function sweep(
  docker: Docker,
  scope: SweepScope,
  options: { deadlineMs?: number } = {},
): Promise<Swept> {
  const gone = { containers: new Set<string>(), networks: new Set<string>(), volumes: new Set<string>() };
  const deadlineMs = options.deadlineMs ?? 20_000;
  const end = monotonicMs() + deadlineMs;
  let left: Thing[] = [];
  const complaints = new Map<string, string>();
  try {
    await until('the sweep', deadlineMs, async () => {
      left = await thingsOf(docker, scope);
      // Networks and volumes can go only when no container uses them.
      for (const kind of kinds) {
        const some = left.filter((thing) => thing.kind === kind);
        for (let i = 0; i < some.length; i += AT_ONCE)
          await Promise.all(some.slice(i, i + AT_ONCE).map((thing) => removeWithin(thing, end, complaints)));
      }
      for (const thing of left) gone[thing.kind].add(thing.id);
      return left.length === 0 ? true : undefined;
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const names = left.map((thing) => `${thing.name} (${complaints.get(thing.id) ?? 'still listed'})`);
    throw new SetupError(
      `could not remove ${names.join(', ')}; restart the engine (a private one ends with: npm run drill -- engine stop), then run: npm run drill -- clean`,
      {
        cause: error,
      },
    );
  }
  return { containers: gone.containers.size, networks: gone.networks.size, volumes: gone.volumes.size };
}

/**
 * Removes all that is ours. Ids of networks that the engine does not let go of: Docker 20.10 can lose count of their
 * endpoints when many containers die at once, and its next start mends it.
 * @throws SetupError when anything else stays
 */
export async function networksThatStay(docker: Docker, deadlineMs = 10_000): Promise<string[]> {
  try {
    await sweep(docker, {}, { deadlineMs });
    return [];
  } catch (error) {
    const left = await thingsOf(docker, {});
    if (left.some(({ kind }) => kind !== 'networks')) throw error;
    return left.map(({ id }) => id);
  }
}

/** What of ours the engine has, within the scope. */
export async function thingsOf(docker: Docker, scope: SweepScope): Promise<Thing[]> {
  const filters = { label: filterOf(scope) };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const ours = (labels: Labels | null | undefined) => belongs(labels, scope);
  return [
    ...containers.filter((info) => ours(info.Labels)).map((info) => containerThing(docker, info)),
    ...networks
      .filter((info) => ours(info.Labels))
      .map((info) => ({
        kind: 'networks' as const,
        id: info.Id,
        name: `network ${info.Name}`,
        remove: () => docker.getNetwork(info.Id).remove(),
      })),
    ...(volumes.Volumes ?? [])
      .filter((info) => ours(info.Labels))
      .map((info) => ({
        kind: 'volumes' as const,
        id: info.Name,
        name: `volume ${info.Name}`,
        remove: () => docker.getVolume(info.Name).remove({ force: true }),
      })),
  ];
}

function containerThing(docker: Docker, info: Docker.ContainerInfo): Thing {
  const container = docker.getContainer(info.Id);
  return {
    kind: 'containers',
    id: info.Id,
    name: `container ${info.Names[0]?.replace(/^\//, '') ?? info.Id.slice(0, 12)}`,
    remove: async () => {
      // Some engines cannot kill what is frozen.
      if (info.State === 'paused') await container.unpause().catch(() => undefined);
      await container.remove({ force: true, v: true });
    },
  };
}

/** Tries once; what fails is tried again at the next listing, unless it is gone by then. */
async function removeWithin(thing: Thing, end: number, complaints: Map<string, string>): Promise<void> {
  try {
    await thing.remove();
  } catch (error) {
    if (monotonicMs() < end || !complaints.has(thing.id)) complaints.set(thing.id, messageOf(error).trim());
  }
}
