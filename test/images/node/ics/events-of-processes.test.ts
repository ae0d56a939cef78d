/** What a client outside of the server sees of it: reminders and events through enpd, the store through csdwpd. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { wallClock } from '../../../../images/common/clock.ts';
import { connectBroker } from '../../../../images/node/ics/events/broker-client.ts';
import { socketOf } from '../../../../images/node/ics/program.ts';
import { momentOf } from '../../../../images/node/ics/reminders/due.ts';
import { connectStore } from '../../../../images/node/ics/store/remote-store.ts';
import { CalendarInstance, freePort } from '../../../helpers/calendar-instance.ts';

type Got = { topic: string; event: Record<string, unknown> };

async function subscribed(instance: CalendarInstance, prefix: string): Promise<{ got: Got[] } & Disposable> {
  const client = await connectBroker('127.0.0.1', Number(instance.settings['service.ens.port']));
  const got: Got[] = [];
  await client.subscribe(prefix, (topic, event) => got.push({ topic, event }));
  return { got, [Symbol.dispose]: () => client.close() };
}

const dueIn = (seconds: number) => momentOf(wallClock().getTime() + seconds * 1000);

describe('a client of enpd', function () {
  this.timeout(120_000);

  it('is reminded of an event once, also when csnotifyd or the whole server is started again', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    const store = await connectStore(socketOf(instance.runFolder, 'csstored'));
    using client = await subscribed(instance, 'enp:///ics/alarm');
    const { got } = client;
    const event = { calid: 'cal', dtstart: dueIn(3600), dtend: dueIn(7200), summary: 'Drill' };
    await store.put({ ...event, uid: '1', alarm: dueIn(1) });
    await instance.until('a reminder', () => got.length > 0);
    expect(got[0]).to.deep.include({ topic: 'enp:///ics/alarm' });
    expect(got[0]?.event).to.include({ calid: 'cal', uid: '1', summary: 'Drill' });
    // Killed before it has written that down, it would send the reminder again.
    const mark = join(instance.settings['caldb.berkeleydb.homedir.path'] ?? '', 'csnotifyd.mark');
    await instance.until('the mark', () => readFileSync(mark, 'utf8').includes('cal'));
    await instance.servesAgain('csnotifyd', instance.strike('csnotifyd'));
    await store.close();
    await instance.ok('stop-cal');
    await instance.ok('start-cal');
    const again = await connectStore(socketOf(instance.runFolder, 'csstored'));
    await again.put({ ...event, uid: '2', alarm: dueIn(1) });
    await instance.until('a second reminder', () => got.length > 1);
    expect(got.map(({ event: { uid } }) => uid)).to.deep.equal(['1', '2']);
    await again.close();
  });

  it('hears of what is stored over WCAP, and csadmind has counted it', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    using client = await subscribed(instance, 'enp:///ics/');
    const { got } = client;
    const call = async (command: string, query: Record<string, string>) => {
      const address = `http://127.0.0.1:${instance.settings['service.http.port']}/${command}.wcap`;
      return await (await fetch(`${address}?${new URLSearchParams(query)}`)).text();
    };
    const login = await call('login', { user: 'calmaster', password: 'drill' });
    const id = /SESSION-ID:(\S+)/.exec(login)?.[1] ?? login;
    const event = { dtstart: dueIn(3600), dtend: dueIn(7200), summary: 'Drill' };
    const stored = await call('storeevents', { id, calid: 'calmaster', uid: '1', ...event });
    expect(stored).to.include('X-NSCP-WCAP-ERRNO:0');
    await instance.until('the event', () => got.length > 0);
    expect(got[0]).to.deep.equal({ topic: 'enp:///ics/storeevent', event: { calid: 'calmaster', uid: '1' } });
    await instance.ok('stop-cal');
    const counted = readFileSync(join(instance.runFolder, 'csadmind.counters'), 'utf8');
    expect(JSON.parse(counted)).to.deep.equal({ 'enp:///ics/storeevent': 1 });
  });
});

describe('csdwpd', function () {
  this.timeout(120_000);

  it('serves the store to other machines', async () => {
    const port = await freePort();
    await using instance = await CalendarInstance.make({
      settings: { 'service.dwp.enable': 'yes', 'service.dwp.port': String(port) },
    });
    await instance.ok('start-cal');
    const here = await connectStore(socketOf(instance.runFolder, 'csstored'));
    const there = await connectStore({ host: '127.0.0.1', port });
    await there.put({ calid: 'c', uid: '1', dtstart: dueIn(0), dtend: dueIn(60), summary: 'far away' });
    expect((await here.get('c', ['1']))[0]).to.include({ uid: '1', summary: 'far away' });
    expect(await there.remove('c', ['1', '2'])).to.deep.equal([true, false]);
    await here.close();
    // The connection outlives a csstored that is started again.
    await instance.servesAgain('csstored', instance.strike('csstored'));
    expect(await there.get('c', ['1'])).to.deep.equal([undefined]);
    await there.close();
    await instance.ok('stop-cal');
    expect(instance.names()).to.deep.equal([]);
  });
});
