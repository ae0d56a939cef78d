/** What a command changes in the repository and the placement, all of it or nothing; or why it is refused. */

import { maintainDevices, switchDevices } from './changes/devices.ts';
import { clearStopFailed, setEnabled, setMonitored } from './changes/flags.ts';
import { addGroup, changeGroup, removeGroup, setManaged } from './changes/groups.ts';
import type { Making } from './changes/making.ts';
import { bringOnline, evacuate, quiesce, restart, switchTo, takeOffline } from './changes/orders.ts';
import { registerType, unregisterType } from './changes/resource-types.ts';
import { addResource, changeResource, removeResource } from './changes/resources.ts';
import { numberAfter } from './draft.ts';
import { Refusal } from './refusal.ts';
import type { Change, Placement, Repository, Resource, State } from './types.ts';

export interface Applied {
  repository: Repository;
  placement: Placement;
  warnings: string[];
  /** Resources that VALIDATE has to see before. */
  validate: Resource[];
}

export function applyChange(state: State, change: Change): Applied | { refused: string } {
  const { repository, placement, view } = state;
  const serial = numberAfter(placement.serial, view);
  const making: Making = {
    state,
    repository,
    placement: { ...placement, serial },
    warnings: [],
    validate: [],
  };
  try {
    const make = makers[change.do] as (making: Making, change: Change) => void;
    make(making, change);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
  const { warnings, validate } = making;
  if (sameContent(making.repository, repository)) return { ...making, repository, warnings, validate };
  const version = numberAfter(repository.version, view);
  return { repository: { ...making.repository, version }, placement: making.placement, warnings, validate };
}

/** A plain switch, or enabling what is enabled, leaves the repository as it is. */
function sameContent(one: Repository, other: Repository): boolean {
  if (one === other) return true;
  const content = ({ types, groups, resources }: Repository) => JSON.stringify([types, groups, resources]);
  return content(one) === content(other);
}

const makers: { [Do in Change['do']]: (making: Making, change: Extract<Change, { do: Do }>) => void } = {
  'register-type': (making, change) => registerType(making, change.type),
  'unregister-type': (making, change) => unregisterType(making, change.type),
  'add-group': (making, change) => addGroup(making, change.group, change.nodelist, change.properties),
  'change-group': (making, change) => changeGroup(making, change.group, change.nodelist, change.properties),
  'remove-group': (making, change) => removeGroup(making, change.group),
  'add-resource': (making, change) => addResource(making, change),
  'change-resource': (making, change) => changeResource(making, change.resource, change.given),
  'remove-resource': (making, change) => removeResource(making, change.resource),
  'bring-online': (making, change) => bringOnline(making, change.groups),
  switch: (making, change) => switchTo(making, change.groups, change.node),
  'take-offline': (making, change) => takeOffline(making, change.groups),
  restart: (making, change) => restart(making, change.groups, change.nodes),
  evacuate: (making, change) => evacuate(making, change.node),
  'set-enabled': (making, change) => setEnabled(making, change.resources, change.enabled),
  'set-monitored': (making, change) => setMonitored(making, change.resources, change.monitored),
  'set-managed': (making, change) => setManaged(making, change.groups, change.managed),
  'clear-stop-failed': (making, change) => clearStopFailed(making, change.resources, change.nodes),
  quiesce: (making, change) => quiesce(making, change.groups),
  'switch-device-group': (making, change) => switchDevices(making, change.deviceGroups, change.node),
  'maintain-device-group': (making, change) => maintainDevices(making, change.deviceGroups),
};
