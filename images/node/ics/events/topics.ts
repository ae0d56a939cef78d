/** What the processes of the server tell each other through enpd. */
export const TOPICS = {
  /** A reminder is due: calid, uid, summary, dtstart, alarm. */
  alarm: 'enp:///ics/alarm',
  /** An event has been stored: calid, uid. */
  stored: 'enp:///ics/storeevent',
  /** An event has been deleted: calid, uid. */
  deleted: 'enp:///ics/deleteevent',
  /** The disk of the store fills up: path, available (percent). */
  disk: 'enp:///ics/diskalarm',
} as const;

/** Something that happened, in words of text and numbers. */
export type Event = Record<string, unknown>;
