/** What answers may be. Pure: text in, what is wrong with it out, undefined when it is fine. */
import { isIP } from 'node:net';
import { normalize } from 'node:path';

export type Check = (value: string) => string | undefined;

const matching =
  (pattern: RegExp, otherwise: string): Check =>
  (value) =>
    pattern.test(value) ? undefined : otherwise;

const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

function number(least: number, most: number): Check {
  return (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `it must be a number from ${least} to ${most}`;
}

/** An address that is none would otherwise pass for a host name of figures. */
const host: Check = (value) => {
  if (value.length > 253 || !new RegExp(`^${LABEL}(\\.${LABEL})*$`).test(value))
    return 'it must be a host name or an IP address';
  return /(^|\.)\d+$/.test(value) && isIP(value) === 0 ? 'it is no IP address' : undefined;
};

const folder: Check = (value) => {
  if (!/^\/[A-Za-z0-9._/-]{1,900}$/.test(value))
    return 'it must be an absolute path of letters, figures and ._-/ only';
  return normalize(value) === value && !value.endsWith('/')
    ? undefined
    : `it must be written without ., .. and needless slashes, as in ${normalize(value).replace(/\/$/, '') || '/cal'}`;
};

/** What ics.conf and a state file can hold on one line, and read again as it was. */
const PLAIN = /^[^\p{Cc}\p{Zl}\p{Zp}"]*$/u;
const text = (otherwise: string, pattern: RegExp, longest = 500): Check => {
  const right = matching(pattern, otherwise);
  return (value) => {
    if (value.length > longest) return `it is longer than ${longest} characters`;
    if (!PLAIN.test(value)) return 'it must be one line without quotation marks';
    if (value !== value.trim()) return 'it must not begin or end with a space';
    return right(value);
  };
};

export const checks = {
  host,
  folder,
  port: number(1, 65_535),
  count: number(1, 1_000_000),
  days: number(1, 366),
  yesNo: matching(/^(yes|no)$/, 'it can be yes or no'),
  /** A user, a group, an administrator. */
  name: matching(/^[a-z_][a-z0-9_-]{0,31}$/, 'it must be a name in lower case, as in icsuser'),
  dn: text(
    'it must be a distinguished name, as in o=example.com',
    /^[A-Za-z][A-Za-z0-9-]*=[^,]+(,\s*[A-Za-z][A-Za-z0-9-]*=[^,]+)*$/,
  ),
  email: text('it must be an address, as in calmaster@example.com', /^[^\s@]+@[^\s@]+$/),
  secret: text('it must not be empty', /./),
} satisfies Record<string, Check>;
