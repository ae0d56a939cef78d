/** What a command answers, whatever the format. Pure. */
import type { StoredEvent } from '../store/calendar-store.ts';
import type { Errno } from './errno.ts';

/** Properties of the reply as a whole, in the product's words where it has them. */
export const REPLY_PROPERTIES = [
  'X-NSCP-WCAP-SESSION-ID',
  'X-NSCP-WCAP-USER-ID',
  'X-NSCP-WCAP-CALENDAR-ID',
  'X-NSCP-WCAP-CHECK-ID',
  /** Why the error number is what it is, for people; one word and a colon first where programs must tell. */
  'X-ICS-PROBLEM',
  /** One setting that the instance runs with, `name=value`. */
  'X-ICS-SETTING',
  /** There are more events than the reply has. */
  'X-ICS-MORE',
] as const;
export type ReplyProperty = (typeof REPLY_PROPERTIES)[number];

export interface Reply {
  errno: Errno;
  properties: [name: ReplyProperty, value: string][];
  events: StoredEvent[];
}

export function reply(errno: Errno, properties: Reply['properties'] = [], events: StoredEvent[] = []): Reply {
  return { errno, properties, events };
}
