/** scrgadm -p[v[v]]: the configuration for a person, in the layout of the real one. Pure. */

import { findType } from '../core/lookup.ts';
import { declarationsOf, GROUP_PROPERTIES, groupProperty } from '../core/properties.ts';
import type { Group, PropertyDeclaration, Repository, Resource, ResourceType } from '../core/types.ts';
import type { PrintForm } from './scrgadm.ts';
import { WrongForm } from './words.ts';

const NULL = '<NULL>';
const BLANK: Line = ['', ''];
const METHOD_ORDER = [
  ...(['VALIDATE', 'PRENET_START', 'START', 'STOP', 'POSTNET_STOP'] as const),
  ...(['MONITOR_START', 'MONITOR_STOP', 'MONITOR_CHECK'] as const),
];

/** @throws WrongForm for a name that is not there: an empty page would look like an empty configuration. */
export function printConfiguration(repository: Repository, form: PrintForm): string {
  const everything = form.types === null && form.groups === null && form.resources === null;
  const withoutVersion = form.types?.map((name) => name.replace(/:[\w.]+$/, '')) ?? null;
  const types = chosen(repository.types, withoutVersion, everything, 'resource type');
  const groups = chosen(repository.groups, form.groups, everything, 'resource group');
  const resources = chosen(repository.resources, form.resources, false, 'resource');
  const parts = [
    ...types.map((type) => printType(type, form.detail)),
    ...groups.map((group) => printGroup(repository, group, form.detail)),
    ...resources.map((resource) => printResource(repository, resource, form.detail)),
  ];
  const width = Math.max(...parts.flat().map(([label]) => label.length), 0) + 1;
  const line = ([label, value]: Line) => `${label.padEnd(width)}${value}`.trimEnd();
  return parts.map((lines) => `${lines.map(line).join('\n')}\n`).join('\n');
}

/** What it is, and its value; values stand below each other. */
type Line = [label: string, value: string];

function chosen<T extends { name: string }>(
  all: T[],
  names: string[] | null,
  otherwise: boolean,
  what: string,
): T[] {
  if (names === null) return otherwise ? all : [];
  return names.map((name) => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    const known = all.map((one) => one.name).join(', ');
    throw new WrongForm(`there is no ${what} ${name}${known === '' ? '' : `; there are ${known}`}`);
  });
}

/** With -v every line says what it is about, so that grep finds it. */
function lineOf(depth: number, path: string[], detail: number, label: string, value: string): Line {
  const about = detail > 0 && path.length > 0 ? `(${path.join(':')}) ` : '';
  return [`${'  '.repeat(depth)}${about}${label}:`, value.replaceAll(/\s*\n\s*/g, ' ')];
}

const shown = (list: string[]) => (list.length > 0 ? list.join(' ') : NULL);
const word = (flag: boolean) => (flag ? 'True' : 'False');

function printType(type: ResourceType, detail: number): Line[] {
  const line = (label: string, value: string) => lineOf(1, [type.name], detail, `Res Type ${label}`, value);
  const lines = [
    lineOf(0, [], detail, 'Res Type name', type.name),
    line('description', type.description || NULL),
    line('version', type.version),
  ];
  if (detail === 0) return lines;
  lines.push(
    line('base directory', type.baseDirectory),
    line('failover', word(type.failover)),
    ...METHOD_ORDER.flatMap((method) => {
      const program = type.methods[method];
      return program === undefined ? [] : [line(method, program)];
    }),
  );
  if (detail > 1)
    lines.push(...type.properties.flatMap((property) => printDeclaration(type, property, detail)));
  return lines;
}

function printDeclaration(type: ResourceType, property: PropertyDeclaration, detail: number): Line[] {
  const path = [type.name, property.name];
  const line = (label: string, value: string) => lineOf(2, path, detail, `Res Type param ${label}`, value);
  const limit = (label: string, value: number | undefined) =>
    value === undefined ? [] : [line(label, String(value))];
  const [least, most] = property.type === 'int' ? ['min', 'max'] : ['min length', 'max length'];
  return [
    lineOf(1, [type.name], detail, 'Res Type param name', property.name),
    line('extension', word(property.extension)),
    line('description', property.description || NULL),
    line('tunability', property.tunable),
    line('type', property.type),
    ...(property.values === undefined ? [] : [line('values', property.values.join(' '))]),
    ...limit(least ?? '', property.min),
    ...limit(most ?? '', property.max),
    line('default', property.default ?? '<no default>'),
  ];
}

function printGroup(repository: Repository, group: Group, detail: number): Line[] {
  const line = (label: string, value: string) => lineOf(1, [group.name], detail, `Res Group ${label}`, value);
  const lines = [lineOf(0, [], detail, 'Res Group name', group.name)];
  lines.push(line('RG_description', groupProperty(group, 'RG_description') || NULL));
  if (detail > 0) {
    lines.push(
      line('mode', groupProperty(group, 'RG_mode')),
      line('management state', group.managed ? 'Managed' : 'Unmanaged'),
    );
  }
  lines.push(line('Nodelist', shown(group.nodelist)));
  if (detail > 0) {
    const others = GROUP_PROPERTIES.filter(({ name }) => !['RG_description', 'RG_mode'].includes(name));
    lines.push(...others.map(({ name }) => line(name, groupProperty(group, name) || NULL)));
  }
  const resources = repository.resources.filter((resource) => resource.group === group.name);
  return [
    ...lines,
    ...resources.flatMap((resource) => [BLANK, ...printResource(repository, resource, detail)]),
  ];
}

function printResource(repository: Repository, resource: Resource, detail: number): Line[] {
  const path = [resource.group, resource.name];
  const line = (label: string, value: string) => lineOf(2, path, detail, `Res ${label}`, value);
  const type = findType(repository, resource.type);
  const lines = [
    lineOf(1, [resource.group], detail, 'Res name', resource.name),
    line('R_description', resource.properties['R_description'] ?? ''),
    line('resource type', resource.type),
    line('resource group name', resource.group),
  ];
  if (detail === 0) return lines;
  lines.push(
    line('type version', type?.version ?? ''),
    line('enabled', word(resource.enabled)),
    line('monitor enabled', word(resource.monitored)),
  );
  const declared = type === undefined ? [] : declarationsOf(type);
  const all = declared.filter(({ name }) => name !== 'R_description');
  // One -v: what somebody set. Two: all that there is, and what kind of property it is.
  const wanted = detail > 1 ? all : all.filter(({ name }) => Object.hasOwn(resource.properties, name));
  return [...lines, ...wanted.flatMap((property) => printProperty(resource, property, detail))];
}

function printProperty(resource: Resource, property: PropertyDeclaration, detail: number): Line[] {
  const path = [resource.group, resource.name];
  const line = (label: string, value: string) =>
    lineOf(4, [...path, property.name], detail, `Res property ${label}`, value);
  const value = resource.properties[property.name] ?? property.default ?? '';
  const name = [BLANK, lineOf(3, path, detail, 'Res property name', property.name)];
  const text = line('value', value || NULL);
  if (detail < 2) return [...name, text];
  return [
    ...name,
    line('class', property.extension ? 'extension' : 'standard'),
    line('description', property.description || NULL),
    line('type', property.type),
    text,
  ];
}
