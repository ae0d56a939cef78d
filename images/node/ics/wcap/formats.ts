/**
 * A reply as iCalendar (RFC 5545, the product's default) or as XML (RFC 6321). Both are made from one tree in the form
 * of jCal (RFC 7265), so that they say the same. Pure.
 */
import ICAL from 'ical.js';
import type { StoredEvent } from '../store/calendar-store.ts';
import { extended, momentOf } from './moments.ts';
import { REPLY_PROPERTIES, type Reply } from './reply.ts';
import { sayable } from './text.ts';
import { type Component, type Property, xmlOf } from './xml.ts';

export const FORMATS = ['text/calendar', 'text/xml'] as const;
export type Format = (typeof FORMATS)[number];

const PRODUCT = '-//ha-drills//ics 6.3//EN';

// RFC 5545 §3.1 wants lines of at most 75 octets; the library does not count the blank that a folded line begins with.
ICAL.foldLength = 74;

/** The library writes what it does not know without escapes, so it is told of the properties that are not RFC 5545's. */
const design = {
  ...ICAL.design.icalendar,
  property: {
    ...ICAL.design.icalendar.property,
    ...Object.fromEntries(REPLY_PROPERTIES.map((name) => [name.toLowerCase(), { defaultType: 'text' }])),
    'x-nscp-wcap-errno': { defaultType: 'integer' },
    'x-ics-applied': { defaultType: 'integer', multiValue: ',' },
  },
};

export function render(reply: Reply, format: Format, nowMs: number): string {
  const tree = treeOf(reply, nowMs);
  return format === 'text/xml' ? xmlOf(tree) : `${ICAL.stringify.component(tree, design)}\r\n`;
}

/** METHOD says that the moments in DTSTAMP are those of the reply, not of the events' last change. */
export function contentType(reply: Reply, format: Format): string {
  const method = format === 'text/calendar' && reply.events.length > 0 ? '; method=PUBLISH' : '';
  return `${format}; charset=utf-8${method}`;
}

function treeOf({ errno, properties, events }: Reply, nowMs: number): Component {
  const stamp = extended(momentOf(nowMs));
  const method: Property[] = events.length > 0 ? [text('method', 'PUBLISH')] : [];
  return [
    'vcalendar',
    [
      text('version', '2.0'),
      text('prodid', PRODUCT),
      ...method,
      ['x-nscp-wcap-errno', {}, 'integer', errno],
      ...properties.map(([name, value]) => text(name.toLowerCase(), value)),
    ],
    events.map((event) => vevent(event, stamp)),
  ];
}

function vevent(event: StoredEvent, stamp: string): Component {
  const applied: Property[] =
    event.sequences.length > 0 ? [['x-ics-applied', {}, 'integer', ...event.sequences]] : [];
  return [
    'vevent',
    [
      text('uid', event.uid),
      ['dtstamp', {}, 'date-time', stamp],
      ['dtstart', {}, 'date-time', extended(event.dtstart)],
      ['dtend', {}, 'date-time', extended(event.dtend)],
      text('summary', event.summary),
      ...applied,
    ],
    event.alarm === undefined ? [] : [valarm(event.alarm, event.summary)],
  ];
}

function valarm(moment: string, summary: string): Component {
  const trigger: Property = ['trigger', {}, 'date-time', extended(moment)];
  return ['valarm', [text('action', 'DISPLAY'), text('description', summary), trigger], []];
}

function text(name: string, value: string): Property {
  return [name, {}, 'text', sayable(value)];
}
