/** The settings that an instance runs with: ics.conf, read once at start, with the product's defaults below it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfError, confEntries, parseConf, shown } from './conf.ts';
import { isSecret, PARAMETERS } from './parameters.ts';
import { sabotaged } from './sabotage.ts';

export interface Settings {
  /** The setting's text, or the product's default. @throws Error when there is neither. */
  text(name: string): string;
  /** @throws Error when it is no number of 0 or more. */
  number(name: string): number;
  /** @throws Error when it is neither yes nor no. */
  yes(name: string): boolean;
  has(name: string): boolean;
  /** All of them, defaults included, by name. */
  all(): Record<string, string>;
}

/** A value that a parameter cannot have. */
export class SettingError extends Error {
  readonly parameter: string;
  readonly trouble: string;
  constructor(parameter: string, value: string, trouble: string) {
    const words = `${parameter} is "${isSecret(parameter) ? '(hidden)' : shown(value)}"; ${trouble}`;
    super(`ics.conf: ${words}`);
    this.name = 'SettingError';
    this.parameter = parameter;
    this.trouble = words;
  }
}

const DEFAULTS = Object.fromEntries(
  Object.entries(PARAMETERS).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** Pure. Parameters that nobody knows are kept. @throws SettingError for a value that a known one cannot have. */
export function settingsOf(conf: ReadonlyMap<string, string>): Settings {
  for (const [name, value] of conf) {
    // An empty value sets nothing; who cannot do without says so.
    const trouble = value === '' ? undefined : known(name)?.check(value);
    if (trouble !== undefined) throw new SettingError(name, value, trouble);
  }
  const all = { ...DEFAULTS, ...Object.fromEntries(conf) };
  return lookUp(() => all);
}

const known = (name: string) => (Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined);

function lookUp(all: () => Record<string, string>): Settings {
  const value = (name: string) => (Object.hasOwn(all(), name) ? (all()[name] ?? '') : '');
  const text = (name: string) => {
    if (value(name) === '') throw new Error(`ics.conf does not set ${name}`);
    return value(name);
  };
  return {
    text,
    number: (name) => {
      if (!/^\d+$/.test(text(name))) throw new SettingError(name, text(name), 'which is not a number');
      return Number(text(name));
    },
    yes: (name) => {
      const said = text(name);
      if (said !== 'yes' && said !== 'no') throw new SettingError(name, said, 'it can be "yes" or "no"');
      return said === 'yes';
    },
    has: (name) => value(name) !== '',
    all: () => ({ ...all() }),
  };
}

/** @throws ConfError with the line that is wrong, and errors of reading the file. */
export function readSettings(configFolder: string): Settings {
  const file = join(configFolder, 'ics.conf');
  const settings = settingsIn(readFileSync(file, 'utf8'));
  if (!sabotaged('reread-config')) return settings;
  return lookUp(() => settingsOf(parseConf(readFileSync(file, 'utf8'))).all());
}

function settingsIn(conf: string): Settings {
  const entries = confEntries(conf);
  // Each line is looked at, those that a later one overrules too: a typo is a typo.
  for (const { name, value, line } of entries) {
    try {
      settingsOf(new Map([[name, value]]));
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      throw new ConfError(line, error.trouble);
    }
  }
  return settingsOf(new Map(entries.map(({ name, value }) => [name, value])));
}

/** As an operator may see them. */
export function shownSettings(settings: Settings): Record<string, string> {
  const pairs = Object.entries(settings.all()).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, isSecret(name) && value !== '' ? '(hidden)' : value]),
  );
}
