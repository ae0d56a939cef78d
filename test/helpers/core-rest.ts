/** Whether the simulated cluster has come to rest: each group where it may be, the same configuration everywhere. */
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../images/node/cluster/core/types.ts';
import type { SimulatedNode } from './core-node.ts';
import type { Simulation } from './core-simulation.ts';

export function isServed({ nodes, disks }: Simulation, group: string): boolean {
  return nodes.some(
    (node) =>
      node.isOn && !node.hung && node.state.groupStates[group] === 'Online' && !disks.isCut(node.name, group),
  );
}

/**
 * Online, or where a command, a failure under Failover_mode NONE or Pingpong_interval has left it. A group that is
 * offline without any of these is not at rest, whatever the cores say: nor is one that nobody has placed yet, or that
 * is passed over although nothing of it has failed.
 */
export function isSettled(simulation: Simulation, name: string): boolean {
  const left = simulation.nodes.filter(({ isDead }) => !isDead);
  const group = left[0]?.state.repository.groups.find((one) => one.name === name);
  const able = left.filter(
    (node) => group?.nodelist.includes(node.name) && isWired(simulation, node.name, name),
  );
  const isOff = (node: SimulatedNode) => {
    const target = node.state.placement.targets[name];
    return node.isOn && !node.holdsAnyOf(name) && (!group?.managed || target?.node === null);
  };
  const isGivenUp = ({ isOn, state }: SimulatedNode) => isOn && state.givenUp.includes(name);
  const isFaulted = ({ isOn, state }: SimulatedNode) => isOn && state.groupStates[name] === 'Online_faulted';
  return (
    isServed(simulation, name) ||
    (left.every(isOff) && wasAsked(simulation, (change) => leavesOff(change, name))) ||
    (able.every(isGivenUp) && (simulation.failed.has(name) || able.length === 0)) ||
    (left.some(isFaulted) && mayStayFaulted(simulation, name))
  );
}

function isWired({ disks }: Simulation, node: string, group: string): boolean {
  const disk = disks.diskOf(group);
  return disk === undefined || disks.wiredTo(node).includes(disk);
}

function wasAsked({ watch }: Simulation, what: (change: Change) => boolean): boolean {
  return [...watch.asked.values()].some(({ request }) => what(request.change));
}

function leavesOff(change: Change, group: string): boolean {
  switch (change.do) {
    case 'evacuate':
      return true;
    case 'switch':
      return change.node === null && change.groups.includes(group);
    case 'take-offline':
    case 'set-managed':
      return change.groups.includes(group);
    default:
      return quiesces(change, group);
  }
}

function quiesces(change: Change, group: string): boolean {
  return change.do === 'quiesce' && (change.groups.length === 0 || change.groups.includes(group));
}

/** A failure counts as under NONE for a quiesced group, too. */
function mayStayFaulted(simulation: Simulation, group: string): boolean {
  const { nodes } = simulation;
  const isNone = ({ state }: SimulatedNode) =>
    state.repository.resources.some(
      (one) => one.group === group && one.properties['Failover_mode'] === 'NONE',
    );
  const makesNone = (change: Change) =>
    (change.do === 'add-resource' || change.do === 'change-resource') &&
    change.given.standard['Failover_mode'] === 'NONE' &&
    change.resource.startsWith(`${group}-`);
  return nodes.some(isNone) || wasAsked(simulation, (one) => makesNone(one) || quiesces(one, group));
}

/** What the nodes that are left know otherwise than the first of them, in memory or on disk, and open fences. */
export function differences({ nodes, disks }: Simulation): string[] {
  const [first, ...others] = nodes.filter(({ isOn }) => isOn);
  if (first === undefined) return [];
  const { repository, placement } = first.state;
  const all = [first, ...others];
  const unfenced = all.filter(({ desk }) => disks.arrays.some((array) => desk?.unfenced(array).length));
  const unsaved = all.filter(({ saved }) => !isSame(saved, repository));
  return [
    ...others.flatMap(({ name, state }) => [
      ...(isSame(state.repository, repository) ? [] : [`the configuration of ${name}`]),
      ...(isSame(state.placement, placement) ? [] : [`the placement of ${name}`]),
    ]),
    ...unsaved.map(({ name }) => `what is on the disk of ${name}`),
    ...unfenced.map(({ name }) => `keys that ${name} was to take`),
  ];
}

/** Most are the same object, which a heartbeat has brought. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
