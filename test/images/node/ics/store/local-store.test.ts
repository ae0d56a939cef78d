/** The store in its process: what it keeps, and that it commits in groups. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import fc from 'fast-check';
import type { CalendarEvent, CalendarStore } from '../../../../../images/node/ics/store/calendar-store.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import type { Committed } from '../../../../../images/node/ics/store/local-store.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';

import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder, openedStore } from '../../../../helpers/store-folder.ts';
import { modelStore } from '../../../../helpers/store-model.ts';

describe('the calendar store', () => {
  let folder = '';

  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a write after it was opened anew, and goes on numbering', async () => {
    const first = openedStore(folder);
    await first.store.put(eventNamed('a'));
    await first.close();
    const second = openedStore(folder);
    await second.store.put(eventNamed('b'));
    const found = await second.store.get('user1', ['a', 'b']);
    expect(found.map((event) => event?.sequences)).to.deep.equal([[1], [2]]);
    await second.close();
  });

  it('waits for the disk with every commit', async () => {
    const { database, close } = openedStore(folder);
    const pragma = (name: string) => database.connection.prepare(`PRAGMA ${name}`).get()?.[name];
    expect(pragma('journal_mode')).to.equal('wal');
    expect(pragma('synchronous')).to.equal(2);
    await close();
  });

  it('takes what arrives together into one transaction', async () => {
    const committed: Committed[] = [];
    const { store, close } = openedStore(folder, { committed: (one) => committed.push(one) });
    await Promise.all(Array.from({ length: 50 }, (_, at) => store.put(eventNamed(`e${at}`))));
    expect(committed.map(({ transaction, changes }) => [transaction, changes.length])).to.deep.equal([
      [1, 50],
    ]);
    await close();
  });

  it('fails the one write of a group that cannot be, and no other', async () => {
    const { store, close } = openedStore(folder);
    const bad = { ...eventNamed('bad'), dtstart: 'never' } as CalendarEvent;
    const results = await Promise.allSettled([
      store.put(eventNamed('a')),
      store.put(bad),
      store.remove('user1', ['a', 'none']),
      store.put(eventNamed('b')),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[2]).to.deep.include({ value: [true, false] });
    const found = await store.get('user1', ['a', 'bad', 'b']);
    expect(found.map((event) => event?.sequences)).to.deep.equal([undefined, undefined, [2]]);
    await close();
    expect(verifyStore(join(folder, STORE_FILE))).to.deep.equal([]);
  });

  it('tells nobody before the transaction is durable', async () => {
    const order: string[] = [];
    const { store, close } = openedStore(folder, { committed: () => order.push('committed') });
    await store.put(eventNamed('a')).then(() => order.push('acknowledged'));
    expect(order).to.deep.equal(['committed', 'acknowledged']);
    await close();
  });

  it('makes durable what waits when it is closed, and takes nothing afterwards', async () => {
    const { store, close } = openedStore(folder);
    const waiting = store.put(eventNamed('a'));
    await close();
    await waiting;
    expect(await store.put(eventNamed('b')).catch((error) => error.name)).to.equal('StoreFailed');
    const database = new DatabaseSync(join(folder, STORE_FILE), { readOnly: true });
    expect(database.prepare('SELECT uid FROM events').all()).to.deep.equal([
      Object.assign(Object.create(null), { uid: 'a' }),
    ]);
    database.close();
  });

  it('does what a map in memory does, whatever is asked, and is whole afterwards', async () => {
    const moment = fc
      .integer({ min: 1, max: 28 })
      .map((day) => `202601${String(day).padStart(2, '0')}T120000Z`);
    const uid = fc.constantFrom('a', 'b', 'c', "d'; DROP TABLE events", 'é😀');
    const calid = fc.constantFrom('ann', 'bob');
    const event = fc
      .record({ calid, uid, dtstart: moment, dtend: moment, summary: fc.string(), alarm: fc.option(moment) })
      .map(({ alarm, ...rest }) => (alarm === null ? rest : { ...rest, alarm }));
    const call = fc.oneof(
      event.map((one) => ({ op: 'put' as const, event: one })),
      fc.record({ op: fc.constant('remove' as const), calid, uids: fc.array(uid) }),
      fc.record({ op: fc.constant('get' as const), calid, uids: fc.array(uid) }),
      fc.record({ op: fc.constant('range' as const), calid, from: moment, until: moment, most: fc.nat(5) }),
      fc.record({ op: fc.constant('alarms' as const), from: moment, until: moment }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        rmSync(folder, { recursive: true, force: true });
        folder = newFolder();
        const { store, close } = openedStore(folder);
        const model = modelStore();
        const ask = (to: CalendarStore, one: (typeof calls)[number]): Promise<unknown> => {
          switch (one.op) {
            case 'put':
              return to.put(one.event);
            case 'remove':
              return to.remove(one.calid, one.uids);
            case 'get':
              return to.get(one.calid, one.uids);
            case 'range':
              return to.range(one.calid, one.from, one.until, one.most);
            case 'alarms':
              return to.alarms(one.from, one.until);
          }
        };
        for (const one of calls) expect(await ask(store, one)).to.deep.equal(await ask(model, one));
        await close();
        expect(verifyStore(join(folder, STORE_FILE))).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
  });
});
