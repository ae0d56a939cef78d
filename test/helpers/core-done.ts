/** Whether what a command asked for is so: in a configuration, and on the nodes as their methods have left them. */
import type { Change, Repository } from '../../images/node/cluster/core/types.ts';
import type { Asked } from './core-invariants.ts';
import type { SimulatedNode } from './core-node.ts';
import type { Simulation } from './core-simulation.ts';

/** What the change is to leave in the repository. Anything holds of a change that is one of the placement only. */
export function isConfigured({ types, groups, resources }: Repository, change: Change): boolean {
  const resource = (name: string) => resources.find((one) => one.name === name);
  switch (change.do) {
    case 'register-type':
      return types.some(({ name }) => name === change.type.name);
    case 'unregister-type':
      return types.every(({ name }) => name !== change.type);
    case 'add-group':
    case 'change-group': {
      const group = groups.find(({ name }) => name === change.group);
      const has = Object.entries(change.properties).every(
        ([name, value]) => group?.properties[name] === value,
      );
      const isFor = change.nodelist === null || `${group?.nodelist}` === `${change.nodelist}`;
      return group !== undefined && has && isFor;
    }
    case 'remove-group':
      return groups.every(({ name }) => name !== change.group);
    case 'add-resource':
    case 'change-resource': {
      const given = Object.entries(change.given.standard);
      return given.every(([name, value]) => resource(change.resource)?.properties[name] === value);
    }
    case 'remove-resource':
      return resource(change.resource) === undefined;
    case 'set-enabled':
      return change.resources.every((name) => resource(name)?.enabled === change.enabled);
    case 'set-monitored':
      return change.resources.every((name) => resource(name)?.monitored === change.monitored);
    case 'set-managed':
      return groups.every((one) => !change.groups.includes(one.name) || one.managed === change.managed);
    case 'bring-online': {
      const asked = groups.filter(({ name }) => change.groups.length === 0 || change.groups.includes(name));
      return asked.every(({ managed }) => managed);
    }
    default:
      return true;
  }
}

/** Where groups are to be by now, or have been since: they may have failed again, which no answer can foresee. */
export function isPlaced(simulation: Simulation, { node, request, atMs }: Asked): boolean {
  const { nodes, watch } = simulation;
  const isUp = (group: string, name: string) => {
    const one = nodes.find((other) => other.name === name);
    return one?.isFullyUp(group) || (watch.upMs.get(`${group} ${name}`) ?? -1) >= atMs;
  };
  const isOut = (name: string, group: string) => isFencedOff(simulation, node, name, group);
  const isOff = (group: string) =>
    nodes.every((one) => !one.isOn || !one.holdsAnyOf(group) || isOut(one.name, group));
  const wasOff = (group: string, name: string) =>
    !nodes.find((one) => one.name === name)?.holdsAnyOf(group) ||
    isOut(name, group) ||
    (watch.offMs.get(`${group} ${name}`) ?? -1) >= atMs;
  const masters = (deviceGroup: string, name: string) =>
    nodes.find((one) => one.name === name)?.mounted.has(deviceGroup) ||
    (watch.upMs.get(`${deviceGroup} ${name}`) ?? -1) >= atMs;
  const { change } = request;
  switch (change.do) {
    case 'switch':
      return change.groups.every((group) => (change.node === null ? isOff(group) : isUp(group, change.node)));
    case 'take-offline':
      return change.groups.every(isOff);
    case 'restart':
      return change.groups.every((group) =>
        change.nodes.every((name) => isUp(group, name) && wasOff(group, name)),
      );
    case 'evacuate':
      return simulation.groups.every((group) => wasOff(group, change.node));
    case 'switch-device-group':
      return change.deviceGroups.every((name) => masters(name, change.node));
    case 'maintain-device-group':
      return change.deviceGroups.every(isOff);
    case 'bring-online': {
      const all = node.state.repository.groups.map(({ name }) => name);
      const asked = change.groups.length > 0 ? change.groups : all;
      return asked.every((group) => nodes.some(({ name }) => isUp(group, name)));
    }
    case 'set-enabled':
      return (
        change.enabled ||
        change.resources.every((name) =>
          nodes.every((one) => !one.held.has(name) || isOut(one.name, one.held.get(name) ?? '')),
        )
      );
    default:
      return true;
  }
}

/**
 * A fenced node that hangs still has what it had, to no effect. Where an array did not answer it is not fenced yet; who
 * asked goes on trying, and nothing starts on that array before.
 */
function isFencedOff(
  { disks }: Simulation,
  { state, desk }: SimulatedNode,
  name: string,
  group: string,
): boolean {
  if (disks.isCut(name, group)) return true;
  const array = disks.diskOf(group)?.array ?? '';
  return !state.view?.members.includes(name) && (desk?.unfenced(array) ?? []).includes(name);
}
