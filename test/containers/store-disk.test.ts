/** A store whose disk is full goes on once there is room; one whose disk fails ends. No acknowledgement is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../harness/clock.ts';
import { type CalendarStore, StoreFailed } from '../../images/node/ics/store/calendar-store.ts';
import { STORE_FILE } from '../../images/node/ics/store/database.ts';
import { readAlone } from '../../images/node/ics/store/reading.ts';
import { connectStore } from '../../images/node/ics/store/remote-store.ts';
import { verifyStore } from '../../images/node/ics/store/verify.ts';
import { fillDisk, makeRoom } from '../../images/witness/filling.ts';
import { SmallDisk } from '../helpers/small-disk.ts';
import { eventNamed } from '../helpers/store-events.ts';
import { killed, makeBase, type StoredProcess, startedStored, stopped } from '../helpers/stored-process.ts';

const DISK_MIB = 16;

describe('the disk of the store', function () {
  this.timeout(120_000);
  let base: string;
  let disk: SmallDisk;
  let stored: StoredProcess;
  let store: CalendarStore;
  /** Uids of what was acknowledged, and of what failed. */
  let acknowledged: string[];
  let failed: string[];

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'store-disk-'));
    disk = await SmallDisk.make(DISK_MIB);
    makeBase(base, { 'caldb.berkeleydb.homedir.path': disk.point });
    [acknowledged, failed] = [[], []];
    await start();
  });
  afterEach(async () => {
    await store.close();
    await killed(stored);
    await disk[Symbol.asyncDispose]();
    rmSync(base, { recursive: true });
  });

  async function start(): Promise<void> {
    stored = await startedStored(base);
    store = await connectStore(stored.socket, { patienceMs: 0 });
  }

  /** Several together; which were acknowledged is noted. */
  async function write(name: string, count: number): Promise<void> {
    const uids = Array.from({ length: count }, (_, at) => `${name}-${at}`);
    const results = await Promise.allSettled(
      uids.map((uid) => store.put(eventNamed(uid, { summary: 's'.repeat(500) }))),
    );
    results.forEach((result, at) => {
      const uid = uids[at] ?? '';
      if (result.status === 'fulfilled') acknowledged.push(uid);
      else {
        expect(result.reason).to.be.instanceOf(StoreFailed);
        failed.push(uid);
      }
    });
  }

  async function allThere(): Promise<void> {
    const found = await store.get('user1', acknowledged);
    const missing = acknowledged.filter((_, at) => found[at]?.sequences.length !== 1);
    expect(missing).to.deep.equal([]);
  }

  it('full: writes fail, reads go on, and writes again once there is room', async () => {
    await write('before', 50);
    fillDisk(disk.point);
    let round = 0;
    await until('writes fail on the full disk', 60_000, async () => {
      await write(`full-${round++}`, 50);
      return failed.length > 0 || undefined;
    });
    await write('still-full', 50);
    expect(failed).to.include('still-full-49');
    await allThere();
    // It can be started there too, as after a failover.
    await killed(stored);
    await store.close();
    await start();
    await allThere();
    makeRoom(disk.point);
    await write('after', 50);
    expect(acknowledged).to.include('after-49');
    await allThere();
    await store.close();
    expect(await stopped(stored)).to.equal(0);
    expect(verifyStore(join(disk.point, STORE_FILE), readAlone)).to.deep.equal([]);
    await start();
    await allThere();
  });

  it('full, and then the power goes: what was acknowledged is there', async () => {
    await write('before', 50);
    fillDisk(disk.point);
    for (let round = 0; failed.length === 0; round++) await write(`full-${round}`, 50);
    await killed(stored);
    await disk.shutDown();
    await disk.unmount();
    await disk.mount();
    makeRoom(disk.point);
    expect(verifyStore(join(disk.point, STORE_FILE), readAlone)).to.deep.equal([]);
    await start();
    await allThere();
  });

  it('failing: the write fails, csstored ends and says why, and nothing acknowledged is lost', async () => {
    await write('before', 50);
    await disk.shutDown();
    await write('after', 5);
    expect(failed).to.have.length(5);
    expect(await stored.ended).to.equal(1);
    expect(stored.said()).to.match(/the store failed: disk I\/O error \(SQLite \d+\)/);
    await store.close();
    await disk.unmount();
    await disk.mount();
    await start();
    await allThere();
    expect(stored.said()).to.include('was cut off');
  });
});
