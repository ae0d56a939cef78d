/** A calendar store in memory, for tests of what stands above it. */
import type {
  CalendarEvent,
  CalendarStore,
  StoredEvent,
} from '../../images/node/ics/store/calendar-store.ts';

export interface MemoryStore extends CalendarStore {
  events: Map<string, StoredEvent>;
}

export function memoryStore(over: Partial<CalendarStore> = {}): MemoryStore {
  const events = new Map<string, StoredEvent>();
  const key = (calid: string, uid: string) => JSON.stringify([calid, uid]);
  let sequence = 0;
  const sorted = (chosen: (event: StoredEvent) => boolean) =>
    [...events.values()].filter(chosen).sort((one, other) => (one.dtstart < other.dtstart ? -1 : 1));
  return {
    events,
    put: async (event: CalendarEvent) => {
      sequence += 1;
      const before = events.get(key(event.calid, event.uid))?.sequences ?? [];
      events.set(key(event.calid, event.uid), { ...event, sequences: [...before, sequence] });
    },
    get: async (calid, uids) => uids.map((uid) => events.get(key(calid, uid))),
    range: async (calid, from, until, most) =>
      sorted((event) => event.calid === calid && event.dtstart < until && event.dtend > from).slice(0, most),
    remove: async (calid, uids) => uids.map((uid) => events.delete(key(calid, uid))),
    alarms: async (from, until) =>
      sorted(({ alarm }) => alarm !== undefined && alarm >= from && alarm < until),
    close: async () => undefined,
    ...over,
  };
}
