import { expect } from 'chai';
import { monotonicMs, until } from '../../../../../harness/clock.ts';
import { StoreFailed } from '../../../../../images/node/ics/store/calendar-store.ts';
import { Errno } from '../../../../../images/node/ics/wcap/errno.ts';
import { MOST_EVENTS } from '../../../../../images/node/ics/wcap/events.ts';
import { memoryStore } from '../../../../helpers/memory-store.ts';
import { directory, type WcapServer, wcapServer } from '../../../../helpers/wcap-server.ts';

const event = {
  uid: 'u1',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'Tea',
};

/** Commands that need a session, with what else they need. */
const withSession: Record<string, Record<string, string>> = {
  ping: {},
  storeevents: { calid: 'ann', ...event },
  fetchevents_by_id: { calid: 'ann', uid: 'u1' },
  fetchcomponents_by_range: { calid: 'ann' },
  deleteevents_by_id: { calid: 'ann', uid: 'u1' },
};

describe('the commands of WCAP', () => {
  let server: WcapServer;
  let id = '';
  const start = async (...how: Parameters<typeof wcapServer>) => {
    await server?.stop();
    server = await wcapServer(...how);
    id = await server.login('ann');
  };
  beforeEach(() => start());
  afterEach(() => server.stop());

  const errno = async (command: string, parameters: Record<string, string> = {}) =>
    (await server.call(command, { id, ...parameters })).errno;
  const store = (over: Record<string, string> = {}) =>
    errno('storeevents', { calid: 'ann', ...event, ...over });
  const uids = async (command: string, parameters: Record<string, string>) =>
    (await server.call(command, { id, calid: 'ann', ...parameters })).events.map(({ uid }) => uid);

  describe('login', () => {
    it('gives a session that the next calls may use', async () => {
      const { properties, errno } = await server.call('login', { user: 'ann', password: 'secret' });
      expect(errno).to.equal(Errno.ok);
      expect(properties).to.include({ 'x-nscp-wcap-user-id': 'ann', 'x-nscp-wcap-calendar-id': 'ann' });
      const session = properties['x-nscp-wcap-session-id'] ?? '';
      expect(await store({ id: session })).to.equal(Errno.ok);
    });

    it('is denied for a wrong password, an unknown user and a name that nobody can have, without a reason', async () => {
      for (const [user, password] of [
        ['ann', 'wrong'],
        ['eve', 'secret'],
        ['ann)(uid=*', 'secret'],
        ['*', 'secret'],
      ] as const) {
        const { errno, properties } = await server.call('login', { user, password });
        expect([user, errno, properties['x-ics-problem']]).to.deep.equal([user, Errno.denied, undefined]);
      }
    });

    it('misses its parameters', async () => {
      expect(await errno('login', { user: 'ann' })).to.equal(Errno.missing);
      expect(await errno('login', { user: '', password: 'secret' })).to.equal(Errno.missing);
    });

    it('is one user whatever the case, where the directory takes it for one', async () => {
      const { properties } = await server.call('login', { user: 'Ann', password: 'secret' });
      expect(properties['x-nscp-wcap-user-id']).to.equal('ann');
    });

    it('fails with a reason of its own when the directory is down; sessions go on', async () => {
      const state = { down: false };
      await start({}, { directory: directory(state) });
      state.down = true;
      const { errno, properties } = await server.call('login', { user: 'ann', password: 'secret' });
      expect(errno).to.equal(Errno.sessionInvalid);
      expect(properties['x-ics-problem']).to.match(
        /^directory-down: nobody can say whether the password is right/,
      );
      expect(await store()).to.equal(Errno.ok);
      state.down = false;
      expect((await server.call('login', { user: 'ann', password: 'secret' })).errno).to.equal(Errno.ok);
    });

    it('fails with a reason of its own when there are as many sessions as there may be', async () => {
      await start({ 'service.http.maxsessions': '2' });
      await server.login('bob');
      const { errno, properties } = await server.call('login', { user: 'bob', password: 'sea & sun' });
      expect(errno).to.equal(Errno.sessionInvalid);
      expect(properties['x-ics-problem']).to.match(/^too-many-sessions: .*service\.http\.maxsessions/);
      await server.call('logout', { id });
      expect((await server.call('login', { user: 'bob', password: 'sea & sun' })).errno).to.equal(Errno.ok);
    });
  });

  describe('a session', () => {
    it('ends with its logout', async () => {
      expect(await errno('logout')).to.equal(Errno.loggedOut);
      expect(await store()).to.equal(Errno.sessionInvalid);
      expect(await errno('logout')).to.equal(Errno.sessionInvalid);
    });

    it('is looked at by check_id', async () => {
      const lives = await server.call('check_id', { id });
      expect([lives.errno, lives.properties['x-nscp-wcap-check-id']]).to.deep.equal([Errno.ok, '1']);
      const none = await server.call('check_id', { id: 'forged' });
      expect([none.errno, none.properties['x-nscp-wcap-check-id']]).to.deep.equal([
        Errno.sessionInvalid,
        '0',
      ]);
      expect((await server.call('check_id')).errno).to.equal(Errno.missing);
    });

    it('ends by itself when nobody used it for service.http.sessiontimeout', async () => {
      await start({ 'service.http.sessiontimeout': '1' });
      const began = monotonicMs();
      // Asking does not prolong it: if it did, this would never end.
      await until('the end of the session', 15_000, async () =>
        (await errno('check_id')) === Errno.sessionInvalid ? true : undefined,
      );
      expect(monotonicMs() - began).to.be.above(500);
      expect(await store()).to.equal(Errno.sessionInvalid);
    });

    for (const [command, parameters] of Object.entries(withSession)) {
      it(`is needed by ${command}, and nothing is done without`, async () => {
        await store();
        for (const id of ['forged', '', '__proto__'])
          expect(await errno(command, { ...parameters, id, summary: 'Coffee' })).to.equal(
            Errno.sessionInvalid,
          );
        expect((await server.call(command, parameters)).errno).to.equal(Errno.sessionInvalid);
        const [kept] = await server.store.get('ann', ['u1']);
        expect(kept).to.deep.equal({ ...event, calid: 'ann', sequences: [1] });
      });
    }
  });

  describe('calendars', () => {
    for (const [command, parameters] of Object.entries(withSession).filter(([name]) => name !== 'ping')) {
      it(`of others are denied to ${command}; one that nobody has is none`, async () => {
        await server.store.put({ ...event, calid: 'bob' });
        for (const [calid, answer] of [
          ['bob', Errno.denied],
          ['calmaster', Errno.denied],
          ['nobody', Errno.noCalendar],
          ['ann:work', Errno.noCalendar],
          ['constructor', Errno.noCalendar],
          ['*', Errno.noCalendar],
        ] as const)
          expect(await errno(command, { ...parameters, calid, summary: 'Coffee' }), calid).to.equal(answer);
        const [kept] = await server.store.get('bob', ['u1']);
        expect(kept).to.deep.equal({ ...event, calid: 'bob', sequences: [1] });
        expect(await server.store.get('nobody', ['u1'])).to.deep.equal([undefined]);
        expect(await errno(command, parameters)).to.not.equal(Errno.denied);
      });
    }

    it('are all the administrator’s, if there are any of that name', async () => {
      id = await server.login('calmaster');
      expect(await store({ calid: 'ann' })).to.equal(Errno.ok);
      expect(await uids('fetchevents_by_id', { calid: 'ann', uid: 'u1' })).to.deep.equal(['u1']);
      expect(await store({ calid: 'nobody' })).to.equal(Errno.noCalendar);
    });

    it('are called by their names in whatever case', async () => {
      expect(await store({ calid: 'ANN' })).to.equal(Errno.ok);
      expect((await server.store.get('ann', ['u1'])).length).to.equal(1);
    });

    it('that were seen before stay open to the administrator when the directory is down; others do not', async () => {
      const state = { down: false };
      await start({}, { directory: directory(state) });
      id = await server.login('calmaster');
      state.down = true;
      expect(await store({ calid: 'ann' })).to.equal(Errno.ok);
      const { errno, properties } = await server.call('fetchevents_by_id', { id, calid: 'bob', uid: 'u1' });
      expect(errno).to.equal(Errno.denied);
      expect(properties['x-ics-problem']).to.match(/^directory-down: /);
    });
  });

  describe('storeevents', () => {
    it('writes the event, and tells those who listen', async () => {
      expect(await store()).to.equal(Errno.ok);
      expect(await server.store.get('ann', ['u1'])).to.deep.equal([
        { ...event, calid: 'ann', sequences: [1] },
      ]);
      expect(server.published).to.deep.equal([{ topic: 'enp:///ics/storeevent', calid: 'ann', uid: 'u1' }]);
    });

    it('takes a form as well as an address', async () => {
      const parameters = { id, calid: 'ann', ...event, summary: 'Tea & \n🍰' };
      expect((await server.call('storeevents', parameters, { post: true })).errno).to.equal(Errno.ok);
      const [kept] = await server.store.get('ann', ['u1']);
      expect(kept?.summary).to.equal('Tea & \n🍰');
    });

    for (const name of ['calid', ...Object.keys(event)]) {
      it(`misses ${name}`, async () => {
        expect(await store({ [name]: '' })).to.equal(Errno.missing);
        expect(server.published).to.deep.equal([]);
      });
    }

    for (const [name, value] of [
      ['summary', 'x'.repeat(1025)],
      ['uid', 'x'.repeat(1025)],
      ['uid', 'u1;u2'],
      ['uid', 'u\n1'],
      ['dtstart', '2026-11-21'],
      ['dtend', '20261121T090000Z'],
      ['dtend', '20261121T080000Z'],
      ['alarmStart', 'soon'],
    ] as const) {
      it(`refuses ${name}=${value.slice(0, 20).replace('\n', '\\n')}, and says what is wrong`, async () => {
        const refused = await server.call('storeevents', { id, calid: 'ann', ...event, [name]: value });
        expect(refused.errno).to.equal(Errno.missing);
        expect(refused.properties['x-ics-problem']).to.include(`parameter ${name}: `);
      });
    }

    it('keeps an alarm at its moment, however it was given', async () => {
      for (const alarmStart of ['-PT15M', '20261121T084500Z']) {
        expect(await store({ alarmStart })).to.equal(Errno.ok);
        const [kept] = await server.store.get('ann', ['u1']);
        expect(kept?.alarm).to.equal('20261121T084500Z');
      }
    });

    it('does nothing for what it does not know', async () => {
      expect(await store({ priority: '5', rrules: 'FREQ=DAILY' })).to.equal(Errno.ok);
    });

    it('says so when the store failed, and why, and tells nobody of the event', async () => {
      const put = async () => {
        throw new StoreFailed('disk I/O error;\nreally');
      };
      await start({}, { store: memoryStore({ put }) });
      const { errno, properties } = await server.call('storeevents', { id, calid: 'ann', ...event });
      expect(errno).to.equal(Errno.storeFailed);
      expect(properties['x-ics-problem']).to.equal('disk I/O error;\nreally');
      expect(server.published).to.deep.equal([]);
    });

    it('fails as a whole over an error of the program, and tells the client no more than that', async () => {
      const put = async () => {
        throw new TypeError('a secret of the program');
      };
      await start({}, { store: memoryStore({ put }) });
      const { status, body, headers } = await server.call('storeevents', { id, calid: 'ann', ...event });
      expect(status).to.equal(500);
      expect(body).to.not.include('secret');
      expect(headers.get('x-ics-instance')).to.equal('cal1');
      expect(String(server.problems)).to.include('a secret of the program');
    });
  });

  describe('fetchevents_by_id', () => {
    it('shows what was stored, its alarm, and how often it was applied', async () => {
      await store({ summary: 'Tea, then; coffee\n\\o/', alarmStart: '-PT15M' });
      const { errno, events } = await server.call('fetchevents_by_id', { id, calid: 'ann', uid: 'u1' });
      expect(errno).to.equal(Errno.ok);
      const [shown] = events;
      expect(shown).to.include({
        ...{ uid: 'u1', summary: 'Tea, then; coffee\n\\o/', 'x-ics-applied': '1' },
        ...{ dtstart: '2026-11-21T09:00:00Z', dtend: '2026-11-21T10:00:00Z' },
      });
      expect(shown?.['valarm']).to.include({ action: 'DISPLAY', trigger: '2026-11-21T08:45:00Z' });
      expect(shown?.['dtstamp']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    it('has the sequence numbers in one line, as the load client reads them', async () => {
      await store();
      await store({ summary: 'Coffee' });
      const { body } = await server.call('fetchevents_by_id', { id, calid: 'ann', uid: 'u1' });
      expect(body).to.match(/^X-ICS-APPLIED:1,2\r$/m);
      expect(body).to.match(/^X-NSCP-WCAP-ERRNO:0\r$/m);
    });

    it('shows those that are there, and says that one is not', async () => {
      await store();
      const { errno, events } = await server.call('fetchevents_by_id', { id, calid: 'ann', uid: 'u0;u1' });
      expect(errno).to.equal(Errno.noUid);
      expect(events.map(({ uid }) => uid)).to.deep.equal(['u1']);
    });

    it('fails when the store cannot be read', async () => {
      const get = async () => {
        throw new StoreFailed('disk I/O error');
      };
      await start({}, { store: memoryStore({ get }) });
      expect(await errno('fetchevents_by_id', { calid: 'ann', uid: 'u1' })).to.equal(Errno.storeFailed);
    });
  });

  describe('fetchcomponents_by_range', () => {
    const days = ['20261120', '20261121', '20261122'];
    beforeEach(async () => {
      for (const day of days) {
        const times = { dtstart: `${day}T090000Z`, dtend: `${day}T100000Z` };
        expect(await store({ uid: day, ...times })).to.equal(Errno.ok);
      }
      await server.store.put({ ...event, calid: 'bob' });
    });
    const range = (parameters: Record<string, string>) => uids('fetchcomponents_by_range', parameters);

    it('shows what overlaps the range, its end not included', async () => {
      const from = { dtstart: '20261121T093000Z', dtend: '20261122T090000Z' };
      expect(await range(from)).to.deep.equal(['20261121']);
      expect(await range({ ...from, dtend: '20261122T090001Z' })).to.deep.equal(['20261121', '20261122']);
    });

    it('shows all without a beginning or an end', async () => {
      expect(await range({})).to.deep.equal(days);
      expect(await range({ dtstart: '20261121T000000Z' })).to.deep.equal(days.slice(1));
      expect(await range({ dtend: '20261121T000000Z' })).to.deep.equal(days.slice(0, 1));
    });

    it('shows maxresults at the most, and says when there are more', async () => {
      const some = await server.call('fetchcomponents_by_range', { id, calid: 'ann', maxresults: '2' });
      expect(some.events.map(({ uid }) => uid)).to.deep.equal(days.slice(0, 2));
      expect(some.properties['x-ics-more']).to.equal('1');
      const all = await server.call('fetchcomponents_by_range', { id, calid: 'ann', maxresults: '3' });
      expect(all.events).to.have.length(3);
      expect(all.properties['x-ics-more']).to.equal(undefined);
    });

    it('shows no more than a reply can hold, whatever is asked for', async () => {
      for (let i = 0; i < MOST_EVENTS; i++) await server.store.put({ ...event, calid: 'ann', uid: `n${i}` });
      for (const maxresults of ['0', '999999999']) {
        const { events, properties } = await server.call('fetchcomponents_by_range', {
          id,
          calid: 'ann',
          maxresults,
        });
        expect(events).to.have.length(MOST_EVENTS);
        expect(properties['x-ics-more']).to.equal('1');
      }
    });

    it('refuses a range that ends before it begins', async () => {
      const wrong = { calid: 'ann', dtstart: '20261121T000000Z', dtend: '20261121T000000Z' };
      expect(await errno('fetchcomponents_by_range', wrong)).to.equal(Errno.missing);
    });
  });

  describe('deleteevents_by_id', () => {
    it('deletes those that are there, tells of them, and says that one was not', async () => {
      await store();
      await store({ uid: 'u2' });
      server.published.length = 0;
      expect(await errno('deleteevents_by_id', { calid: 'ann', uid: 'u0;u1' })).to.equal(Errno.noUid);
      expect(server.published).to.deep.equal([{ topic: 'enp:///ics/deleteevent', calid: 'ann', uid: 'u1' }]);
      expect(await uids('fetchcomponents_by_range', {})).to.deep.equal(['u2']);
      expect(await errno('deleteevents_by_id', { calid: 'ann', uid: 'u2' })).to.equal(Errno.ok);
      expect(await uids('fetchcomponents_by_range', {})).to.deep.equal([]);
    });
  });

  describe('ping', () => {
    it('is the administrator’s', async () => {
      expect(await errno('ping')).to.equal(Errno.denied);
      id = await server.login('calmaster');
      expect(await errno('ping')).to.equal(Errno.ok);
    });

    it('is another’s when ics.conf names another', async () => {
      await start({ 'service.admin.calmaster.userid': 'Ann' });
      expect(await errno('ping')).to.equal(Errno.ok);
    });

    it('shows the settings that the instance runs with, and no secret', async () => {
      await start({ 'service.http.maxsessions': '77', 'local.authldapbindcred': 'hush' });
      const { body } = await server.call('ping', { id: await server.login('calmaster') });
      expect(body).to.match(/^X-ICS-SETTING:service.http.maxsessions=77\r$/m);
      expect(body).to.match(/^X-ICS-SETTING:service.http.sessiontimeout=1800\r$/m);
      expect(body).to.match(/^X-ICS-SETTING:local.authldapbindcred=\(hidden\)\r$/m);
      expect(body).to.not.include('hush');
    });
  });

  describe('a format', () => {
    it('is one of the two', async () => {
      const { errno, properties } = await server.call('check_id', { id, 'fmt-out': 'text/js' });
      expect(errno).to.equal(Errno.missing);
      expect(properties['x-ics-problem']).to.match(/text\/calendar or text\/xml/);
    });

    it('is said in the reply’s head', async () => {
      await store();
      const type = async (parameters: Record<string, string>) =>
        (await server.call('fetchevents_by_id', { id, calid: 'ann', uid: 'u1', ...parameters })).headers.get(
          'content-type',
        );
      expect(await type({})).to.equal('text/calendar; charset=utf-8; method=PUBLISH');
      expect(await type({ uid: 'u9' })).to.equal('text/calendar; charset=utf-8');
      expect(await type({ 'fmt-out': 'text/xml' })).to.equal('text/xml; charset=utf-8');
    });
  });
});
