/** What the store's process makes of a disk that is full or fails: real errors of SQLite, without a real disk for them. */
import { closeSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../../harness/clock.ts';
import { acknowledgingEarly } from '../../../../../images/node/ics/store/broken-store.ts';
import { type CalendarStore, StoreFailed } from '../../../../../images/node/ics/store/calendar-store.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { readAlone } from '../../../../../images/node/ics/store/reading.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder, openedStore } from '../../../../helpers/store-folder.ts';

/** Large enough that a few of them need a page of their own. */
const event = (uid: string) => eventNamed(uid, { summary: 's'.repeat(3000) });

/** What this process writes to an open file fails from now on: its descriptor becomes one that can only be read. */
function breakWrites(path: string): void {
  const names = readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // That of the listing itself.
      return false;
    }
  });
  expect(names, path).to.have.length(1);
  const broken = Number(names[0]);
  closeSync(broken);
  const others: number[] = [];
  for (let opened = openSync('/dev/null', 'r'); opened !== broken; opened = openSync('/dev/null', 'r'))
    others.push(opened);
  for (const other of others) closeSync(other);
}

describe('a store whose disk', () => {
  let folder = '';
  let open: ReturnType<typeof openedStore>;
  let told: string[];

  beforeEach(() => {
    folder = newFolder();
    told = [];
    open = openedStore(folder, { broken: ({ message }) => void told.push(`broken: ${message}`) });
  });
  afterEach(async () => {
    await open.close();
    rmSync(folder, { recursive: true });
  });

  /** Several together, in one transaction; which were acknowledged. */
  async function write(name: string, count = 20, to: CalendarStore = open.store): Promise<string[]> {
    const uids = Array.from({ length: count }, (_, at) => `${name}-${at}`);
    const puts = uids.map(async (uid) => {
      try {
        await to.put(event(uid));
        return [uid];
      } catch (error) {
        expect(error).to.be.instanceOf(StoreFailed);
        told.push(`failed: ${uid}`);
        return [];
      }
    });
    return (await Promise.all(puts)).flat();
  }

  const there = async (uids: string[]) =>
    (await open.store.get('user1', uids)).map((found) => found?.sequences.length);
  const onceEach = (uids: string[]) => uids.map(() => 1);
  const mostPages = (pages: number) => open.database.connection.exec(`PRAGMA max_page_count = ${pages}`);

  it('is full fails writes, reads on, and writes again once there is room', async () => {
    const before = await write('before');
    mostPages(1);
    expect(await write('full')).to.deep.equal([]);
    expect(await open.store.remove('user1', ['before-0', 'none'])).to.deep.equal([true, false]);
    before.shift();
    expect(await there(before)).to.deep.equal(onceEach(before));
    expect(await there(['full-0'])).to.deep.equal([undefined]);
    mostPages(1_000_000);
    const after = await write('after');
    expect(after).to.have.length(20);
    expect(await there([...before, ...after])).to.deep.equal(onceEach([...before, ...after]));
    expect(told.filter((text) => text.startsWith('broken'))).to.deep.equal([]);
    await open.close();
    expect(verifyStore(join(folder, STORE_FILE))).to.deep.equal([]);
    open = openedStore(folder);
  });

  it('is full: the sabotage "ack-before-durable" is found by its acknowledgements', async () => {
    mostPages(1);
    const early = acknowledgingEarly(open.store);
    expect(await write('full', 20, early)).to.have.length(20);
    expect(await there(['full-0'])).to.deep.equal([undefined]);
  });

  it('fails tells all who wait that their write failed, then that it cannot go on, and does nothing more', async () => {
    const before = await write('before');
    breakWrites(join(folder, `${STORE_FILE}-wal`));
    expect(await write('failing')).to.deep.equal([]);
    expect(await write('later')).to.deep.equal([]);
    const broken = () => told.filter((text) => text.startsWith('broken'));
    await until('the word', 10_000, () => broken().length > 0 || undefined);
    expect(told.slice(0, 20)).to.deep.equal(Array.from({ length: 20 }, (_, at) => `failed: failing-${at}`));
    expect(broken().join()).to.match(/^broken: the store failed: disk I\/O error \(SQLite \d+\)$/);
    for (const refused of [open.store.get('user1', before), open.store.remove('user1', before)])
      expect(await refused.catch((error: unknown) => error)).to.be.instanceOf(StoreFailed);
    await open.close();
    expect(verifyStore(join(folder, STORE_FILE), readAlone)).to.deep.equal([]);
    open = openedStore(folder);
    expect(await there(before)).to.deep.equal(onceEach(before));
  });
});
