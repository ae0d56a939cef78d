/** What needs what, and the order of starting that follows: addresses, then storage, then applications. */
import { findGroup, findResource, findType, resourcesOf } from './lookup.ts';
import { groupProperty, listOf, propertyOf } from './properties.ts';
import type { Repository, Resource, ResourceType } from './types.ts';

const RANK = { address: 0, storage: 1, application: 2 } as const;

/** A resource and its place in its group's order of starting. */
export interface Ordered {
  resource: Resource;
  type: ResourceType;
  /** That of its kind, or of something that it needs and that comes later. */
  rank: number;
  /** What must be online first, and what is only to be started first, in its own group. */
  strong: string[];
  weak: string[];
  /** What must be online somewhere first, in other groups. */
  elsewhere: string[];
}

const orders = new WeakMap<Repository, Map<string, Ordered[]>>();

/** The resources of a group, each after all that it needs. */
export function orderOf(repository: Repository, group: string): readonly Ordered[] {
  let byGroup = orders.get(repository);
  if (byGroup === undefined) {
    byGroup = new Map();
    orders.set(repository, byGroup);
  }
  let order = byGroup.get(group);
  if (order === undefined) {
    order = makeOrder(repository, group);
    byGroup.set(group, order);
  }
  return order;
}

function makeOrder(repository: Repository, group: string): Ordered[] {
  const rows = new Map<string, Ordered>();
  for (const resource of resourcesOf(repository, group)) {
    const type = findType(repository, resource.type);
    if (type === undefined) continue;
    const [strong, weak] = [needs(repository, resource), weakNeeds(repository, resource)];
    const isOwn = (name: string) => findResource(repository, name)?.group === group;
    rows.set(resource.name, {
      resource,
      type,
      rank: RANK[type.kind],
      strong: strong.filter(isOwn),
      weak: weak.filter(isOwn),
      elsewhere: strong.filter((name) => !isOwn(name)),
    });
  }
  return sorted(rows);
}

function sorted(rows: Map<string, Ordered>): Ordered[] {
  const after: Ordered[] = [];
  const seen = new Set<string>();
  const visit = (row: Ordered): void => {
    if (seen.has(row.resource.name)) return;
    seen.add(row.resource.name);
    for (const name of [...row.strong, ...row.weak]) {
      const needed = rows.get(name);
      if (needed === undefined) continue;
      visit(needed);
      row.rank = Math.max(row.rank, needed.rank);
    }
    after.push(row);
  };
  for (const row of rows.values()) visit(row);
  return after.sort((a, b) => a.rank - b.rank);
}

/** Resources that `resource` needs by name. */
export function namedNeeds(repository: Repository, resource: Resource): string[] {
  return ['Resource_dependencies', 'Network_resources_used'].flatMap((name) =>
    listOf(propertyOf(repository, resource, name)),
  );
}

/** Those, and, for an application, all addresses of its group (Implicit_network_dependencies). */
export function needs(repository: Repository, resource: Resource): string[] {
  const named = namedNeeds(repository, resource);
  const group = findGroup(repository, resource.group);
  if (findType(repository, resource.type)?.kind !== 'application') return [...new Set(named)];
  if (group === undefined || groupProperty(group, 'Implicit_network_dependencies') === 'false')
    return [...new Set(named)];
  const addresses = resourcesOf(repository, resource.group).filter(
    ({ type }) => findType(repository, type)?.kind === 'address',
  );
  return [...new Set([...named, ...addresses.map(({ name }) => name)])];
}

export function weakNeeds(repository: Repository, resource: Resource): string[] {
  return listOf(propertyOf(repository, resource, 'Resource_dependencies_weak'));
}

/** A circle of dependencies through the resource, as a path from it back to it. */
export function circleThrough(repository: Repository, start: string): string[] | undefined {
  const seen = new Set<string>();
  const visit = (name: string, path: string[]): string[] | undefined => {
    const resource = findResource(repository, name);
    if (resource === undefined) return undefined;
    for (const next of [...needs(repository, resource), ...weakNeeds(repository, resource)]) {
      if (next === start) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = visit(next, [...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  return visit(start, [start]);
}

/** A circle anywhere: a change of one resource can close one through others only by way of implied dependencies. */
export function anyCircle(repository: Repository, group: string): string[] | undefined {
  for (const { name } of resourcesOf(repository, group)) {
    const circle = circleThrough(repository, name);
    if (circle) return circle;
  }
  return undefined;
}
