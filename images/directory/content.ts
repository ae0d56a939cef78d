/**
 * What stands in the directory, as LDIF (RFC 2849): what an existing one has before anybody thinks of calendars, and
 * which users get one then. Pure.
 */
import type { Account, DirectoryConfig } from './config.ts';

/** Passwords as they are stored, by the password. */
export type Hashed = (password: string) => string;

/** Far more than a drill's users take; the file is as long as what is in it. */
const DATABASE_BYTES = 64 * 2 ** 20;

/** slapd-config(5) of an existing Directory Server below `folder`: its manager also has its configuration. */
export function serverLdif(folder: string, { suffix, manager }: DirectoryConfig, hashed: Hashed): string {
  return ldif(
    [
      ['dn', 'cn=config'],
      ['objectClass', 'olcGlobal'],
      ['cn', 'config'],
      ['olcLogLevel', 'none'],
    ],
    [
      ['dn', 'olcDatabase={-1}frontend,cn=config'],
      ['objectClass', 'olcDatabaseConfig'],
      ['objectClass', 'olcFrontendConfig'],
      ['olcDatabase', '{-1}frontend'],
      ['olcAccess', 'to dn.exact="" by * read'],
      ['olcAccess', 'to dn.base="cn=Subschema" by * read'],
    ],
    [
      ['dn', 'olcDatabase=config,cn=config'],
      ['objectClass', 'olcDatabaseConfig'],
      ['olcDatabase', 'config'],
      ['olcRootDN', manager.dn],
    ],
    [
      ['dn', 'cn=schema,cn=config'],
      ['objectClass', 'olcSchemaConfig'],
      ['cn', 'schema'],
    ],
    ...['core', 'cosine', 'inetorgperson'].map((name): Line[] => [
      ['include', `file:///etc/ldap/schema/${name}.ldif`],
    ]),
    [
      ['dn', 'cn=module{0},cn=config'],
      ['objectClass', 'olcModuleList'],
      ['cn', 'module{0}'],
      ['olcModulePath', '/usr/lib/ldap'],
      ['olcModuleLoad', 'back_mdb'],
    ],
    [
      ['dn', 'olcDatabase=mdb,cn=config'],
      ['objectClass', 'olcDatabaseConfig'],
      ['objectClass', 'olcMdbConfig'],
      ['olcDatabase', 'mdb'],
      ['olcDbMaxSize', String(DATABASE_BYTES)],
      ['olcSuffix', suffix],
      ['olcDbDirectory', `${folder}/db`],
      ['olcRootDN', manager.dn],
      ['olcRootPW', hashed(manager.password)],
      ['olcDbIndex', 'objectClass eq'],
      // Nobody reads a password, and nobody who is not known reads anything.
      ['olcAccess', 'to attrs=userPassword by self write by anonymous auth by * none'],
      ['olcAccess', 'to * by users read by * none'],
    ],
  );
}

/** The entries of an existing Directory Server: an organization, its people, the account of a service. */
export function entriesLdif({ suffix, service, users }: DirectoryConfig, hashed: Hashed): string {
  const [, component] = /^dc=([^,]+)/.exec(suffix) ?? [];
  if (component === undefined) throw new Error(`suffix "${suffix}" does not begin with dc=`);
  return ldif(
    [
      ['dn', suffix],
      ['objectClass', 'dcObject'],
      ['objectClass', 'organization'],
      ['dc', component],
      ['o', component],
    ],
    unit('Services', suffix),
    unit('People', suffix),
    accountEntry(service, hashed),
    ...users.map(({ uid, name, password }): Line[] => [
      ['dn', userDn(uid, suffix)],
      ['objectClass', 'inetOrgPerson'],
      ['uid', uid],
      ['cn', name],
      ['sn', name.split(' ').at(-1) ?? name],
      ['userPassword', hashed(password)],
    ]),
  );
}

/** The changes that give users the calendar service; each user's calendar has the user's name. */
export function calendarsLdif({ suffix, users }: DirectoryConfig): string {
  return ldif(
    ...users
      .filter(({ calendar }) => calendar)
      .map(({ uid }): Line[] => [
        ['dn', userDn(uid, suffix)],
        ['changetype', 'modify'],
        ['add', 'objectClass'],
        ['objectClass', 'icsCalendarUser'],
        '-',
        ['add', 'icsCalendar'],
        ['icsCalendar', uid],
        '-',
        ['add', 'icsStatus'],
        ['icsStatus', 'active'],
        '-',
      ]),
  );
}

type Line = [name: string, value: string] | '-';

function unit(name: string, suffix: string): Line[] {
  return [
    ['dn', `ou=${name},${suffix}`],
    ['objectClass', 'organizationalUnit'],
    ['ou', name],
  ];
}

function accountEntry({ dn, password }: Account, hashed: Hashed): Line[] {
  const [, uid] = /^uid=([^,]+),/.exec(dn) ?? [];
  if (uid === undefined) throw new Error(`the account "${dn}" does not begin with uid=`);
  return [
    ['dn', dn],
    ['objectClass', 'account'],
    ['objectClass', 'simpleSecurityObject'],
    ['uid', uid],
    ['userPassword', hashed(password)],
  ];
}

function userDn(uid: string, suffix: string): string {
  // RFC 4514: what means something in a DN, and blanks at its ends, are escaped.
  const escaped = uid.replace(/[,+"\\<>;=]|^[ #]| $/g, '\\$&');
  return `uid=${escaped},ou=People,${suffix}`;
}

function ldif(...records: Line[][]): string {
  return `${records.map((lines) => lines.map(text).join('\n')).join('\n\n')}\n`;
}

/** RFC 2849: a value that could be taken for something else goes in base64. */
function text(line: Line): string {
  if (line === '-') return line;
  const [name, value] = line;
  if (name === 'include' || /^[!-9;=-~]([ -~]*[!-~])?$/.test(value)) return `${name}: ${value}`;
  return `${name}:: ${Buffer.from(value).toString('base64')}`;
}
