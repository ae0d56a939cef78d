/** What a client reads from the calendar server's replies. Pure. */
import type { FoundWrite } from '../common/protocol.ts';

/** iCalendar folds lines of more than 75 octets; this takes it back (RFC 5545 §3.1). */
export function unfolded(body: string): string {
  return body.replace(/\r?\n[ \t]/g, '');
}

/** Of an unfolded reply; undefined when it has none. */
export function errnoIn(body: string): number | undefined {
  const [, errno] = /^X-NSCP-WCAP-ERRNO:(-?\d+)\r?$/m.exec(body) ?? [];
  return errno === undefined ? undefined : Number(errno);
}

export function sessionIn(body: string): string | undefined {
  return /^X-NSCP-WCAP-SESSION-ID:(\S+)\r?$/m.exec(body)?.[1];
}

/** Why the error number is what it is, if the server says so. */
export function problemIn(body: string): string {
  return /^X-ICS-PROBLEM:(.*?)\r?$/m.exec(body)?.[1] ?? '';
}

/** What every event of the load is, but for its id and what comes of it. */
export const MEETING = { dtstart: '20261121T090000Z', dtend: '20261121T100000Z' };

export function summaryOf(uid: string): string {
  return `Meeting ${uid}`;
}

/** What of an event, as a reply has it, is other than what was written under this id; empty when nothing is. */
function differences(uid: string, event: string): string {
  const wanted = { UID: uid, SUMMARY: summaryOf(uid), DTSTART: MEETING.dtstart, DTEND: MEETING.dtend };
  return Object.entries(wanted)
    .flatMap(([name, value]) => {
      const found = new RegExp(`^${name}(?:;[^:]*)?:(.*?)\r?$`, 'm').exec(event)?.[1];
      return found === value ? [] : [`${name} is ${found ?? 'missing'} and not ${value}`];
    })
    .join(', ');
}

/** What is wrong with the reply to a read of one event; empty when it gave back what was written. */
export function wrongIn(uid: string, body: string): string {
  const [, ...events] = body.split('BEGIN:VEVENT');
  const [event] = events;
  if (event === undefined || events.length > 1) return `${events.length} events came back and not one`;
  return differences(uid, event);
}

/** Ids, in order, in as few lists as there can be that are no longer than a WCAP parameter may be. */
export function batchesOf(uids: readonly string[], longest: number): string[] {
  const batches: string[] = [];
  for (const uid of uids) {
    const longer = batches.length === 0 ? uid : `${batches.at(-1)};${uid}`;
    if (longer.length > longest || batches.length === 0) batches.push(uid);
    else batches[batches.length - 1] = longer;
  }
  return batches;
}

/** The events of an unfolded reply, each with the numbers under which it was applied. */
export function eventsIn(body: string): FoundWrite[] {
  return body
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((event) => {
      const uid = /^UID:(\S+)\r?$/m.exec(event)?.[1] ?? '';
      const wrong = differences(uid, event);
      const sequences = (/^X-ICS-APPLIED:(\S*)\r?$/m.exec(event)?.[1] ?? '')
        .split(',')
        .filter((s) => s !== '')
        .map(Number);
      return { uid, sequences, ...(wrong === '' ? {} : { wrong }) };
    });
}
