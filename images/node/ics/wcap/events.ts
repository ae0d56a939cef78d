/** The commands on events: they are given a user whose session lives. */
import { type CalendarEvent, type StoredEvent, StoreFailed } from '../store/calendar-store.ts';
import { calendarFor } from './access.ts';
import type { WcapContext } from './context.ts';
import { Errno, Refused } from './errno.ts';
import { alarmMoment } from './moments.ts';
import { type Parameters, wrong } from './parameters.ts';
import { type Reply, reply } from './reply.ts';

export type UserCommand = (parameters: Parameters, user: string, context: WcapContext) => Promise<Reply>;

/** Events in one reply, whatever maxresults says: a reply is made in memory. */
export const MOST_EVENTS = 1000;
const BEGINNING = '00000101T000000Z';
const END = '99991231T235959Z';

export const storeevents: UserCommand = async (parameters, user, context) => {
  const calid = parameters.needed('calid');
  const event = eventIn(parameters);
  const stored = { ...event, calid: await calendar(user, calid, context) };
  await fromStore(context.store.put(stored));
  context.publish('enp:///ics/storeevent', { calid: stored.calid, uid: stored.uid });
  return reply(Errno.ok);
};

function eventIn(parameters: Parameters): Omit<CalendarEvent, 'calid'> {
  const event = {
    uid: parameters.needed('uid'),
    dtstart: parameters.moment('dtstart'),
    dtend: parameters.moment('dtend'),
    summary: parameters.text('summary'),
  };
  if (event.uid.includes(';')) throw wrong('uid', 'a semicolon ends an id where several are asked for');
  if (event.dtend <= event.dtstart) throw wrong('dtend', 'it is not after dtstart');
  const alarm = parameters.optional('alarmStart');
  if (alarm === undefined) return event;
  const moment = alarmMoment(alarm, event.dtstart);
  if (moment === undefined)
    throw wrong('alarmStart', 'it is neither a moment in UTC nor a duration like -PT15M');
  return { ...event, alarm: moment };
}

export const fetchById: UserCommand = async (parameters, user, context) => {
  const uids = parameters.list('uid');
  const calid = await calendar(user, parameters.needed('calid'), context);
  const found = await fromStore(context.store.get(calid, uids));
  const events = found.filter((event) => event !== undefined);
  return reply(events.length === uids.length ? Errno.ok : Errno.noUid, [], events);
};

export const fetchByRange: UserCommand = async (parameters, user, context) => {
  const from = parameters.optionalMoment('dtstart') ?? BEGINNING;
  const until = parameters.optionalMoment('dtend') ?? END;
  const wanted = parameters.optionalNumber('maxresults') || MOST_EVENTS;
  if (until <= from) throw wrong('dtend', 'it is not after dtstart');
  const calid = await calendar(user, parameters.needed('calid'), context);
  const most = Math.min(wanted, MOST_EVENTS);
  const found = await fromStore(context.store.range(calid, from, until, most + 1));
  const more: Reply['properties'] = found.length > most ? [['X-ICS-MORE', '1']] : [];
  return reply(Errno.ok, more, found.slice(0, most));
};

export const deleteById: UserCommand = async (parameters, user, context) => {
  const uids = parameters.list('uid');
  const calid = await calendar(user, parameters.needed('calid'), context);
  const removed = await fromStore(context.store.remove(calid, uids));
  const gone = uids.filter((_, index) => removed[index]);
  for (const uid of gone) context.publish('enp:///ics/deleteevent', { calid, uid });
  return reply(gone.length === uids.length ? Errno.ok : Errno.noUid);
};

async function calendar(user: string, calid: string, context: WcapContext): Promise<string> {
  return await calendarFor(user, calid, context);
}

async function fromStore<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    throw new Refused(Errno.storeFailed, error.message);
  }
}

/** For `GET /ping`: the store answers, or this throws StoreFailed. */
export async function askStore({ store }: WcapContext): Promise<void> {
  const nobody: (StoredEvent | undefined)[] = await store.get('ping', ['ping']);
  if (nobody.length !== 1) throw new StoreFailed('the store answered something else than it was asked');
}
