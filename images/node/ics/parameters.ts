/**
 * The parameters of ics.conf that this server knows: what each may be, and the product's default where it has one.
 * Source: Calendar Server 6.3 Administration Guide, appendix on ics.conf; chapter 6 for high availability.
 */
import { isIP } from 'node:net';
import { sabotaged } from './sabotage.ts';

/** What is wrong with a value and what it could be instead; undefined when it is fine. */
type Check = (value: string) => string | undefined;

export interface Parameter {
  check: Check;
  default?: string;
}

const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const [HOST, QUALIFIED] = [new RegExp(`^${LABEL}(\\.${LABEL})*$`), new RegExp(`^${LABEL}(\\.${LABEL})+$`)];

const matching =
  (pattern: RegExp, otherwise: string): Check =>
  (value) =>
    pattern.test(value) ? undefined : otherwise;

const text: Check = () => undefined;
const yesNo = matching(/^(yes|no)$/, 'it can be "yes" or "no"');
const path = matching(/^\//, 'which is not an absolute path');
const host = matching(HOST, 'which is not a host name');
/** A number in the last label is an address that somebody mistook for a name. */
const qualified: Check = (value) =>
  sabotaged('short-name-accepted') || (QUALIFIED.test(value) && !/\.\d+$/.test(value))
    ? undefined
    : 'which is not a fully qualified host name, as in "calendar.example.com"';
const address: Check = (value) =>
  isIP(value) === 0 ? 'which is not an IP address (of an IPv4 address each part is 0 to 255)' : undefined;
const user = matching(/^[a-z_][a-z0-9_-]*$/, 'which is not the name of a user or group');

function number(least: number, most: number): Check {
  return (value) => {
    if (!/^\d+$/.test(value)) return `which is not a number; it can be ${least} to ${most}`;
    return Number(value) < least || Number(value) > most ? `it can be ${least} to ${most}` : undefined;
  };
}

const port = number(1, 65_535);
const days = number(1, 366);
/** In seconds: up to a year. */
const seconds = number(1, 31_536_000);

const known = (check: Check, value?: string): Parameter =>
  value === undefined ? { check } : { check, default: value };

export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  'local.user': known(user, 'icsuser'),
  'local.group': known(user, 'icsgroup'),
  'local.hostname': known(host),
  'local.servername': known(host),
  'local.tmpdir': known(path),
  'local.autorestart': known(yesNo, 'no'),
  'local.autorestart.timeout': known(seconds, '600'),
  'local.server.ha.enabled': known(yesNo, 'no'),
  'local.server.ha.agent': known(text),
  'logfile.logdir': known(path),
  'service.listenaddr': known(address),
  'service.watcher.enable': known(yesNo, 'yes'),
  'service.ens.enable': known(yesNo, 'yes'),
  'service.ens.host': known(host, 'localhost'),
  'service.ens.port': known(port, '57997'),
  'service.store.enable': known(yesNo, 'yes'),
  'service.notify.enable': known(yesNo, 'yes'),
  'service.admin.enable': known(yesNo, 'yes'),
  'service.admin.calmaster.userid': known(text, 'calmaster'),
  'service.dwp.enable': known(yesNo, 'no'),
  'service.dwp.port': known(port, '59779'),
  'service.http.enable': known(yesNo, 'yes'),
  'service.http.port': known(port, '80'),
  'service.http.listenaddr': known(address),
  'service.http.calendarhostname': known(qualified),
  'service.http.maxsessions': known(number(1, 1_000_000), '5000'),
  'service.http.sessiontimeout': known(seconds, '1800'),
  'service.http.idletimeout': known(seconds, '120'),
  'caldb.berkeleydb.homedir.path': known(path),
  'caldb.berkeleydb.archive.enable': known(yesNo, 'no'),
  'caldb.berkeleydb.archive.path': known(path),
  'caldb.berkeleydb.archive.mindays': known(days, '3'),
  'caldb.berkeleydb.archive.maxdays': known(days, '7'),
  'caldb.berkeleydb.hotbackup.enable': known(yesNo, 'no'),
  'caldb.berkeleydb.hotbackup.path': known(path),
  'caldb.berkeleydb.hotbackup.mindays': known(days, '3'),
  'caldb.berkeleydb.hotbackup.maxdays': known(days, '7'),
  'store.partition.primary.path': known(path),
  'alarm.diskstat.msgalarmstatinterval': known(seconds, '3600'),
  'alarm.diskstat.msgalarmthreshold': known(number(1, 99), '10'),
  'alarm.diskstat.msgalarmwarninginterval': known(number(1, 8760), '24'),
  'local.authldaphost': known(host),
  'local.authldapport': known(port, '389'),
  'local.authldapbasedn': known(text),
  'local.authldapbinddn': known(text),
  'local.authldapbindcred': known(text),
  // Our own: the product names no time after which a directory counts as down.
  'local.authldapconnecttimeout': known(number(1, 60), '3'),
  'local.authldaptimeout': known(number(1, 300), '5'),
};

/** Its value is nobody's business but the server's. */
export const isSecret = (name: string): boolean => /cred$|password/.test(name);
