/** What a command is told when all has come to rest: done, or what stands in its way. */
import { findGroup, findResource } from '../lookup.ts';
import { deviceAt, groupStateAt, isServing, membersOf, resourcesAt } from '../shown.ts';
import type { Answer, Change, State, Work } from '../types.ts';

export function outcomeOf(state: State, { request, warnings }: Work): Answer {
  const bad = problemsOf(state, request.change);
  if (bad.length > 0) return { id: request.id, exit: 1, message: [...new Set(bad)].join('; ') };
  return { id: request.id, exit: 0, message: warnings.join('; ') };
}

function problemsOf(state: State, change: Change): string[] {
  const { repository } = state;
  switch (change.do) {
    case 'bring-online': {
      const all = repository.groups.map(({ name }) => name);
      return (change.groups.length > 0 ? change.groups : all).flatMap((name) => notOnline(state, name));
    }
    case 'switch':
      return change.groups.flatMap((name) => notAt(state, name, change.node));
    case 'take-offline':
      return change.groups.flatMap((name) => notAt(state, name, null));
    case 'restart':
      return change.groups.flatMap((name) => change.nodes.flatMap((node) => notAt(state, name, node)));
    case 'evacuate':
      return repository.groups.flatMap(({ name }) => stillOn(state, name, change.node));
    case 'set-enabled':
      return change.resources.flatMap((name) => (change.enabled ? notUp(state, name) : notDown(state, name)));
    case 'set-monitored':
      return change.resources.flatMap((name) => (change.monitored ? notMonitored(state, name) : []));
    case 'add-resource':
      return findResource(repository, change.resource)?.enabled ? notUp(state, change.resource) : [];
    case 'clear-stop-failed':
      return change.resources.flatMap((name) =>
        change.nodes.flatMap((node) =>
          resourcesAt(state, node)[name]?.state === 'Stop_failed' ? failed(state, node, name) : [],
        ),
      );
    case 'quiesce':
      return change.groups.flatMap((name) => trouble(state, name));
    case 'switch-device-group':
      return change.deviceGroups.flatMap((name) => notMastered(state, name, change.node));
    case 'maintain-device-group':
      return change.deviceGroups.flatMap((name) => stillMastered(state, name));
    default:
      return [];
  }
}

function trouble(state: State, name: string): string[] {
  return membersOf(state).flatMap((node) => {
    const shown = groupStateAt(state, node, name);
    if (shown === 'Pending_online_blocked')
      return [`${name} waits on ${node} for a resource of another group that is online nowhere`];
    if (shown !== 'Online_faulted' && shown !== 'Error_stop_failed') return [];
    return [`${name} is ${shown} on ${node}: ${reasons(state, node, name)}`];
  });
}

function onlineOn(state: State, name: string): string[] {
  return membersOf(state).filter((node) => groupStateAt(state, node, name) === 'Online');
}

function notOnline(state: State, name: string): string[] {
  const bad = trouble(state, name);
  const isMeantOffline = state.placement.targets[name]?.node === null;
  if (bad.length > 0 || isMeantOffline || onlineOn(state, name).length > 0) return bad;
  return [`${name} did not come online on any node${whyNot(state, name)}`];
}

function notAt(state: State, name: string, node: string | null): string[] {
  const bad = trouble(state, name);
  const online = onlineOn(state, name);
  if (bad.length > 0) return bad;
  if (node === null) return online.length > 0 ? [`${name} is still online on ${online.join(', ')}`] : [];
  if (online.includes(node)) return [];
  const where = online.length > 0 ? `; it is online on ${online.join(', ')}` : '';
  return [`${name} did not come online on ${node}${whyNot(state, name)}${where}`];
}

function stillOn(state: State, name: string, node: string): string[] {
  const shown = groupStateAt(state, node, name);
  if (!membersOf(state).includes(node)) return [];
  if (shown === undefined || shown === 'Offline' || shown === 'Unmanaged') return [];
  return [`${name} is still ${shown} on ${node}: ${reasons(state, node, name)}`];
}

/** An enabled resource is up wherever its group is online. */
function notUp(state: State, name: string): string[] {
  const group = findResource(state.repository, name)?.group ?? '';
  return membersOf(state).flatMap((node) => {
    if (state.placement.targets[group]?.node !== node || !findGroup(state.repository, group)?.managed)
      return [];
    return isServing(state, node, name) ? [] : failed(state, node, name);
  });
}

function notDown(state: State, name: string): string[] {
  return membersOf(state).flatMap((node) =>
    (resourcesAt(state, node)[name]?.state ?? 'Offline') === 'Offline' ? [] : failed(state, node, name),
  );
}

function notMonitored(state: State, name: string): string[] {
  return membersOf(state).flatMap((node) =>
    resourcesAt(state, node)[name]?.state === 'Monitor_failed' ? failed(state, node, name) : [],
  );
}

function failed(state: State, node: string, name: string): string[] {
  const { state: shown, message } = resourcesAt(state, node)[name] ?? { state: 'Offline', message: '' };
  return [`${name} is ${shown} on ${node}${message ? `: ${message}` : ''}`];
}

/** Resources of the group that are in a bad way on a node, with what they say. */
function reasons(state: State, node: string, group: string): string {
  const bad = Object.entries(resourcesAt(state, node)).filter(
    ([name, one]) => one.state.endsWith('_failed') && findResource(state.repository, name)?.group === group,
  );
  return (
    bad.map(([name, one]) => `${name} ${one.state} (${one.message})`).join(', ') || 'no resource says why'
  );
}

/** What offline resources of the group say of their failed starts. */
function whyNot(state: State, group: string): string {
  const said = membersOf(state).flatMap((node) =>
    Object.entries(resourcesAt(state, node)).flatMap(([name, { message }]) =>
      message !== '' && findResource(state.repository, name)?.group === group
        ? [`${name} on ${node}: ${message}`]
        : [],
    ),
  );
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function notMastered(state: State, name: string, node: string): string[] {
  const device = deviceAt(state, node, name);
  if (device?.mastered) return [];
  return [`${node} does not master ${name}${device?.message ? `: ${device.message}` : ''}`];
}

function stillMastered(state: State, name: string): string[] {
  return membersOf(state).flatMap((node) => {
    const device = deviceAt(state, node, name);
    return device?.mastered
      ? [`${node} still masters ${name}${device.message ? `: ${device.message}` : ''}`]
      : [];
  });
}
