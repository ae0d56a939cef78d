/**
 * Stores of sabotages. "ack-before-durable": says yes while a write is still in memory alone. "full-for-ever": once it
 * has failed for want of room, it goes on doing so. "slow-is-broken": takes a disk that is slow for one that fails.
 */
import { after, monotonicMs } from '../../../common/clock.ts';
import { type CalendarEvent, type CalendarStore, StoreFailed } from './calendar-store.ts';

/** How long an acknowledged write stays in memory, in ms. */
const HELD_BACK_MS = 500;

/** Longer than a write takes on a disk that is well, in ms. */
const SLOW_MS = 60;
const SLOW_IN_A_ROW = 5;

export interface BrokenWays {
  acknowledgeEarly?: boolean;
  fullForEver?: boolean;
  slowIsBroken?: boolean;
  broken(reason: unknown): void;
}

/** The store as a sabotage has it; the store itself without one. */
export function sabotagedStore(store: CalendarStore, ways: BrokenWays): CalendarStore {
  if (ways.acknowledgeEarly) return acknowledgingEarly(store);
  if (ways.fullForEver) return fullForEver(store);
  return ways.slowIsBroken ? slowIsBroken(store, ways.broken) : store;
}

export function acknowledgingEarly(store: CalendarStore): CalendarStore {
  const heldBack = new Map<string, CalendarEvent>();
  const key = (calid: string, uid: string) => JSON.stringify([calid, uid]);
  return {
    put: async (event) => {
      const held = key(event.calid, event.uid);
      heldBack.set(held, event);
      after(HELD_BACK_MS, () => {
        store
          .put(event)
          .finally(() => heldBack.delete(held))
          .catch(() => undefined);
      });
    },
    get: async (calid, uids) => {
      const found = await store.get(calid, uids);
      return uids.map((uid, at) => {
        const held = heldBack.get(key(calid, uid));
        return held ? { ...held, sequences: [] } : found[at];
      });
    },
    range: (...query) => store.range(...query),
    remove: (...query) => store.remove(...query),
    alarms: (...query) => store.alarms(...query),
    close: () => store.close(),
  };
}

export function fullForEver(store: CalendarStore): CalendarStore {
  let failure: StoreFailed | undefined;
  return {
    put: async (event) => {
      if (failure) throw failure;
      try {
        await store.put(event);
      } catch (error) {
        if (error instanceof StoreFailed) failure = error;
        throw error;
      }
    },
    get: (...query) => store.get(...query),
    range: (...query) => store.range(...query),
    remove: (...query) => store.remove(...query),
    alarms: (...query) => store.alarms(...query),
    close: () => store.close(),
  };
}

export function slowIsBroken(store: CalendarStore, broken: (reason: unknown) => void): CalendarStore {
  let slow = 0;
  return {
    put: async (event) => {
      const beganMs = monotonicMs();
      await store.put(event);
      slow = monotonicMs() - beganMs > SLOW_MS ? slow + 1 : 0;
      if (slow === SLOW_IN_A_ROW) broken(new StoreFailed('the disk does not answer'));
    },
    get: (...query) => store.get(...query),
    range: (...query) => store.range(...query),
    remove: (...query) => store.remove(...query),
    alarms: (...query) => store.alarms(...query),
    close: () => store.close(),
  };
}
