/** Finding what a repository holds by name. A repository is never changed in place, so each is indexed once. */
import { LOGICAL_HOSTNAME } from './logical-hostname.ts';
import type { Group, Repository, Resource, ResourceType } from './types.ts';

interface Index {
  types: Map<string, ResourceType>;
  groups: Map<string, Group>;
  resources: Map<string, Resource>;
  byGroup: Map<string, Resource[]>;
}

const indexes = new WeakMap<Repository, Index>();
const NONE: Resource[] = [];

function indexOf(repository: Repository): Index {
  let index = indexes.get(repository);
  if (index === undefined) {
    const byName = <T extends { name: string }>(all: T[]) => new Map(all.map((one) => [one.name, one]));
    index = {
      types: byName([LOGICAL_HOSTNAME, ...repository.types]),
      groups: byName(repository.groups),
      resources: byName(repository.resources),
      byGroup: Map.groupBy(repository.resources, ({ group }) => group),
    };
    indexes.set(repository, index);
  }
  return index;
}

export function findType(repository: Repository, name: string): ResourceType | undefined {
  return indexOf(repository).types.get(name);
}

export function findGroup(repository: Repository, name: string): Group | undefined {
  return indexOf(repository).groups.get(name);
}

export function findResource(repository: Repository, name: string): Resource | undefined {
  return indexOf(repository).resources.get(name);
}

export function resourcesOf(repository: Repository, group: string): readonly Resource[] {
  return indexOf(repository).byGroup.get(group) ?? NONE;
}
