/** The store through csstored's socket: the process that is shipped, callers of it, and its restarts. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CalendarStore, StoreFailed } from '../../../../../images/node/ics/store/calendar-store.ts';
import { StoreConnection } from '../../../../../images/node/ics/store/connection.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { frame } from '../../../../../images/node/ics/store/frames.ts';
import { connectStore } from '../../../../../images/node/ics/store/remote-store.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import {
  killed,
  makeBase,
  type StoredProcess,
  spawnStored,
  startedStored,
  stopped,
} from '../../../../helpers/stored-process.ts';

describe('the store through csstored', () => {
  let base: string;
  let stored: StoredProcess;
  let store: CalendarStore;

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'csstored-'));
    makeBase(base);
    stored = await startedStored(base);
    store = await connectStore(stored.socket);
  });
  afterEach(async () => {
    await store.close();
    await killed(stored);
    rmSync(base, { recursive: true });
  });

  it('keeps what it acknowledged, through SIGKILL, and goes on after a restart', async () => {
    await Promise.all(['a', 'b', 'c'].map((uid) => store.put(eventNamed(uid))));
    await killed(stored);
    stored = await startedStored(base);
    expect(stored.said()).to.include('was cut off');
    const found = await store.get('user1', ['a', 'b', 'c', 'd']);
    expect(found.map((event) => event?.uid)).to.deep.equal(['a', 'b', 'c', undefined]);
    expect(found.flatMap((event) => event?.sequences ?? [])).to.have.members([1, 2, 3]);
  });

  it('fails what was under way when csstored dies', async () => {
    stored.child.kill('SIGSTOP');
    const call = store.put(eventNamed('a')).then(
      () => undefined,
      (error) => error,
    );
    await killed(stored);
    expect(await call).to.be.instanceOf(StoreFailed);
    expect(
      await store.get('user1', []).then(
        () => undefined,
        (error) => error,
      ),
    ).to.be.instanceOf(StoreFailed);
    stored = await startedStored(base);
    await store.put(eventNamed('a'));
  });

  it('refuses a second csstored on the same store', async () => {
    const second = spawnStored(base);
    expect(await second.ended).to.equal(1);
    expect(second.said()).to.match(/is open: csstored/);
    await store.put(eventNamed('a'));
  });

  it('refuses a request that cannot be, and answers the others of its connection', async () => {
    const results = await Promise.allSettled([
      store.put(eventNamed('a')),
      store.put(eventNamed('b', { summary: 'a\u0000b' })),
      store.put(eventNamed('c', { dtstart: 'tomorrow' })),
      store.get(
        'user1',
        Array.from({ length: 100 }, () => 'x'.repeat(60_000)),
      ),
      store.put(eventNamed('d')),
    ]);
    expect(results.map(({ status }) => status[0]).join('')).to.equal('frrrf');
    expect(String((results[2] as PromiseRejectedResult).reason)).to.match(
      /StoreFailed.*dtstart is not a moment/,
    );
  });

  it('ends cleanly while it makes a copy', async () => {
    await store.close();
    await killed(stored);
    makeBase(base, { 'caldb.berkeleydb.archive.enable': 'yes' });
    stored = await startedStored(base);
    store = await connectStore(stored.socket);
    const filler = 's'.repeat(5000);
    await Promise.all(
      Array.from({ length: 2000 }, (_, at) => store.put(eventNamed(`e${at}`, { summary: filler }))),
    );
    const connection = await StoreConnection.open(stored.socket);
    const snapshot = connection
      .ask({ op: 'service', name: 'snapshot', argument: join(base, 'copy') })
      .catch(() => undefined);
    await store.close();
    expect(await stopped(stored)).to.equal(0);
    await snapshot;
    expect(readdirSync(join(base, 'csdb'))).to.have.members(['csstored.lock', STORE_FILE]);
    stored = await startedStored(base);
    expect(stored.said()).to.include('ended cleanly');
  });

  for (const [what, bytes] of Object.entries({
    'an oversized frame': Buffer.from([0x7f, 0xff, 0xff, 0xff, 0]),
    'no JSON': Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{{')]),
    'no id': frame({ request: { op: 'get', calid: 'a', uids: [] } }),
  }))
    it(`closes a connection that sends ${what}, and no other`, async () => {
      const socket = connect(stored.socket);
      const closed = new Promise((done) => socket.once('close', done));
      socket.write(bytes);
      await closed;
      await store.put(eventNamed('a'));
    });
});
