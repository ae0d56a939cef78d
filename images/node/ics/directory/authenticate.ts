/**
 * The directory as an instance asks it, over LDAP: the account of the service looks the user up, then the user's own
 * name and password are tried. Each question has a connection of its own: a login is rare and takes three round trips,
 * while a connection that is kept shows only by a timeout that the other end has gone, and after a bind it is the
 * user's. So a directory that is back is used at once.
 */
import { AndFilter, Client, EqualityFilter, ResultCodeError } from 'ldapts';
import type { Settings } from '../settings.ts';
import { type Directory, DirectoryDown } from './directory.ts';
import { type LdapPlace, placeOf } from './ldap-place.ts';

/** What comm_dssetup.pl makes the directory know. */
const USER_CLASS = 'icsCalendarUser';
/** RFC 4511, appendix A. */
const NO_SUCH_OBJECT = 32;
const SIZE_LIMIT_EXCEEDED = 4;
const INVALID_CREDENTIALS = 49;
/** With these the directory says no to a user; with any other it says that it cannot answer. */
const REFUSALS: ReadonlySet<number> = new Set([
  19, // constraint violation: locked, say
  NO_SUCH_OBJECT,
  48, // inappropriate authentication: the user has no password
  INVALID_CREDENTIALS,
  50, // insufficient access
  53, // unwilling to perform
]);

/** @throws Error when ics.conf does not say where the directory is. */
export function directoryOf(settings: Settings): Directory {
  const place = placeOf(settings);
  let prepared = false;
  const find = async (client: Client, user: string) => {
    const found = await userCalled(client, place, user);
    // What was prepared stays so: asked no more than once of a server's life, since the answer is long.
    if (found === undefined && !prepared) await needPrepared(client, place);
    prepared = true;
    return found;
  };
  return {
    authenticate: async (user, password) => {
      // LDAP takes a bind without a password for one of nobody, which succeeds (RFC 4513 §5.1.2).
      if (user === '' || password === '') return 'denied';
      return await asked(place, async (client) => {
        const found = await find(client, user);
        return found !== undefined && (await isPasswordOf(client, found, password)) ? 'ok' : 'denied';
      });
    },
    knows: async (user) =>
      user !== '' && (await asked(place, async (client) => (await find(client, user)) !== undefined)),
  };
}

/** @throws DirectoryDown with what was asked when the directory does not answer, or not that. */
async function asked<T>(place: LdapPlace, question: (client: Client) => Promise<T>): Promise<T> {
  const { url, account, timeoutMs, connectTimeoutMs } = place;
  await using client = new Client({ url, timeout: timeoutMs, connectTimeout: connectTimeoutMs });
  try {
    await client.bind(account?.dn ?? '', account?.password ?? '');
    return await question(client);
  } catch (error) {
    if (error instanceof DirectoryDown) throw error;
    const who = account === null ? 'anonymously' : `as ${account.dn}`;
    const limits = `${connectTimeoutMs} ms to connect, ${timeoutMs} ms for an answer`;
    throw new DirectoryDown(`the directory ${url} cannot be asked ${who} (${limits}): ${reason(error)}`, {
      cause: error,
    });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ResultCodeError) return resultOf(error);
  // Several addresses that all failed come as one error without a message of its own.
  const parts = error instanceof AggregateError ? error.errors.map(reason) : [error.message];
  return parts.join('; ').replace(/\s+/g, ' ').trim();
}

function resultOf({ code, message }: ResultCodeError): string {
  const text = message.replace(/ *Code: 0x[0-9a-f]+$/, '');
  const refused = code === INVALID_CREDENTIALS ? 'it refuses that name and password, ' : '';
  return `${refused}LDAP result ${code}${text === '' ? '' : `, ${text}`}`;
}

function spelled(name: string): string {
  return name.toLowerCase().normalize('NFC');
}

/**
 * The DN of a user who has the calendar service. The filter is built of values, not of text, so nothing that a user
 * types can change what is asked.
 */
async function userCalled(client: Client, place: LdapPlace, user: string): Promise<string | undefined> {
  const filter = new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'objectClass', value: USER_CLASS }),
      new EqualityFilter({ attribute: 'uid', value: user }),
    ],
  });
  const entries = await searched(client, place, filter);
  if (entries.length > 1) throw new DirectoryDown(`several users below ${place.base} have the name ${user}`);
  const [entry] = entries;
  if (entry === undefined) return undefined;
  // LDAP also overlooks blanks in a name; "ann " would be a user with a calendar of another name.
  const isNamed = values(entry['uid']).some((uid) => spelled(uid) === spelled(user));
  const [status = 'active'] = values(entry['icsStatus']);
  return isNamed && status.toLowerCase() === 'active' ? entry.dn : undefined;
}

async function searched(client: Client, { base, url }: LdapPlace, filter: AndFilter) {
  try {
    const attributes = ['uid', 'icsStatus'];
    return (await client.search(base, { scope: 'sub', filter, attributes, sizeLimit: 2 })).searchEntries;
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    if (error.code === NO_SUCH_OBJECT)
      throw new DirectoryDown(
        `the directory ${url} shows no entry ${base} (local.authldapbasedn), or not to this account`,
        { cause: error },
      );
    if (error.code === SIZE_LIMIT_EXCEEDED)
      throw new DirectoryDown(`several users below ${base} have the same name`, { cause: error });
    throw error;
  }
}

/** In a directory that was never prepared nobody can be found, which is not the users' fault. */
async function needPrepared(client: Client, { url }: LdapPlace): Promise<void> {
  const { searchEntries } = await client.search('cn=Subschema', {
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: ['objectClasses'],
  });
  if (values(searchEntries[0]?.['objectClasses']).some((text) => text.includes(`'${USER_CLASS}'`))) return;
  throw new DirectoryDown(
    `the directory ${url} does not know the class ${USER_CLASS}: run comm_dssetup.pl on its machine`,
  );
}

function values(attribute: unknown): string[] {
  return (Array.isArray(attribute) ? attribute : [attribute]).filter((value) => typeof value === 'string');
}

async function isPasswordOf(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof ResultCodeError && REFUSALS.has(error.code)) return false;
    throw error;
  }
}
