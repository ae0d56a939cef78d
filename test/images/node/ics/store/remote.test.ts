/** The store through csstored's socket: the process that is shipped, callers of it, and its restarts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CalendarStore, StoreFailed } from '../../../../../images/node/ics/store/calendar-store.ts';
import { frame } from '../../../../../images/node/ics/store/frames.ts';
import { connectStore } from '../../../../../images/node/ics/store/remote-store.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import {
  killed,
  makeBase,
  type StoredProcess,
  spawnStored,
  startedStored,
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

  for (const [what, bytes] of Object.entries({
    'an oversized frame': Buffer.from([0x7f, 0xff, 0xff, 0xff, 0]),
    'no JSON': Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{{')]),
    'an unknown request': frame({ id: 1, request: { op: 'drop' } }),
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
