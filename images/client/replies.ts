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
    .map((event) => ({
      uid: /^UID:(\S+)\r?$/m.exec(event)?.[1] ?? '',
      sequences: (/^X-ICS-APPLIED:(\S*)\r?$/m.exec(event)?.[1] ?? '')
        .split(',')
        .filter((s) => s !== '')
        .map(Number),
    }));
}
