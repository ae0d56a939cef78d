/** Where the users of an instance are, from ics.conf (the product's table E-2). Pure. */
import type { Settings } from '../settings.ts';

export interface LdapPlace {
  url: string;
  /** Users are below this entry. */
  base: string;
  /** The account that searches; null searches anonymously. */
  account: { dn: string; password: string } | null;
  connectTimeoutMs: number;
  /** For each operation. */
  timeoutMs: number;
}

/** @throws Error naming the setting that is missing. */
export function placeOf(settings: Settings): LdapPlace {
  const dn = optional(settings, 'local.authldapbinddn');
  return {
    url: `ldap://${settings.text('local.authldaphost')}:${settings.number('local.authldapport')}`,
    base: settings.text('local.authldapbasedn'),
    // An account without a password would bind as nobody, and nobody would notice.
    account: dn === '' ? null : { dn, password: settings.text('local.authldapbindcred') },
    connectTimeoutMs: settings.number('local.authldapconnecttimeout') * 1000,
    timeoutMs: settings.number('local.authldaptimeout') * 1000,
  };
}

/** The product writes a blank for "none". */
function optional(settings: Settings, name: string): string {
  return settings.has(name) ? settings.text(name).trim() : '';
}
