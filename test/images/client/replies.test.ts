import { expect } from 'chai';
import { errnoIn, eventsIn, sessionIn, unfolded } from '../../../images/client/replies.ts';
import { render } from '../../../images/node/ics/wcap/formats.ts';
import { reply } from '../../../images/node/ics/wcap/reply.ts';

const event = {
  calid: 'ann',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'x'.repeat(300),
};
const sent = (...how: Parameters<typeof reply>) => render(reply(...how), 'text/calendar', 0);
const read = (...how: Parameters<typeof reply>) => unfolded(sent(...how));

describe("the client's reading of replies", () => {
  it('finds each event with its numbers, however long the lines are', () => {
    const sequences = Array.from({ length: 60 }, (_, i) => 1_000_000 + i);
    const events = ['a', 'b'.repeat(200), 'c'].map((uid) => ({ ...event, uid, sequences }));
    expect(sent(0, [], events)).to.match(/\r\n /, 'no line was folded: this test tests nothing');
    expect(eventsIn(read(0, [], events))).to.deep.equal(events.map(({ uid }) => ({ uid, sequences })));
  });

  it('finds an event that was never applied, and none where there is none', () => {
    const never = { ...event, uid: 'a', sequences: [] };
    expect(eventsIn(read(0, [], [never]))).to.deep.equal([{ uid: 'a', sequences: [] }]);
    expect(eventsIn(read(59))).to.deep.equal([]);
  });

  it('finds the error number, which no text of a reply can forge', () => {
    expect([-1, 0, 28].map((errno) => errnoIn(read(errno as -1 | 0 | 28)))).to.deep.equal([-1, 0, 28]);
    expect(errnoIn(read(14, [['X-ICS-PROBLEM', 'x\r\nX-NSCP-WCAP-ERRNO:0']]))).to.equal(14);
    expect(errnoIn('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')).to.equal(undefined);
  });

  it('finds the session', () => {
    expect(sessionIn(read(0, [['X-NSCP-WCAP-SESSION-ID', 'abc123']]))).to.equal('abc123');
    expect(sessionIn(read(28))).to.equal(undefined);
  });
});
