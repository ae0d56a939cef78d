/** scstat: what this member knows of the cluster, for a person. Pure. */
import { hears } from '../core/membership.ts';
import type { State } from '../core/types.ts';

export function scstat(state: State, args: string[], nowMs: number): string {
  const parts: Record<string, () => string[]> = {
    '-n': () => nodes(state),
    '-q': () => quorum(state),
    '-g': () => groups(state),
  };
  const asked = args.length === 0 ? Object.keys(parts) : args;
  return asked
    .map((arg) => {
      const part = parts[arg];
      if (part === undefined)
        throw new Error(`scstat: no option ${arg}; it takes ${Object.keys(parts).join(', ')}`);
      return part().join('\n');
    })
    .concat(`-- heard by ${state.config.self}: ${hears(state, nowMs).join(', ')}`)
    .join('\n\n');
}

function nodes(state: State): string[] {
  const rows = state.config.nodes.map(
    (node) =>
      `  Cluster node:     ${node.padEnd(16)} ${state.view?.members.includes(node) ? 'Online' : 'Offline'}`,
  );
  return ['-- Cluster Nodes --', ...rows];
}

function quorum(state: State): string[] {
  const { nodes: all, quorumDeviceVotes } = state.config;
  const possible = all.length + quorumDeviceVotes;
  const present =
    (state.view?.members.length ?? 0) + (state.quorum?.granted === false ? 0 : quorumDeviceVotes);
  const needed = Math.floor(possible / 2) + 1;
  return [
    '-- Quorum Summary --',
    `  Quorum votes possible:  ${possible}`,
    `  Quorum votes needed:    ${needed}`,
    `  Quorum votes present:   ${present}`,
  ];
}

function groups(state: State): string[] {
  const rows = state.repository.groups.flatMap(({ name, nodelist }) =>
    nodelist.map((node) => {
      const known =
        node === state.config.self ? state.groupStates[name] : state.peers[node]?.heartbeat.groups[name];
      const shown = state.view?.members.includes(node) ? (known ?? 'Unmanaged') : 'Offline';
      return `  Group:            ${name.padEnd(16)} ${node.padEnd(16)} ${shown}`;
    }),
  );
  const resources = state.repository.resources.flatMap((resource) =>
    state.config.nodes.map((node) => {
      const all = node === state.config.self ? state.local : (state.peers[node]?.heartbeat.resources ?? {});
      const { state: shown, message } = all[resource.name] ?? { state: 'Offline', message: '' };
      return `  Resource:         ${resource.name.padEnd(16)} ${node.padEnd(16)} ${shown.padEnd(12)} ${message}`.trimEnd();
    }),
  );
  return ['-- Resource Groups and Resources --', ...rows, ...resources];
}
