/** The state of a core that changes of the configuration are tried on, and variants of it. */
import type { Change, Repository, Resource, State } from '../../images/node/cluster/core/types.ts';
import { CoreCluster } from './core-cluster.ts';
import { repositoryFor, TYPES } from './core-repository.ts';

const devices = {
  deviceGroups: [
    { name: 'penguin', nodes: ['n1', 'n2'] },
    { name: 'polar', nodes: ['n1'] },
  ],
};
const cluster = CoreCluster.running(3, repositoryFor(3), devices);
cluster.kill('n3');
cluster.run(2000);
/** n1 and n2 are members, g1 is online on n1 and g2 on n2. */
export const state = cluster.state('n1');

type Edit = (repository: Repository) => Partial<Repository>;

/** The state with another repository. */
export function having(edit: Edit): State {
  return { ...state, repository: { ...state.repository, ...edit(state.repository) } };
}

export const edited =
  (name: string, change: Partial<Resource>): Edit =>
  ({ resources }) => ({
    resources: resources.map((one) => (one.name === name ? { ...one, ...change } : one)),
  });
export const added =
  (...more: Resource[]): Edit =>
  ({ resources }) => ({ resources: [...resources, ...more] });
export const allDisabled = having(({ resources }) => ({
  resources: resources.map((one) => ({ ...one, enabled: false })),
}));
export const unmanaged = having(({ groups }) => ({
  groups: groups.map((group) => ({ ...group, managed: false })),
}));
export const failed = (name: string): State => ({
  ...state,
  local: {
    ...state.local,
    [name]: { ...(state.local[name] as never as object), state: 'Stop_failed' } as never,
  },
  groupStates: { ...state.groupStates, g1: 'Error_stop_failed' },
});

export const scalable = having(({ groups, types }) => ({
  types: [...types, { ...(TYPES[2] as (typeof TYPES)[2]), name: 'SUNW.many', failover: false }],
  groups: [
    ...groups,
    {
      name: 'wide',
      nodelist: ['n1'],
      managed: false,
      properties: { Maximum_primaries: '2', RG_mode: 'Scalable' },
    },
  ],
}));

export const none = { standard: {}, extension: {} };
export const standard = (properties: Record<string, string>) => ({ standard: properties, extension: {} });
/** The creation of a resource r of g1, or what `more` makes of it. */
export const add = (more: object = {}): Change => ({
  do: 'add-resource',
  resource: 'r',
  type: 'SUNW.scics',
  group: 'g1',
  given: none,
  ...more,
});
