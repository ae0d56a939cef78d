/**
 * Which reminders are to be sent now. A look covers the time since the last one and a little of what was looked at
 * already, because an event may reach the store a moment after its own reminder was due; what was sent of that time is
 * remembered, so each reminder goes out once. Pure.
 */
import type { StoredEvent } from '../store/calendar-store.ts';

/** An event stored up to so long after its reminder was due is still reminded of, in ms. */
export const OVERLAP_MS = 60_000;

export interface Mark {
  /** Everything that was due before this moment has been sent, in ms since 1970. */
  untilMs: number;
  /** Keys of reminders that were sent and are in the overlap, or later. */
  sent: readonly string[];
}

export interface Look {
  fromMs: number;
  untilMs: number;
}

/** The next look; a clock that was set back does not take sent reminders for new. */
export function lookAfter(mark: Mark, nowMs: number): Look {
  return { fromMs: mark.untilMs - OVERLAP_MS, untilMs: Math.max(mark.untilMs, nowMs) };
}

/** Another moment for the same event is another reminder. */
export function keyOf({ calid, uid, alarm = '' }: StoredEvent): string {
  return JSON.stringify([alarm, calid, uid]);
}

export function unsent(found: readonly StoredEvent[], mark: Mark): StoredEvent[] {
  const sent = new Set(mark.sent);
  return found.filter((event) => !sent.has(keyOf(event)));
}

/** The mark after a look in which `found` was there and all of `sent` went out; `complete` if none is left. */
export function markAfter(
  mark: Mark,
  look: Look,
  found: readonly StoredEvent[],
  sent: readonly StoredEvent[],
  complete: boolean,
): Mark {
  const untilMs = complete ? look.untilMs : mark.untilMs;
  const since = momentOf(untilMs - OVERLAP_MS);
  // What is not found any more, or is older than the next look, needs no memory.
  const kept = new Set([...mark.sent, ...sent.map(keyOf)]);
  const remembered = found.filter((event) => (event.alarm ?? '') >= since && kept.has(keyOf(event)));
  return { untilMs, sent: remembered.map(keyOf) };
}

/** As the store has it: UTC, `YYYYMMDDTHHMMSSZ`. */
export function momentOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
