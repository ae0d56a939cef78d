/** Whether an operator may give a property a value, and how the value is stored. */
import { declarationOf, declarationsOf, GROUP_PROPERTIES, groupDeclaration } from './properties.ts';
import { Refusal } from './refusal.ts';
import type { Given, PropertyDeclaration, ResourceType } from './types.ts';

export interface Moment {
  creating: boolean;
  enabled: boolean;
}

/** The value as it is stored. @throws Refusal */
export function checkedValue(declaration: PropertyDeclaration, value: string): string {
  const { name, type, min, max, values } = declaration;
  const wrong = (what: string) => new Refusal(`${name}=${value}: ${what}`);
  switch (type) {
    case 'int': {
      if (!/^[+-]?\d+$/.test(value.trim())) throw wrong(`${name} is a whole number`);
      const number = Number(value);
      if (min !== undefined && number < min) throw wrong(`${name} is at least ${min}`);
      if (max !== undefined && number > max) throw wrong(`${name} is at most ${max}`);
      return String(number);
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(value)) throw wrong(`${name} is true or false`);
      return value.toLowerCase();
    case 'enum': {
      const found = values?.find((one) => one.toLowerCase() === value.toLowerCase());
      if (found === undefined) throw wrong(`${name} is one of ${(values ?? []).join(', ')}`);
      return found;
    }
    case 'stringarray': {
      const parts = value.trim() === '' ? [] : value.split(',').map((one) => one.trim());
      if (parts.includes('')) throw wrong('an element of the list is empty');
      checkLength(wrong, name, parts.join(','), declaration);
      return parts.join(',');
    }
    case 'string':
      checkLength(wrong, name, value, declaration);
      return value;
  }
}

function checkLength(
  wrong: (what: string) => Refusal,
  name: string,
  value: string,
  { min, max }: PropertyDeclaration,
): void {
  if (min !== undefined && value.length < min)
    throw wrong(value === '' ? `${name} may not be empty` : `${name} has at least ${min} characters`);
  if (max !== undefined && value.length > max) throw wrong(`${name} has at most ${max} characters`);
}

function checkTunable({ name, tunable }: PropertyDeclaration, of: string, moment: Moment): void {
  if (tunable === 'NONE') throw new Refusal(`${name} of ${of} cannot be set: it is not tunable`);
  if (moment.creating || tunable === 'ANYTIME') return;
  if (tunable === 'AT_CREATION')
    throw new Refusal(`${name} of ${of} is not tunable now: it can be set at creation only`);
  if (moment.enabled)
    throw new Refusal(`${name} of ${of} is not tunable now: disable ${of} first (scswitch -n -j ${of})`);
}

/** Properties of a resource after those given are set. @throws Refusal */
export function withGiven(
  type: ResourceType,
  resource: string,
  before: Record<string, string>,
  given: Given,
  moment: Moment,
): Record<string, string> {
  const after = { ...before };
  for (const extension of [false, true]) {
    for (const [name, value] of Object.entries(extension ? given.extension : given.standard)) {
      const declaration = declarationOf(type, name);
      if (declaration === undefined) throw unknown(type, name, extension);
      if (declaration.extension !== extension) throw misnamed(declaration, type, value);
      checkTunable(declaration, resource, moment);
      after[declaration.name] = checkedValue(declaration, value);
    }
  }
  const missing = declarationsOf(type).find((one) => one.default === null && after[one.name] === undefined);
  if (missing !== undefined) {
    const option = missing.extension ? '-x' : '-y';
    throw new Refusal(`${missing.name} has no default in ${type.name}; give ${option} ${missing.name}=VALUE`);
  }
  return after;
}

function unknown(type: ResourceType, name: string, extension: boolean): Refusal {
  const there = declarationsOf(type).filter((one) => one.extension === extension);
  const kind = extension ? 'extension' : 'standard';
  const list = there.length === 0 ? 'it has none' : `it has ${there.map((one) => one.name).join(', ')}`;
  return new Refusal(`${type.name} has no ${kind} property ${name}; ${list}`);
}

function misnamed({ name, extension }: PropertyDeclaration, type: ResourceType, value: string): Refusal {
  return extension
    ? new Refusal(`${name} is an extension property of ${type.name}: -x ${name}=${value}`)
    : new Refusal(
        `${name} is a standard property, not an extension property of ${type.name}: -y ${name}=${value}`,
      );
}

/** Properties of a group after those given are set. @throws Refusal */
export function withGroupProperties(
  group: string,
  before: Record<string, string>,
  given: Record<string, string>,
  creating: boolean,
): Record<string, string> {
  const after = { ...before };
  for (const [name, value] of Object.entries(given)) {
    if (name.toLowerCase() === 'nodelist') throw new Refusal('the Nodelist of a group is given with -h');
    const declaration = groupDeclaration(name);
    if (declaration === undefined) {
      const there = GROUP_PROPERTIES.map((one) => one.name).join(', ');
      throw new Refusal(`a resource group has no property ${name}; it has ${there}`);
    }
    checkTunable(declaration, group, { creating, enabled: false });
    after[declaration.name] = checkedValue(declaration, value);
  }
  return after;
}
