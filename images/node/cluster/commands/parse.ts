/** The words of scswitch and scrgadm, in the guide's spelling, as changes for the core. Pure. */
import { parseArgs } from 'node:util';
import type { Change } from '../core/types.ts';

/** A form that the command does not have. The message names the command that does it, where there is one. */
export class WrongForm extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongForm';
  }
}

type Options = Record<string, string | boolean | (string | boolean)[] | undefined>;

function optionsOf(args: string[], flags: string, valued: string, repeated = ''): Options {
  const flag = (letter: string) => [letter, { type: 'boolean' as const, short: letter }] as const;
  const value = (letter: string) =>
    [letter, { type: 'string' as const, short: letter, multiple: repeated.includes(letter) }] as const;
  const options = Object.fromEntries([...[...flags].map(flag), ...[...valued].map(value)]);
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values as Options;
  } catch (error) {
    throw new WrongForm(error instanceof Error ? error.message : String(error));
  }
}

function required(options: Options, letter: string, what: string): string {
  const value = options[letter];
  if (typeof value !== 'string') throw new WrongForm(`-${letter} ${what} is missing`);
  return value;
}

/** A list that names something: an empty one, as of a shell variable that is not set, must not come to mean all. */
function named(options: Options, letter: string, what: string): string[] {
  const names = required(options, letter, what).split(',');
  if (names.includes('')) throw new WrongForm(`-${letter} ${what} is empty`);
  return names;
}

/** `Name=value` pairs of -y and -x. */
function propertiesOf(pairs: unknown): Record<string, string> {
  return Object.fromEntries(
    (Array.isArray(pairs) ? pairs : []).map((pair) => {
      const at = String(pair).indexOf('=');
      if (at < 1) throw new WrongForm(`"${pair}" is not of the form property=value`);
      return [String(pair).slice(0, at), String(pair).slice(at + 1)];
    }),
  );
}

export function parseScswitch(args: string[]): Change {
  const options = optionsOf(args, 'zZen', 'ghj');
  const forms = ['z', 'Z', 'e', 'n'].filter((letter) => options[letter] === true);
  const [form = ''] = forms;
  const goesWith: Record<string, string> = { z: 'gh', Z: 'g', e: 'j', n: 'j' };
  const stray = Object.keys(options).find((letter) => letter !== form && !goesWith[form]?.includes(letter));
  if (forms.length === 1 && stray !== undefined)
    throw new WrongForm(`-${stray} does not go with scswitch -${form}`);
  switch (forms.join('')) {
    case 'z': {
      const node = required(options, 'h', 'node');
      return {
        do: 'switch',
        groups: named(options, 'g', 'group'),
        node: node === '' ? null : node,
      };
    }
    case 'Z':
      return { do: 'bring-online', groups: options['g'] === undefined ? [] : named(options, 'g', 'group') };
    case 'e':
    case 'n':
      return {
        do: 'set-enabled',
        resources: named(options, 'j', 'resource'),
        enabled: form === 'e',
      };
    default:
      throw new WrongForm(
        'scswitch takes one of -z -g GROUP -h NODE, -Z [-g GROUP], -e -j RESOURCE, -n -j RESOURCE',
      );
  }
}

export function parseScrgadm(args: string[]): Change {
  if (args.includes('-e') && args.includes('-j')) {
    throw new WrongForm('scrgadm has no -e: scswitch -e -j RESOURCE enables a resource');
  }
  if (args.includes('-R'))
    throw new WrongForm('scrgadm has no -R: scswitch -R -h NODE -g GROUP restarts a group');
  const options = optionsOf(args, 'aL', 'tghjlxy', 'xy');
  if (options['a'] !== true)
    throw new WrongForm('scrgadm takes -a to add a type (-t), a group (-g) or a resource (-j)');
  const properties = { ...propertiesOf(options['y']), ...propertiesOf(options['x']) };
  if (options['L'] === true) {
    const hosts = required(options, 'l', 'host');
    const resource = typeof options['j'] === 'string' ? options['j'] : (hosts.split(',')[0] ?? hosts);
    const group = required(options, 'g', 'group');
    return {
      do: 'add-resource',
      resource,
      type: 'SUNW.LogicalHostname',
      group,
      properties: { HostnameList: hosts, ...properties },
    };
  }
  if (typeof options['j'] === 'string') {
    const [type, group] = [required(options, 't', 'type'), required(options, 'g', 'group')];
    return { do: 'add-resource', resource: options['j'], type, group, properties };
  }
  if (typeof options['g'] === 'string') {
    return {
      do: 'add-group',
      group: options['g'],
      nodelist: named(options, 'h', 'nodes'),
      properties,
    };
  }
  return { do: 'register-type', type: required(options, 't', 'type') };
}
