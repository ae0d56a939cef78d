/** What the commands of WCAP work on. */
import type { Directory } from '../directory/directory.ts';
import type { Settings } from '../settings.ts';
import type { CalendarStore } from '../store/calendar-store.ts';
import type { KnownCalendars } from './access.ts';
import type { Sessions } from './sessions.ts';

/** What others are told of a calendar, through the event broker. */
export type Topic = 'enp:///ics/storeevent' | 'enp:///ics/deleteevent';

export interface WcapContext {
  store: CalendarStore;
  directory: Directory;
  calendars: KnownCalendars;
  sessions: Sessions;
  settings: Settings;
  /** Neither waits nor fails: a broker that is down costs its subscribers the news, and nobody the write. */
  publish(topic: Topic, event: { calid: string; uid: string }): void;
  /** What clients need not know goes into the server's log. */
  problem(error: unknown): void;
  /** Monotonic, for the age of sessions. */
  nowMs(): number;
}
