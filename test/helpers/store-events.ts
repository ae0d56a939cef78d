/** Events for tests of the store. */
import type { CalendarEvent } from '../../images/node/ics/store/calendar-store.ts';

export function eventNamed(uid: string, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    calid: 'user1',
    uid,
    dtstart: '20260102T030405Z',
    dtend: '20260102T040405Z',
    summary: `Event ${uid}`,
    ...more,
  };
}
