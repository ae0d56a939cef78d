import { expect } from 'chai';
import {
  errnoIn,
  eventsIn,
  MEETING,
  problemIn,
  sessionIn,
  summaryOf,
  unfolded,
  wrongIn,
} from '../../../images/client/replies.ts';
import { render } from '../../../images/node/ics/wcap/formats.ts';
import { reply } from '../../../images/node/ics/wcap/reply.ts';

const event = { calid: 'ann', ...MEETING };
const meeting = (uid: string) => ({ ...event, uid, summary: summaryOf(uid), sequences: [7] });
const sent = (...how: Parameters<typeof reply>) => render(reply(...how), 'text/calendar', 0);
const read = (...how: Parameters<typeof reply>) => unfolded(sent(...how));

describe("the client's reading of replies", () => {
  it('finds each event with its numbers, however long the lines are', () => {
    const sequences = Array.from({ length: 60 }, (_, i) => 1_000_000 + i);
    const events = ['a', 'b'.repeat(200), 'c'].map((uid) => ({ ...meeting(uid), sequences }));
    expect(sent(0, [], events)).to.match(/\r\n /, 'no line was folded: this test tests nothing');
    expect(eventsIn(read(0, [], events))).to.deep.equal(events.map(({ uid }) => ({ uid, sequences })));
  });

  it('finds an event that was never applied, and none where there is none', () => {
    const never = { ...meeting('a'), sequences: [] };
    expect(eventsIn(read(0, [], [never]))).to.deep.equal([{ uid: 'a', sequences: [] }]);
    expect(eventsIn(read(59))).to.deep.equal([]);
  });

  it('finds the error number, which no text of a reply can forge', () => {
    expect([-1, 0, 28].map((errno) => errnoIn(read(errno as -1 | 0 | 28)))).to.deep.equal([-1, 0, 28]);
    expect(errnoIn(read(14, [['X-ICS-PROBLEM', 'x\r\nX-NSCP-WCAP-ERRNO:0']]))).to.equal(14);
    expect(errnoIn('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')).to.equal(undefined);
  });

  it('finds what of an event is other than what was written', () => {
    const [own, other] = [meeting('a'.repeat(90)), meeting('b')];
    expect(wrongIn(own.uid, read(0, [], [own]))).to.equal('');
    expect(wrongIn('b', read(0, [], [{ ...other, summary: 'Meeting a' }]))).to.match(
      /^SUMMARY is Meeting a and not Meeting b$/,
    );
    expect(wrongIn('b', read(0, [], [{ ...other, dtend: '20261121T110000Z' }]))).to.match(/^DTEND/);
    expect(wrongIn('a', read(0, [], [other]))).to.match(/^UID is b and not a, SUMMARY/);
    expect(wrongIn('b', read(0, [], [other, own]))).to.match(/^2 events/);
    expect(wrongIn('b', read(0))).to.match(/^0 events/);
    const changed = { ...other, summary: 'Meeting' };
    expect(eventsIn(read(0, [], [changed]))[0]?.wrong).to.match(/^SUMMARY is Meeting and not/);
  });

  it('finds why a command was refused', () => {
    expect(problemIn(read(1, [['X-ICS-PROBLEM', 'directory-down: nobody answers']]))).to.match(
      /^directory-down/,
    );
    expect(problemIn(read(0))).to.equal('');
  });

  it('finds the session', () => {
    expect(sessionIn(read(0, [['X-NSCP-WCAP-SESSION-ID', 'abc123']]))).to.equal('abc123');
    expect(sessionIn(read(28))).to.equal(undefined);
  });
});
