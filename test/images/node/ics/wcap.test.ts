import { expect } from 'chai';
import fc from 'fast-check';
import type { CalendarEvent } from '../../../../images/node/ics/store.ts';
import { answer, Errno, render, type WcapContext } from '../../../../images/node/ics/wcap.ts';

/** A server with one user, whose store is a map; a session "open" is logged in. */
function server(over: Partial<WcapContext> = {}): WcapContext & { stored: Map<string, CalendarEvent> } {
  const stored = new Map<string, CalendarEvent>();
  return {
    users: new Map([['ann', 'secret']]),
    sessions: new Map([['open', 'ann']]),
    newSession: () => 'new',
    write: (event) => void stored.set(event.uid, event),
    read: (calid, uid) => {
      const found = stored.get(uid);
      return found?.calid === calid ? { ...found, sequences: [1] } : undefined;
    },
    stored,
    ...over,
  };
}

const event = {
  calid: 'ann',
  uid: 'u1',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'Tea',
};

function call(context: WcapContext, command: string, parameters: Record<string, string>) {
  return answer(`/${command}.wcap`, new URLSearchParams(parameters), context);
}

const store = (context: WcapContext, over: Record<string, string> = {}) =>
  call(context, 'storeevents', { id: 'open', ...event, ...over })?.errno;

describe('login', () => {
  it('gives a session that the next calls may use', () => {
    const context = server();
    expect(call(context, 'login', { user: 'ann', password: 'secret' })).to.deep.equal({
      errno: Errno.ok,
      lines: ['X-NSCP-WCAP-SESSION-ID:new', 'X-NSCP-WCAP-USER-ID:ann'],
    });
    expect(store(context, { id: 'new' })).to.equal(Errno.ok);
  });

  it('is denied for a wrong password and for an unknown user', () => {
    expect(call(server(), 'login', { user: 'ann', password: 'wrong' })?.errno).to.equal(Errno.denied);
    expect(call(server(), 'login', { user: 'eve', password: 'secret' })?.errno).to.equal(Errno.denied);
  });

  it('misses its parameters', () => {
    expect(call(server(), 'login', { user: 'ann' })?.errno).to.equal(Errno.missing);
    expect(call(server(), 'login', { user: '', password: 'secret' })?.errno).to.equal(Errno.missing);
  });
});

describe('a session', () => {
  it('ends with its logout', () => {
    const context = server();
    expect(call(context, 'logout', { id: 'open' })?.errno).to.equal(Errno.loggedOut);
    expect(store(context)).to.equal(Errno.sessionInvalid);
    expect(call(context, 'logout', { id: 'open' })?.errno).to.equal(Errno.sessionInvalid);
  });

  for (const command of ['storeevents', 'fetchevents_by_id']) {
    it(`is needed by ${command}, and nothing is done without`, () => {
      const context = server();
      expect(call(context, command, { ...event, id: 'forged' })?.errno).to.equal(Errno.sessionInvalid);
      expect(call(context, command, event)?.errno).to.equal(Errno.sessionInvalid);
      expect([...context.stored]).to.deep.equal([]);
    });
  }
});

describe('storeevents', () => {
  it('writes the event', () => {
    const context = server();
    expect(store(context)).to.equal(Errno.ok);
    expect([...context.stored.values()]).to.deep.equal([event]);
  });

  for (const name of Object.keys(event)) {
    it(`misses ${name}`, () => {
      const context = server();
      expect(store(context, { [name]: '' })).to.equal(Errno.missing);
      expect(context.stored.size).to.equal(0);
    });
  }

  it('takes 1024 characters in a parameter and not one more', () => {
    expect(store(server(), { summary: 'x'.repeat(1024) })).to.equal(Errno.ok);
    expect(store(server(), { summary: 'x'.repeat(1025) })).to.equal(Errno.missing);
  });

  it('refuses what is not a moment', () => {
    expect(store(server(), { dtstart: '2026-11-21' })).to.equal(Errno.missing);
  });

  it('says so when the store failed, and why, in one line', () => {
    const write = () => {
      throw new Error('disk I/O error;\nreally');
    };
    expect(call(server({ write }), 'storeevents', { id: 'open', ...event })).to.deep.equal({
      errno: Errno.storeFailed,
      lines: ['X-ICS-PROBLEM:disk I/O error\\;\\nreally'],
    });
  });
});

describe('fetchevents_by_id', () => {
  it('shows what was stored, and how often it was applied', () => {
    const context = server({ read: () => ({ ...event, sequences: [4, 9] }) });
    expect(call(context, 'fetchevents_by_id', { id: 'open', calid: 'ann', uid: 'u1' })).to.deep.equal({
      errno: Errno.ok,
      lines: [
        'BEGIN:VEVENT',
        'UID:u1',
        'DTSTART:20261121T090000Z',
        'DTEND:20261121T100000Z',
        'SUMMARY:Tea',
        'X-ICS-APPLIED:4,9',
        'END:VEVENT',
      ],
    });
  });

  it('shows those that are there, and says that one is not', () => {
    const context = server();
    store(context);
    const found = call(context, 'fetchevents_by_id', { id: 'open', calid: 'ann', uid: 'u0;u1' });
    expect(found?.errno).to.equal(Errno.noUid);
    expect(found?.lines.filter((line) => line.startsWith('UID:'))).to.deep.equal(['UID:u1']);
  });

  it('fails when the store cannot be read', () => {
    const read = () => {
      throw new Error('disk I/O error');
    };
    const found = call(server({ read }), 'fetchevents_by_id', { id: 'open', calid: 'ann', uid: 'u1' });
    expect(found?.errno).to.equal(Errno.storeFailed);
  });
});

describe('a reply', () => {
  it('is a calendar with the error number among its properties', () => {
    expect(render({ errno: 28, lines: ['X-A:b'] })).to.equal(
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ha-drills//ics 6.3//EN\r\nX-NSCP-WCAP-ERRNO:28\r\nX-A:b\r\nEND:VCALENDAR\r\n',
    );
  });

  it('stays in its line, whatever the text of an event is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n', ';', ',', '\\', ':') }), (summary) => {
        const context = server({ read: () => ({ ...event, summary, sequences: [1] }) });
        const lines =
          call(context, 'fetchevents_by_id', { id: 'open', calid: 'ann', uid: 'u1' })?.lines ?? [];
        expect(lines.join('')).not.to.match(/[\r\n]/);
        const shown = lines.find((line) => line.startsWith('SUMMARY:'))?.slice('SUMMARY:'.length) ?? '';
        const read = shown.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
        expect(read).to.equal(summary.replace(/\r\n|\r/g, '\n'));
      }),
    );
  });

  it('is none for a command that there is not', () => {
    expect(call(server(), 'export', { id: 'open' })).to.equal(undefined);
  });
});
