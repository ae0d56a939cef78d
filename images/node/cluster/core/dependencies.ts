/** The kinds of resources, their order of starting, and what needs what. */
import { localOf, resourcesOf } from './draft.ts';
import type { Resource, State } from './types.ts';

export const RANK = { storage: 0, address: 1, application: 2 } as const;

export function kindOf(state: State, resource: Resource): keyof typeof RANK {
  return state.repository.types.find(({ name }) => name === resource.type)?.kind ?? 'application';
}

/** What is disabled or to be restarted takes all that needs it down with it. `above` ends a circle of dependencies. */
export function mayBeUp(state: State, resource: Resource, above: string[] = []): boolean {
  if (!resource.enabled || localOf(state, resource.name).restarting) return false;
  return needs(state, resource).every((name) => {
    const needed = state.repository.resources.find((other) => other.name === name);
    if (needed === undefined || above.includes(name)) return false;
    return mayBeUp(state, needed, [...above, resource.name]);
  });
}

/** Resources that `resource` needs: those it names, and, for an application, all addresses of its group. */
export function needs(state: State, resource: Resource): string[] {
  const named = (resource.properties['Resource_dependencies'] ?? '').split(',').filter((name) => name !== '');
  if (kindOf(state, resource) !== 'application') return named;
  const addresses = resourcesOf(state.repository, resource.group).filter(
    (other) => kindOf(state, other) === 'address',
  );
  return [...named, ...addresses.map(({ name }) => name)];
}
