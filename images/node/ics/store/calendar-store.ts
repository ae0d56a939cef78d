/** What the processes of the server may do with the calendar store; csstored alone has it open. */

/** An event as a client gives it. Moments are UTC, as `YYYYMMDDTHHMMSSZ`. */
export interface CalendarEvent {
  calid: string;
  uid: string;
  dtstart: string;
  dtend: string;
  summary: string;
  /** Moment of its reminder, in the same form; none without one. */
  alarm?: string;
}

export interface StoredEvent extends CalendarEvent {
  /** One number for each time the write was applied. */
  sequences: number[];
}

export interface CalendarStore {
  /** Durable when it resolves. @throws StoreFailed when nobody knows whether it is. */
  put(event: CalendarEvent): Promise<void>;
  /** In the order asked for; undefined where there is none. */
  get(calid: string, uids: readonly string[]): Promise<(StoredEvent | undefined)[]>;
  /** Those that overlap [from, until), by their beginning, `most` at the most. */
  range(calid: string, from: string, until: string, most: number): Promise<StoredEvent[]>;
  /** Whether each was there; the deletion is durable when it resolves. @throws StoreFailed as `put` does. */
  remove(calid: string, uids: readonly string[]): Promise<boolean[]>;
  /** Events of all calendars whose alarm is in [from, until). */
  alarms(from: string, until: string): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

/** The store could not do it, and what became of a write is unknown: WCAP's error 14. */
export class StoreFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFailed';
  }
}
