/** scswitch -z -D and -m -D: device groups that an operator moves or takes out of use. */
import { Refusal } from '../refusal.ts';
import { groupStateAt, masterOf } from '../shown.ts';
import type { DeviceGroup, State } from '../types.ts';
import { knownNode, list, type Making, memberNode } from './making.ts';

export function switchDevices(making: Making, names: string[], node: string): void {
  for (const name of names) {
    const { nodes } = knownDevice(making, name);
    knownNode(making, node);
    if (!nodes.includes(node))
      throw new Refusal(`${node} is not wired to device group ${name}; these are: ${list(nodes)}`);
    memberNode(making, node);
    if (masterOf(making.state, name) !== node) refuseInUse(making, name);
    orderDevice(making, name, node, false);
  }
}

export function maintainDevices(making: Making, names: string[]): void {
  for (const name of names) {
    knownDevice(making, name);
    if (making.placement.devices[name]?.maintenance)
      throw new Refusal(
        `device group ${name} is in maintenance already; scswitch -z -D ${name} -h NODE takes it into use again`,
      );
    refuseInUse(making, name);
    orderDevice(making, name, null, true);
  }
}

function knownDevice({ state }: Making, name: string): DeviceGroup {
  const { deviceGroups } = state.config;
  const found = deviceGroups.find((group) => group.name === name);
  if (found === undefined) {
    const there = list(deviceGroups.map((group) => group.name)) || 'none';
    throw new Refusal(`there is no device group ${name}; device groups: ${there}`);
  }
  return found;
}

/** Whoever masters it without an operator's order does so for a file system. */
function refuseInUse({ state, placement }: Making, name: string): void {
  const master = masterOf(state, name);
  if (master === undefined || placement.devices[name]?.node === master) return;
  if (isForGlobalOnly(state, master)) return;
  throw new Refusal(
    `device group ${name} is in use by a file system on ${master}; switch its resource group instead (scswitch -z -g)`,
  );
}

/** Global file systems keep a device group mastered without a resource, and are there wherever it goes. */
function isForGlobalOnly(state: State, master: string): boolean {
  return !state.repository.resources.some(
    ({ group, type }) =>
      /^SUNW\.HAStoragePlus(:|$)/.test(type) &&
      !['Offline', 'Unmanaged'].includes(groupStateAt(state, master, group) ?? 'Offline'),
  );
}

function orderDevice(making: Making, name: string, node: string | null, maintenance: boolean): void {
  const { serial, devices } = making.placement;
  making.placement = { ...making.placement, devices: { ...devices, [name]: { node, maintenance, serial } } };
}

/** Those that an operator had moved to the node or that only global file systems are on; others leave with their groups. */
export function evacuateDevices(making: Making, node: string): void {
  const members = making.state.view?.members ?? [];
  for (const { name, nodes } of making.state.config.deviceGroups) {
    const device = making.placement.devices[name];
    const here = masterOf(making.state, name) === node && isForGlobalOnly(making.state, node);
    if (device?.node !== node && !here) continue;
    const next = nodes.find((one) => one !== node && members.includes(one)) ?? null;
    if (next === null) making.warnings.push(`device group ${name} is mastered by no node now`);
    orderDevice(making, name, next, false);
  }
}
