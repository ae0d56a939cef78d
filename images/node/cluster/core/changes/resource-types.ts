import { LOGICAL_HOSTNAME } from '../logical-hostname.ts';
import { Refusal } from '../refusal.ts';
import type { ResourceType } from '../types.ts';
import { list, type Making } from './making.ts';

/** A version suffix names the same type: the guide registers SUNW.HAStoragePlus and uses SUNW.HAStoragePlus:4. */
export function withoutVersion(type: string): string {
  return type.replace(/:[0-9.]+$/, '');
}

export function registerType(making: Making, type: ResourceType): void {
  const { repository } = making;
  const name = withoutVersion(type.name);
  const isThere = repository.types.some((one) => one.name === name);
  // SUNW.LogicalHostname is registered from the start, and registering it once more does no harm.
  if (isThere && name !== LOGICAL_HOSTNAME.name)
    throw new Refusal(`resource type ${name} is registered already`);
  const others = repository.types.filter((one) => one.name !== name);
  making.repository = { ...repository, types: [...others, { ...type, name }] };
}

export function unregisterType(making: Making, given: string): void {
  const { repository } = making;
  const name = withoutVersion(given);
  if (!repository.types.some((type) => type.name === name)) {
    const registered = list(repository.types.map((type) => type.name));
    throw new Refusal(`resource type ${name} is not registered; registered are ${registered || 'none'}`);
  }
  const users = repository.resources.filter(({ type }) => type === name).map((one) => one.name);
  if (users.length > 0)
    throw new Refusal(
      `resource type ${name} is in use by ${list(users)}; scrgadm -r -j ${users[0]} removes a resource`,
    );
  making.repository = { ...repository, types: repository.types.filter((type) => type.name !== name) };
}
