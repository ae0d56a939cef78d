/** Who may do what: users have a calendar each, of their own name; the administrator has all of them. */
import { type Directory, DirectoryDown } from '../directory/directory.ts';
import type { Settings } from '../settings.ts';
import { Errno, Refused } from './errno.ts';

/** A name that a user can have: it goes into a directory's questions and calendar names. */
const USER_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._@+' -]*[\p{L}\p{M}\p{N}])?$/u;

/** Users and calendars in the one spelling that this server has for them: a directory does not tell Ann from ann. */
export function spelled(name: string): string {
  return name.toLowerCase().normalize('NFC');
}

export function isUserName(name: string): boolean {
  return USER_NAME.test(name);
}

export function isAdministrator(user: string, settings: Settings): boolean {
  return user === spelled(settings.text('service.admin.calmaster.userid'));
}

/** Calendars that were seen to exist; the directory need not be asked again for them, nor be up. */
export class KnownCalendars {
  readonly #known = new Set<string>();
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  add(calid: string): void {
    this.#known.add(calid);
  }

  /** @throws DirectoryDown when nobody can say. */
  async has(calid: string): Promise<boolean> {
    if (this.#known.has(calid)) return true;
    const has = isUserName(calid) && (await this.#directory.knows(calid));
    if (has) this.#known.add(calid);
    return has;
  }
}

/** A directory that is down: which one, and as whom it was asked, is for the server's log and not for who is refused. */
export function whileDown(
  error: unknown,
  problem: (error: unknown) => void,
  errno: Errno,
  what: string,
): unknown {
  if (!(error instanceof DirectoryDown)) return error;
  problem(error.message);
  return new Refused(errno, `directory-down: nobody can say ${what}; try again later`);
}

/** The calendar that `calid` names, if this user may use it. @throws Refused when not, or when there is none. */
export async function calendarFor(
  user: string,
  calid: string,
  {
    settings,
    calendars,
    problem,
  }: { settings: Settings; calendars: KnownCalendars; problem: (error: unknown) => void },
): Promise<string> {
  const calendar = spelled(calid);
  if (calendar === user) return calendar;
  let exists: boolean;
  try {
    exists = await calendars.has(calendar);
  } catch (error) {
    throw whileDown(error, problem, Errno.denied, 'whether there is a calendar of that name');
  }
  if (!exists) throw new Refused(Errno.noCalendar);
  if (!isAdministrator(user, settings)) throw new Refused(Errno.denied);
  return calendar;
}
