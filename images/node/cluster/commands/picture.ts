/** What this member knows of the cluster as plain data, for scstat to lay out. Pure. */
import type { DeviceGroup, QuorumDevice, ResourceStatus, State } from '../core/types.ts';
import type { PathStatus } from '../interconnect.ts';

/** What the shell knows beside the core; each part is left out where it is not known. */
export interface Beside {
  paths?: PathStatus[];
  /** Quorum devices that do not answer this node. */
  silentQuorumDevices?: string[];
}

export interface ResourceRow {
  resource: string;
  node: string;
  state: string;
  status: string;
  message: string;
}

export interface Picture {
  self: string;
  /** Why this node is in no cluster; null when it is in one. */
  waits: string | null;
  nodes: { node: string; online: boolean }[];
  heard: string[];
  paths: { from: string; to: string; interconnect: string; online: boolean }[];
  votes: { possible: number; needed: number; present: number };
  nodeVotes: { name: string; present: number; possible: number }[];
  deviceVotes: { name: string; present: number; possible: number; nodes: string[] }[];
  deviceGroups: { name: string; primary: string | null; secondaries: string[]; status: string }[];
  groups: { name: string; resources: string[]; rows: { node: string; state: string }[] }[];
  resources: ResourceRow[];
}

export function pictureOf(state: State, nowMs: number, beside: Beside = {}): Picture {
  const { config, view } = state;
  const members = view?.members ?? [];
  const heard = heardBy(state, nowMs);
  const nodeVotes = config.nodes.map((name) => ({
    name,
    present: members.includes(name) ? 1 : 0,
    possible: 1,
  }));
  const deviceVotes = config.quorumDevices.map((device) => votesOf(device, members, beside));
  const count = (all: { present: number; possible: number }[], which: 'present' | 'possible') =>
    all.reduce((sum, one) => sum + one[which], 0);
  const possible = count([...nodeVotes, ...deviceVotes], 'possible');
  const votes = {
    possible,
    needed: Math.floor(possible / 2) + 1,
    present: count([...nodeVotes, ...deviceVotes], 'present'),
  };
  return {
    self: config.self,
    waits: view === null ? reasonToWait(state, heard, votes.needed, possible) : null,
    nodes: config.nodes.map((node) => ({ node, online: members.includes(node) })),
    heard,
    paths: pathsOf(state, heard, beside),
    ...{ votes, nodeVotes, deviceVotes },
    deviceGroups: config.deviceGroups.map((group) => deviceGroupOf(state, group, members)),
    groups: state.repository.groups.map(({ name, nodelist, managed }) => ({
      name,
      resources: state.repository.resources
        .filter(({ group }) => group === name)
        .map((resource) => resource.name),
      rows: nodelist.map((node) => ({
        node,
        state: managed ? groupStateOn(state, name, node) : 'Unmanaged',
      })),
    })),
    resources: state.repository.resources.flatMap(({ name, group }) => {
      const nodelist = state.repository.groups.find((one) => one.name === group)?.nodelist ?? [];
      return nodelist.map((node) => resourceOn(state, name, node));
    }),
  };
}

/** This node, and the peers whose heartbeats came of late. */
function heardBy({ config, peers }: State, nowMs: number): string[] {
  return config.nodes.filter((node) => {
    const peer = peers[node];
    return node === config.self || (peer && nowMs - peer.lastHeardMs <= config.heartbeatTimeoutMs);
  });
}

/** A device counts for the members wired to it; one that does not answer has no vote to give. */
function votesOf(
  { name, nodes }: QuorumDevice,
  members: string[],
  { silentQuorumDevices = [] }: Beside,
): Picture['deviceVotes'][number] {
  const possible = Math.max(0, nodes.length - 1);
  const counts = nodes.some((node) => members.includes(node)) && !silentQuorumDevices.includes(name);
  return { name, present: counts ? possible : 0, possible, nodes };
}

function reasonToWait(state: State, heard: string[], needed: number, possible: number): string {
  const { self, nodes } = state.config;
  const others = heard.filter((node) => node !== self);
  const silent = nodes.filter((node) => !heard.includes(node));
  const hearing = others.length > 0 ? `it hears ${others.join(', ')}` : 'it hears no other node';
  const missing = silent.length > 0 ? `, not ${silent.join(', ')}` : '';
  // Where the core says why its last attempt came to nothing.
  const { waitsFor } = state;
  const attempt = waitsFor === '' ? '' : `; last attempt: ${waitsFor}`;
  return `${self} is in no cluster yet and waits for quorum, ${needed} of ${possible} votes: ${hearing}${missing}${attempt}`;
}

/** Without word of single interconnects: whether a peer is heard on any of them. */
function pathsOf(state: State, heard: string[], { paths }: Beside): Picture['paths'] {
  const { self, nodes } = state.config;
  const known =
    paths ??
    nodes
      .filter((node) => node !== self)
      .map((peer) => ({ peer, interconnect: 'any', online: heard.includes(peer) }));
  return known.map(({ peer, interconnect, online }) => ({ from: self, to: peer, interconnect, online }));
}

function groupStateOn(state: State, group: string, node: string): string {
  if (!state.view?.members.includes(node)) return 'Offline';
  const known =
    node === state.config.self ? state.groupStates[group] : state.peers[node]?.heartbeat.groups[group];
  return known ?? 'Offline';
}

interface Shown {
  state: string;
  message: string;
  status?: ResourceStatus;
}

function resourceOn(state: State, resource: string, node: string): ResourceRow {
  const none: Shown = { state: 'Offline', message: '' };
  const all: Record<string, Shown> =
    node === state.config.self ? state.local : (state.peers[node]?.heartbeat.resources ?? {});
  const shown = state.view?.members.includes(node) ? (all[resource] ?? none) : none;
  // A member may tell the manager's state only; then the agent's status is as good as that.
  const status = shown.status ?? (shown.state.startsWith('Online') ? 'Online' : statusBeside(shown.state));
  return { resource, node, state: shown.state, status, message: shown.message };
}

function statusBeside(state: string): ResourceStatus {
  if (state === 'Offline') return 'Offline';
  return state.endsWith('_failed') ? 'Faulted' : 'Unknown';
}

function deviceGroupOf(
  state: State,
  { name, nodes }: DeviceGroup,
  members: string[],
): Picture['deviceGroups'][number] {
  const primary = members.find((node) => masters(state, node, name)) ?? null;
  const present = nodes.filter((node) => members.includes(node));
  const secondaries = present.filter((node) => node !== primary);
  if (state.placement.devices[name]?.maintenance === true)
    return { name, primary: null, secondaries: [], status: 'Maintenance' };
  if (primary === null) return { name, primary, secondaries, status: 'Offline' };
  return { name, primary, secondaries, status: present.length < nodes.length ? 'Degraded' : 'Online' };
}

/** Whether a node says that it masters a device group. */
function masters(state: State, node: string, deviceGroup: string): boolean {
  const teller = node === state.config.self ? state : state.peers[node]?.heartbeat;
  return teller?.devices[deviceGroup]?.mastered === true;
}
