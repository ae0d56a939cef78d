/** The words of scrgadm: changes for the core, and two forms that the node answers by itself. Pure. */
import type { Change } from '../core/types.ts';
import {
  elsewhere,
  has,
  nameOf,
  namesOf,
  type OptionTable,
  optional,
  propertiesOf,
  refuseOperands,
  splitWords,
  type Words,
  WrongForm,
  withFirst,
} from './words.ts';

/** scrgadm -p: what to print, and in how much detail (0, 1 or 2 times -v). Null: all of them. */
export interface PrintForm {
  do: 'print';
  detail: number;
  types: string[] | null;
  groups: string[] | null;
  resources: string[] | null;
}

/** scrgadm -a -t: becomes a change once the registration file is read. File null: where they are installed. */
export interface RegisterForm {
  do: 'read-registration-file';
  type: string;
  file: string | null;
}

export type ScrgadmForm = Change | PrintForm | RegisterForm;

const VALUES: Record<string, string> = {
  t: 'TYPE',
  g: 'GROUP',
  j: 'RESOURCE',
  h: 'NODE[,NODE…]',
  l: 'HOST[,HOST…]',
  f: 'FILE',
  y: 'NAME=VALUE',
  x: 'NAME=VALUE',
};

const OPTIONS: OptionTable = {
  ...{ p: null, a: null, c: null, r: null, L: null, v: null },
  ...VALUES,
};

const ELSEWHERE = elsewhere('scrgadm', {
  e: 'scswitch -e -j RESOURCE enables a resource',
  n: 'scswitch -n -j RESOURCE disables a resource',
  R: 'scswitch -R -h NODE -g GROUP restarts a group',
  z: 'scswitch -z -g GROUP -h NODE switches a group',
  Z: 'scswitch -Z -g GROUP brings a group online',
  F: 'scswitch -F -g GROUP takes a group offline',
  S: 'scswitch -S -h NODE evacuates a node; there are no shared addresses in this cluster',
  o: 'scswitch -o -g GROUP manages a group',
  u: 'scswitch -u -g GROUP unmanages a group',
  Q: 'scswitch -Q -g GROUP quiesces a group',
  m: 'scswitch -m -D DEVICE-GROUP takes a device group out of use',
  M: 'scswitch -e -M and -n -M are for monitors',
  D: 'scswitch -z -D DEVICE-GROUP -h NODE switches a device group',
});

/** @throws WrongForm */
export function parseScrgadm(args: string[]): ScrgadmForm {
  const words = splitWords(args, OPTIONS, ELSEWHERE);
  refuseOperands(words, args);
  const [form, second] = [...new Set(words.letters)].filter((letter) => 'pacr'.includes(letter));
  if (second !== undefined) throw new WrongForm(`-${form} and -${second} are two commands: give one of them`);
  if (has(words, 'v') && form !== 'p') throw new WrongForm('-v goes with -p only');
  switch (form) {
    case 'p':
      return print(words);
    case 'a':
      return add(words);
    case 'c':
      return change(words);
    case 'r':
      return remove(words);
    default:
      throw new WrongForm(
        `nothing says what to do${withFirst(words)}: give -p to print, -a to add, -c to change or -r to remove`,
      );
  }
}

function only(words: Words, form: string, letters: string): void {
  const stray = words.letters.find((letter) => !letters.includes(letter));
  if (stray !== undefined) throw new WrongForm(`-${stray} does not go with scrgadm ${form}`);
}

function value(words: Words, letter: string, form: string): string {
  const given = optional(words, letter);
  if (given === undefined) throw new WrongForm(`scrgadm ${form} needs -${letter} ${VALUES[letter]}`);
  return given;
}

/** A type may be named with its version, as the guide does (SUNW.HAStoragePlus:4). */
function typeNameOf(name: string): string {
  if (!/^[A-Za-z][\w.-]*(:[\w.]+)?$/.test(name))
    throw new WrongForm(`-t: "${name}" is no name of a type, such as SUNW.scics`);
  return name;
}

function print(words: Words): PrintForm {
  only(words, '-p', 'pvtgj');
  const detail = words.letters.filter((letter) => letter === 'v').length;
  if (detail > 2) throw new WrongForm('-p takes -v at most twice');
  const listed = (letter: string) => {
    const list = optional(words, letter);
    return list === undefined ? null : namesOf(letter, list);
  };
  return { do: 'print', detail, types: listed('t'), groups: listed('g'), resources: listed('j') };
}

function add(words: Words): Change | RegisterForm {
  if (has(words, 'L')) return addLogicalHostname(words);
  if (has(words, 'l')) throw new WrongForm('-l goes with -a -L: a logical hostname');
  if (has(words, 'j')) {
    only(words, '-a -j', 'ajtgyx');
    return {
      do: 'add-resource',
      resource: nameOf('j', value(words, 'j', '-a -j')),
      type: typeNameOf(value(words, 't', '-a -j')),
      group: nameOf('g', value(words, 'g', '-a -j')),
      given: { standard: propertiesOf(words, 'y'), extension: propertiesOf(words, 'x') },
    };
  }
  if (has(words, 'g') && has(words, 't')) throw new WrongForm('scrgadm -a -t -g needs -j RESOURCE, its name');
  if (has(words, 'g')) {
    only(words, '-a -g', 'aghy');
    return { do: 'add-group', ...groupOf(words, '-a -g') };
  }
  if (!has(words, 't'))
    throw new WrongForm('scrgadm -a needs -t TYPE, -g GROUP, -j RESOURCE or -L: what to add');
  only(words, '-a -t', 'atf');
  const file = optional(words, 'f');
  if (file === '') throw new WrongForm('-f has an empty name');
  return {
    do: 'read-registration-file',
    type: typeNameOf(value(words, 't', '-a -t')),
    file: file ?? null,
  };
}

function addLogicalHostname(words: Words): Change {
  only(words, '-a -L', 'aLgjlyx');
  const group = nameOf('g', value(words, 'g', '-a -L'));
  const hosts = namesOf('l', value(words, 'l', '-a -L'));
  const extension = propertiesOf(words, 'x');
  if (Object.keys(extension).some((name) => name.toLowerCase() === 'hostnamelist'))
    throw new WrongForm('HostnameList is what -l sets: give it once');
  // Named after the first host; a resource's name has no dots.
  const resource = optional(words, 'j') ?? (hosts[0] ?? '').replaceAll('.', '_');
  return {
    do: 'add-resource',
    resource: nameOf('j', resource),
    type: 'SUNW.LogicalHostname',
    group,
    given: {
      standard: propertiesOf(words, 'y'),
      extension: { HostnameList: hosts.join(','), ...extension },
    },
  };
}

/** Nodelist is a property, too: -h N1,N2 and -y Nodelist=N1,N2 are the same. */
function groupOf(
  words: Words,
  form: string,
): { group: string; nodelist: string[] | null; properties: Record<string, string> } {
  const properties = propertiesOf(words, 'y');
  const given = optional(words, 'h');
  const named = Object.keys(properties).find((name) => name.toLowerCase() === 'nodelist');
  if (given !== undefined && named !== undefined)
    throw new WrongForm('-h and -y Nodelist are the same: give one of them');
  const nodelist = named === undefined ? given : properties[named];
  if (named !== undefined) delete properties[named];
  return {
    group: nameOf('g', value(words, 'g', form)),
    nodelist: nodelist === undefined ? null : namesOf(named === undefined ? 'h' : 'y Nodelist', nodelist),
    properties,
  };
}

function change(words: Words): Change {
  if (has(words, 'j')) {
    if (has(words, 't') || has(words, 'g')) {
      const what = has(words, 't') ? 't' : 'g';
      throw new WrongForm(
        `-${what} does not go with scrgadm -c -j: a resource keeps its type and its group; remove it and add it anew`,
      );
    }
    only(words, '-c -j', 'cjyx');
    const resource = nameOf('j', value(words, 'j', '-c -j'));
    const given = { standard: propertiesOf(words, 'y'), extension: propertiesOf(words, 'x') };
    if (!has(words, 'y') && !has(words, 'x'))
      throw new WrongForm('scrgadm -c -j needs -y NAME=VALUE or -x NAME=VALUE: what to change');
    return { do: 'change-resource', resource, given };
  }
  if (has(words, 'g')) {
    only(words, '-c -g', 'cghy');
    if (!has(words, 'h') && !has(words, 'y'))
      throw new WrongForm('scrgadm -c -g needs -h NODE[,NODE…] or -y NAME=VALUE: what to change');
    return { do: 'change-group', ...groupOf(words, '-c -g') };
  }
  if (has(words, 't'))
    throw new WrongForm('scrgadm -c does not change types: scrgadm -r -t TYPE, then scrgadm -a -t TYPE');
  throw new WrongForm('scrgadm -c needs -g GROUP or -j RESOURCE: what to change');
}

function remove(words: Words): Change {
  const [what, second] = [...new Set(words.letters)].filter((letter) => 'jgt'.includes(letter));
  if (what === undefined)
    throw new WrongForm('scrgadm -r needs -j RESOURCE, -g GROUP or -t TYPE: what to remove');
  if (second !== undefined)
    throw new WrongForm(`-${what} and -${second} are two things to remove: one at a time`);
  only(words, `-r -${what}`, `r${what}`);
  const given = value(words, what, `-r -${what}`);
  if (what === 't') return { do: 'unregister-type', type: typeNameOf(given) };
  const name = nameOf(what, given);
  return what === 'j' ? { do: 'remove-resource', resource: name } : { do: 'remove-group', group: name };
}
