/** What the store is to do, as a map in memory; the order of events that begin together is by their uid. */
import type { CalendarStore, StoredEvent } from '../../images/node/ics/store/calendar-store.ts';
import { memoryStore } from './memory-store.ts';

const before = (one: string[], other: string[]): number => {
  const at = one.findIndex((text, index) => text !== other[index]);
  const [left = '', right = ''] = [one[at], other[at]];
  return at < 0 ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
};

export function modelStore(): CalendarStore {
  const model = memoryStore();
  const chosen = (want: (event: StoredEvent) => boolean, by: (event: StoredEvent) => string[]) =>
    [...model.events.values()].filter(want).sort((one, other) => before(by(one), by(other)));
  return {
    ...model,
    range: async (calid, from, until, most) =>
      chosen(
        ({ calid: own, dtstart, dtend }) =>
          own === calid && dtstart < until && (dtend > from || dtstart >= from),
        ({ dtstart, uid }) => [dtstart, uid],
      ).slice(0, most),
    alarms: async (from, until) =>
      chosen(
        ({ alarm = '' }) => alarm >= from && alarm < until && alarm !== '',
        ({ alarm = '', calid, uid }) => [alarm, calid, uid],
      ),
  };
}
