/** Where the users of an instance are, from ics.conf (the product's table E-2). Pure. */
import type { Settings } from '../settings.ts';

export interface LdapPlace {
  url: string;
  /** Users are below this entry. */
  base: string;
  /** The account that searches; null binds anonymously. */
  account: { dn: string; password: string } | null;
  connectTimeoutMs: number;
  /** For each operation. */
  timeoutMs: number;
}

/** @throws Error naming the setting that is missing or wrong. */
export function placeOf(settings: Settings): LdapPlace {
  const host = settings.text('local.authldaphost');
  const dn = optional(settings, 'local.authldapbinddn');
  return {
    url: `ldap://${host.includes(':') ? `[${host}]` : host}:${port(settings)}`,
    base: settings.text('local.authldapbasedn'),
    // An account without a password would bind as nobody, and nobody would notice.
    account: dn === '' ? null : { dn, password: settings.text('local.authldapbindcred') },
    connectTimeoutMs: seconds(settings, 'local.authldapconnecttimeout') * 1000,
    timeoutMs: seconds(settings, 'local.authldaptimeout') * 1000,
  };
}

/** The product writes a blank for "none". */
function optional(settings: Settings, name: string): string {
  return settings.has(name) ? settings.text(name).trim() : '';
}

function port(settings: Settings): number {
  const number = settings.number('local.authldapport');
  if (number < 1 || number > 65535)
    throw new Error(`ics.conf: local.authldapport is "${number}"; a port is a number from 1 to 65535`);
  return number;
}

function seconds(settings: Settings, name: string): number {
  const number = settings.number(name);
  if (number < 1)
    throw new Error(
      `ics.conf: ${name} is "${number}"; a login would wait for ever, so take 1 second or more`,
    );
  return number;
}
