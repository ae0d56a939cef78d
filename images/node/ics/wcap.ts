/**
 * The commands of WCAP that exist so far, on a store. Pure but for the store: a call goes in, a reply comes out.
 * Error numbers are the product's: 0 ok, 1 session invalid, 14 store failed, 28 denied, 41 parameter missing,
 * 59 no uid, -1 logged out.
 */
import type { CalendarEvent, StoredEvent } from './store.ts';

export const Errno = {
  ok: 0,
  sessionInvalid: 1,
  storeFailed: 14,
  denied: 28,
  missing: 41,
  noUid: 59,
  loggedOut: -1,
} as const;

/** The product's limit on the length of one parameter, in characters. */
const LONGEST_PARAMETER = 1024;

export interface WcapReply {
  errno: number;
  /** Lines of the calendar's body. */
  lines: string[];
}

export interface WcapContext {
  /** User → password. */
  users: Map<string, string>;
  sessions: Map<string, string>;
  newSession(): string;
  write(event: CalendarEvent): void;
  read(calid: string, uid: string): StoredEvent | undefined;
}

type Command = (query: URLSearchParams, context: WcapContext) => WcapReply;

const reply = (errno: number, ...lines: string[]): WcapReply => ({ errno, lines });

/** The values of parameters that must be there; undefined when one is missing or too long. */
function parameters(query: URLSearchParams, names: string[]): string[] | undefined {
  const values = names.map((name) => query.get(name) ?? '');
  return values.every((value) => value !== '' && value.length <= LONGEST_PARAMETER) ? values : undefined;
}

/** RFC 5545 §3.3.11: what separates or ends a text must be escaped in it. */
function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r\n|[\r\n]/g, '\\n');
}

function vevent(event: StoredEvent): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(event.uid)}`,
    `DTSTART:${event.dtstart}`,
    `DTEND:${event.dtend}`,
    `SUMMARY:${escapeText(event.summary)}`,
    `X-ICS-APPLIED:${event.sequences.join(',')}`,
    'END:VEVENT',
  ];
}

const login: Command = (query, { users, sessions, newSession }) => {
  const values = parameters(query, ['user', 'password']);
  if (values === undefined) return reply(Errno.missing);
  const [user = '', password] = values;
  if (users.get(user) !== password) return reply(Errno.denied);
  const session = newSession();
  sessions.set(session, user);
  return reply(Errno.ok, `X-NSCP-WCAP-SESSION-ID:${session}`, `X-NSCP-WCAP-USER-ID:${user}`);
};

const logout: Command = (query, { sessions }) =>
  reply(sessions.delete(query.get('id') ?? '') ? Errno.loggedOut : Errno.sessionInvalid);

const storeevents: Command = (query, { write }) => {
  const values = parameters(query, ['calid', 'uid', 'dtstart', 'dtend', 'summary']);
  if (values === undefined) return reply(Errno.missing);
  const [calid = '', uid = '', dtstart = '', dtend = '', summary = ''] = values;
  if (![dtstart, dtend].every((moment) => /^\d{8}T\d{6}Z$/.test(moment))) return reply(Errno.missing);
  write({ calid, uid, dtstart, dtend, summary });
  return reply(Errno.ok);
};

const fetchevents: Command = (query, { read }) => {
  const values = parameters(query, ['calid', 'uid']);
  if (values === undefined) return reply(Errno.missing);
  const [calid = '', uids = ''] = values;
  const found = uids.split(';').map((uid) => read(calid, uid));
  const events = found.filter((event) => event !== undefined);
  return reply(events.length === found.length ? Errno.ok : Errno.noUid, ...events.flatMap(vevent));
};

const commands: Record<string, { needsSession: boolean; run: Command }> = {
  '/login.wcap': { needsSession: false, run: login },
  '/logout.wcap': { needsSession: false, run: logout },
  '/storeevents.wcap': { needsSession: true, run: storeevents },
  '/fetchevents_by_id.wcap': { needsSession: true, run: fetchevents },
};

/** Answers one call; undefined when there is no such command. A failure of the store becomes error 14. */
export function answer(path: string, query: URLSearchParams, context: WcapContext): WcapReply | undefined {
  const command = commands[path];
  if (command === undefined) return undefined;
  if (command.needsSession && !context.sessions.has(query.get('id') ?? ''))
    return reply(Errno.sessionInvalid);
  try {
    return command.run(query, context);
  } catch (error) {
    return reply(
      Errno.storeFailed,
      `X-ICS-PROBLEM:${escapeText(error instanceof Error ? error.message : String(error))}`,
    );
  }
}

/** The reply as the product sends it: an iCalendar object with the error number among its properties. */
export function render({ errno, lines }: WcapReply): string {
  const head = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//ha-drills//ics 6.3//EN',
    `X-NSCP-WCAP-ERRNO:${errno}`,
  ];
  return [...head, ...lines, 'END:VCALENDAR', ''].join('\r\n');
}
