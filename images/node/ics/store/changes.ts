/** What can be done to the store, as data: for the protocol, the group commit and the log of transactions. Pure. */
import { crc32 } from 'node:zlib';
import type { CalendarEvent } from './calendar-store.ts';

export type Change =
  | { op: 'put'; event: CalendarEvent }
  | { op: 'remove'; calid: string; uids: readonly string[] };

export type Question =
  | { op: 'get'; calid: string; uids: readonly string[] }
  | { op: 'range'; calid: string; from: string; until: string; most: number }
  | { op: 'alarms'; from: string; until: string };

/** What a caller asked for is not something that a store can do. */
export class NotARequest extends Error {
  constructor(what: string) {
    super(`not a request: ${what}`);
    this.name = 'NotARequest';
  }
}

/** Longest text of a field, in UTF-16 units: far above what WCAP lets through. */
export const LONGEST_TEXT = 65_536;
/** Most events in one request or answer. */
export const MOST_EVENTS = 100_000;

/** RFC 5545 §3.3.5, form 2: date with UTC time. */
export function isMoment(text: unknown): text is string {
  return typeof text === 'string' && /^\d{8}T\d{6}Z$/.test(text);
}

/** Lone halves of surrogate pairs and NUL do not come back from a database as they went in. */
function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= LONGEST_TEXT &&
    value.isWellFormed() &&
    !value.includes('\u0000')
  );
}

function text(from: Record<string, unknown>, name: string): string {
  const value = from[name];
  if (!isText(value)) throw new NotARequest(`${name} is not a text of at most ${LONGEST_TEXT} characters`);
  return value;
}

function moment(from: Record<string, unknown>, name: string): string {
  const value = from[name];
  if (!isMoment(value)) throw new NotARequest(`${name} is not a moment like 20260102T030405Z`);
  return value;
}

function key(from: Record<string, unknown>, name: string): string {
  const value = text(from, name);
  if (value === '') throw new NotARequest(`${name} is empty`);
  return value;
}

function keys(from: Record<string, unknown>): string[] {
  const value = from['uids'];
  if (!Array.isArray(value) || value.length > MOST_EVENTS)
    throw new NotARequest(`uids is not a list of at most ${MOST_EVENTS}`);
  return value.map((uid) => key({ uid }, 'uid'));
}

function fields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new NotARequest(`${what} is not an object`);
  return value as Record<string, unknown>;
}

/** @throws NotARequest */
export function eventOf(value: unknown): CalendarEvent {
  const from = fields(value, 'event');
  const event = {
    calid: key(from, 'calid'),
    uid: key(from, 'uid'),
    dtstart: moment(from, 'dtstart'),
    dtend: moment(from, 'dtend'),
    summary: text(from, 'summary'),
  };
  return from['alarm'] === undefined ? event : { ...event, alarm: moment(from, 'alarm') };
}

/** @throws NotARequest unless it is one that the store can perform. */
export function requestOf(value: unknown): Change | Question {
  const from = fields(value, 'request');
  switch (from['op']) {
    case 'put':
      return { op: 'put', event: eventOf(from['event']) };
    case 'remove':
    case 'get':
      return { op: from['op'], calid: key(from, 'calid'), uids: keys(from) };
    case 'range': {
      const most = from['most'];
      if (typeof most !== 'number' || !Number.isInteger(most) || most < 0 || most > MOST_EVENTS)
        throw new NotARequest(`most is not a whole number from 0 to ${MOST_EVENTS}`);
      return {
        op: 'range',
        calid: key(from, 'calid'),
        from: moment(from, 'from'),
        until: moment(from, 'until'),
        most,
      };
    }
    case 'alarms':
      return { op: 'alarms', from: moment(from, 'from'), until: moment(from, 'until') };
    default:
      throw new NotARequest(`op is ${JSON.stringify(from['op'])?.slice(0, 40)}`);
  }
}

export function isChange(request: Change | Question): request is Change {
  return request.op === 'put' || request.op === 'remove';
}

/** Kept beside each event, so that a damaged row shows even where the database's structure is sound. */
export function checksumOf(event: CalendarEvent): number {
  const { calid, uid, dtstart, dtend, summary, alarm } = event;
  return crc32(JSON.stringify([calid, uid, dtstart, dtend, summary, alarm ?? '']));
}
