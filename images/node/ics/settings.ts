/** The settings that an instance runs with: ics.conf, read once at start, with the product's defaults below it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConf } from './conf.ts';

/** In seconds. Our own: the product names no time after which a directory counts as down. */
const DIRECTORY_TIMEOUTS = { 'local.authldapconnecttimeout': '3', 'local.authldaptimeout': '5' };

/** The product's defaults. Source: Calendar Server 6.3 Administration Guide, appendix on ics.conf. */
const DEFAULTS: Record<string, string> = {
  ...DIRECTORY_TIMEOUTS,
  'local.user': 'icsuser',
  'local.group': 'icsgroup',
  'local.autorestart': 'no',
  'local.autorestart.timeout': '600',
  'local.server.ha.enabled': 'no',
  'local.authldapport': '389',
  'service.http.port': '80',
  'service.ens.port': '57997',
  'service.dwp.port': '59779',
};

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

/** Pure. */
export function settingsOf(conf: ReadonlyMap<string, string>): Settings {
  const all = { ...DEFAULTS, ...Object.fromEntries(conf) };
  const text = (name: string) => {
    const value = all[name];
    if (value === undefined || value === '') throw new Error(`ics.conf does not set ${name}`);
    return value;
  };
  return {
    text,
    number: (name) => {
      const value = text(name);
      if (!/^\d+$/.test(value)) throw new Error(`ics.conf: ${name} is "${value}", which is not a number`);
      return Number(value);
    },
    yes: (name) => {
      const value = text(name);
      if (value !== 'yes' && value !== 'no')
        throw new Error(`ics.conf: ${name} is "${value}"; it can be "yes" or "no"`);
      return value === 'yes';
    },
    has: (name) => (all[name] ?? '') !== '',
    all: () => ({ ...all }),
  };
}

/** @throws ConfError, and errors of reading the file. */
export function readSettings(configFolder: string): Settings {
  return settingsOf(parseConf(readFileSync(join(configFolder, 'ics.conf'), 'utf8')));
}
