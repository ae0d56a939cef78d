/** The words of scswitch as changes for the core. Pure. */
import type { Change } from '../core/types.ts';
import {
  elsewhere,
  has,
  nameOf,
  namesOf,
  type OptionTable,
  optional,
  refuseOperands,
  splitWords,
  type Words,
  WrongForm,
  withFirst,
} from './words.ts';

const VALUES: Record<string, string> = {
  g: 'GROUP[,GROUP…]',
  D: 'DEVICE-GROUP[,…]',
  h: 'NODE',
  j: 'RESOURCE[,…]',
  f: 'STOP_FAILED',
};

/** What each form does, its other options, and the change that it is. */
const FORMS: Record<string, { needs: string; may?: string; change(words: Words): Change }> = {
  Z: {
    needs: '',
    may: 'g',
    change: (words) => ({ do: 'bring-online', groups: listOrAll(words) }),
  },
  z: { needs: '', may: 'gDh', change: switchOver },
  F: { needs: 'g', change: (words) => ({ do: 'take-offline', groups: list(words, 'g') }) },
  R: {
    needs: 'hg',
    change: (words) => ({ do: 'restart', groups: list(words, 'g'), nodes: list(words, 'h') }),
  },
  S: { needs: 'h', change: (words) => ({ do: 'evacuate', node: nameOf('h', value(words, 'h')) }) },
  e: { needs: 'j', may: 'M', change: (words) => enable(words, true) },
  n: { needs: 'j', may: 'M', change: (words) => enable(words, false) },
  o: { needs: 'g', change: (words) => ({ do: 'set-managed', groups: list(words, 'g'), managed: true }) },
  u: { needs: 'g', change: (words) => ({ do: 'set-managed', groups: list(words, 'g'), managed: false }) },
  c: { needs: 'hjf', change: clear },
  Q: { needs: '', may: 'g', change: (words) => ({ do: 'quiesce', groups: listOrAll(words) }) },
  m: { needs: 'D', change: (words) => ({ do: 'maintain-device-group', deviceGroups: list(words, 'D') }) },
};

const OPTIONS: OptionTable = Object.fromEntries(
  [...Object.keys(FORMS), 'M', ...Object.keys(VALUES)].map((letter) => [letter, VALUES[letter] ?? null]),
);

const ELSEWHERE = elsewhere('scswitch', {
  a: 'scrgadm -a adds types, groups and resources',
  r: 'scrgadm -r removes types, groups and resources',
  p: 'scrgadm -p prints the configuration, scstat the state',
  y: 'scrgadm -c -j RESOURCE -y NAME=VALUE changes a property',
  x: 'scrgadm -c -j RESOURCE -x NAME=VALUE changes a property',
  t: 'scrgadm -a -t TYPE registers a type',
});

/** @throws WrongForm */
export function parseScswitch(args: string[]): Change {
  const words = splitWords(args, OPTIONS, ELSEWHERE);
  refuseOperands(words, args);
  const given = [...new Set(words.letters)].filter((letter) => Object.hasOwn(FORMS, letter));
  const [letter, second] = given;
  const form = letter === undefined ? undefined : FORMS[letter];
  if (form === undefined) throw new WrongForm(withoutForm(words));
  if (second !== undefined)
    throw new WrongForm(`-${letter} and -${second} are two commands: give one of them`);
  const { needs, may = '' } = form;
  const stray = words.letters.find((one) => one !== letter && !`${needs}${may}`.includes(one));
  if (stray !== undefined) throw new WrongForm(strayMessage(letter ?? '', stray));
  for (const other of needs) value(words, other, letter);
  return form.change(words);
}

function withoutForm(words: Words): string {
  if (has(words, 'M')) return '-M goes with -e or -n: enable or disable the monitor of a resource';
  return `nothing says what to do${withFirst(words)}: give one of ${Object.keys(FORMS)
    .map((letter) => `-${letter}`)
    .join(' ')} (-? shows the forms)`;
}

function strayMessage(form: string, stray: string): string {
  const message = `-${stray} does not go with scswitch -${form}`;
  if (stray === 'M') return '-M goes with -e or -n only';
  if (form === 'R' && stray === 'j') return `${message}: groups are restarted, scswitch -R -h NODE -g GROUP`;
  if (form === 'F' && stray === 'D')
    return `${message}: scswitch -m -D DEVICE-GROUP takes a device group out of use`;
  if (stray === 'j') return `${message}: that is done with groups, -g GROUP`;
  if (stray === 'g' && 'en'.includes(form)) return `${message}: that is done with resources, -j RESOURCE`;
  return message;
}

function value(words: Words, letter: string, form = ''): string {
  const given = optional(words, letter);
  if (given === undefined) throw new WrongForm(`scswitch -${form} needs -${letter} ${VALUES[letter]}`);
  return given;
}

function list(words: Words, letter: string): string[] {
  return namesOf(letter, value(words, letter));
}

function listOrAll(words: Words): string[] {
  return has(words, 'g') ? list(words, 'g') : [];
}

function enable(words: Words, on: boolean): Change {
  const resources = list(words, 'j');
  return has(words, 'M')
    ? { do: 'set-monitored', resources, monitored: on }
    : { do: 'set-enabled', resources, enabled: on };
}

function switchOver(words: Words): Change {
  const [group, deviceGroup, node] = ['g', 'D', 'h'].map((letter) => optional(words, letter));
  if (group !== undefined && deviceGroup !== undefined)
    throw new WrongForm('-g and -D are two switches: give one of them');
  if (group === undefined && deviceGroup === undefined)
    throw new WrongForm('scswitch -z needs -g GROUP[,GROUP…] or -D DEVICE-GROUP[,…]');
  if (node === undefined) {
    throw new WrongForm(
      group === undefined
        ? 'scswitch -z -D needs -h NODE'
        : 'scswitch -z needs -h NODE, or -h "" for offline; scswitch -Z brings groups online on their default primaries',
    );
  }
  if (node.includes(','))
    throw new WrongForm(`-h takes one node here, not "${node}": a group is online on one node at a time`);
  if (deviceGroup !== undefined) {
    if (node === '')
      throw new WrongForm('-h "" is for groups; scswitch -m -D DEVICE-GROUP takes a device group out of use');
    return { do: 'switch-device-group', deviceGroups: namesOf('D', deviceGroup), node: nameOf('h', node) };
  }
  return { do: 'switch', groups: namesOf('g', group ?? ''), node: node === '' ? null : nameOf('h', node) };
}

function clear(words: Words): Change {
  const flag = value(words, 'f');
  if (flag !== 'STOP_FAILED')
    throw new WrongForm(`-f ${flag}: there is no such flag to clear; it takes STOP_FAILED`);
  return { do: 'clear-stop-failed', resources: list(words, 'j'), nodes: list(words, 'h') };
}
