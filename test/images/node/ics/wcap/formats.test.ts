import { expect } from 'chai';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { create } from 'xmlbuilder2';
import type { StoredEvent } from '../../../../../images/node/ics/store/calendar-store.ts';
import { render } from '../../../../../images/node/ics/wcap/formats.ts';
import { type Reply, reply } from '../../../../../images/node/ics/wcap/reply.ts';
import { sayable } from '../../../../../images/node/ics/wcap/text.ts';
import { escapeXml } from '../../../../../images/node/ics/wcap/xml.ts';
import { readValue } from '../../../../helpers/wcap-server.ts';

const NOW = Date.parse('2026-11-20T08:00:00Z');
const event: StoredEvent = {
  calid: 'ann',
  uid: 'u1',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'Tea',
  alarm: '20261121T084500Z',
  sequences: [4, 9],
};
const shown = reply(0, [['X-ICS-MORE', '1']], [event]);
const calendar = (made: Reply) => render(made, 'text/calendar', NOW);
const xml = (made: Reply) => render(made, 'text/xml', NOW);

/** Texts that two formats have trouble with, and any others. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '\r',
      '\n',
      ';',
      ',',
      '\\',
      ':',
      '"',
      '^',
      '<',
      '>',
      '&',
      "'",
      ']',
      'é',
      '🐧',
      '\t',
      ' ',
    ),
    maxLength: 300,
    size: 'max',
  }),
  fc.constantFrom(
    ']]>',
    '<![CDATA[',
    '<script>alert(1)</script>',
    'END:VCALENDAR',
    '\r\nATTENDEE:x',
    '\\n',
    '&amp;',
    '%00',
    '-->',
  ),
);

describe('a reply in iCalendar', () => {
  it('is this', () => {
    expect(calendar(shown).split('\r\n')).to.deep.equal([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//ha-drills//ics 6.3//EN',
      'METHOD:PUBLISH',
      'X-NSCP-WCAP-ERRNO:0',
      'X-ICS-MORE:1',
      'BEGIN:VEVENT',
      'UID:u1',
      'DTSTAMP:20261120T080000Z',
      'DTSTART:20261121T090000Z',
      'DTEND:20261121T100000Z',
      'SUMMARY:Tea',
      'X-ICS-APPLIED:4,9',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Tea',
      'TRIGGER;VALUE=DATE-TIME:20261121T084500Z',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('has no method and no event when it is only a number', () => {
    expect(calendar(reply(28)).split('\r\n')).to.deep.equal([
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//ha-drills//ics 6.3//EN', 'X-NSCP-WCAP-ERRNO:28'],
      ...['END:VCALENDAR', ''],
    ]);
  });

  it('has lines of 75 octets at the most, folded between characters, that carry every text whole', () => {
    fc.assert(
      fc.property(texts, texts, (summary, problem) => {
        const body = calendar(
          reply(0, [['X-ICS-PROBLEM', problem]], [{ ...event, summary, uid: sayable(problem) }]),
        );
        expect(body.replaceAll('\r\n', '')).to.not.match(/[\r\n]/);
        for (const line of body.split('\r\n')) {
          expect(Buffer.byteLength(line), line).to.be.at.most(75);
          expect(line).to.not.match(/\p{Cs}/u);
        }
        const read = new ICAL.Component(ICAL.parse(body) as unknown[]);
        expect(read.getAllProperties('x-ics-problem').map(readValue)).to.deep.equal([sayable(problem)]);
        const [one, ...others] = read.getAllSubcomponents();
        expect(others).to.deep.equal([]);
        expect(one?.getFirstPropertyValue('summary')).to.equal(sayable(summary));
        expect(one?.getAllProperties().map(({ name }) => name)).to.deep.equal([
          'uid',
          'dtstamp',
          'dtstart',
          'dtend',
          'summary',
          'x-ics-applied',
        ]);
      }),
    );
  });

  it('says the same after folding was undone by hand', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300, size: 'max' }), (summary) => {
        const lines = calendar(reply(0, [], [{ ...event, summary }]))
          .replaceAll('\r\n ', '')
          .split('\r\n');
        const value = lines.find((line) => line.startsWith('SUMMARY:'))?.slice('SUMMARY:'.length) ?? '';
        const read = value.replace(/\\(.)/gu, (_, one: string) => (one === 'n' ? '\n' : one));
        expect(read).to.equal(sayable(summary));
      }),
    );
  });
});

describe('a reply in XML', () => {
  it('is this', () => {
    const properties = (...inner: string[]) => `<properties>${inner.join('')}</properties>`;
    expect(xml(shown)).to.equal(
      [
        '<?xml version="1.0" encoding="UTF-8"?>\n<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><vcalendar>',
        properties(
          '<version><text>2.0</text></version><prodid><text>-//ha-drills//ics 6.3//EN</text></prodid>',
          '<method><text>PUBLISH</text></method><x-nscp-wcap-errno><integer>0</integer></x-nscp-wcap-errno>',
          '<x-ics-more><text>1</text></x-ics-more>',
        ),
        '<components><vevent>',
        properties(
          '<uid><text>u1</text></uid><dtstamp><date-time>2026-11-20T08:00:00Z</date-time></dtstamp>',
          '<dtstart><date-time>2026-11-21T09:00:00Z</date-time></dtstart>',
          '<dtend><date-time>2026-11-21T10:00:00Z</date-time></dtend><summary><text>Tea</text></summary>',
          '<x-ics-applied><integer>4</integer><integer>9</integer></x-ics-applied>',
        ),
        '<components><valarm>',
        properties(
          '<action><text>DISPLAY</text></action><description><text>Tea</text></description>',
          '<trigger><date-time>2026-11-21T08:45:00Z</date-time></trigger>',
        ),
        '</valarm></components></vevent></components></vcalendar></icalendar>\n',
      ].join(''),
    );
  });

  it('carries every text whole, and nothing of it becomes a tag', () => {
    fc.assert(
      fc.property(texts, texts, (summary, problem) => {
        const tree = create(
          { skipWhitespaceOnlyText: false },
          xml(reply(0, [['X-ICS-PROBLEM', problem]], [{ ...event, summary }])),
        );
        const found = tree.filter((node) => node.node.nodeType === 1, false, true);
        const said = (name: string) =>
          found.filter(({ node }) => node.nodeName === name).map(({ node }) => node.textContent);
        expect(said('x-ics-problem')).to.deep.equal([sayable(problem)]);
        expect(said('summary')).to.deep.equal([sayable(summary)]);
        expect(said('script')).to.deep.equal([]);
      }),
    );
  });

  it('escapes what begins or ends a tag, a reference or a value', () => {
    expect(escapeXml(`]]><a b="c" d='e'>&`)).to.equal(']]&gt;&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;');
  });
});
