/** csstored as a whole, in this process and on a clock of the test: its copies of a week, and its log kept short. */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../../harness/clock.ts';
import type { CalendarStore } from '../../../../../images/node/ics/store/calendar-store.ts';
import { copyName, dayOf } from '../../../../../images/node/ics/store/copies.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { connectStore } from '../../../../../images/node/ics/store/remote-store.ts';
import { restore } from '../../../../../images/node/ics/store/restoring.ts';
import { type StoredClock, startStored } from '../../../../../images/node/ics/store/stored.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder } from '../../../../helpers/store-folder.ts';

const DAY_MS = 86_400_000;
const HALF_MINUTE_MS = 30_000;

/** Time passes when the test says so; what is due every so often is done once for it. */
class TestClock implements StoredClock {
  #ms = Date.UTC(2026, 10, 26, 8);
  readonly #periodic: { periodMs: number; action: () => void }[] = [];

  now(): Date {
    return new Date(this.#ms);
  }
  after(): () => void {
    return () => undefined;
  }
  every(periodMs: number, action: () => void): () => void {
    const one = { periodMs, action };
    this.#periodic.push(one);
    return () => void this.#periodic.splice(this.#periodic.indexOf(one), 1);
  }
  pass(ms: number): void {
    this.#ms += ms;
    for (const { periodMs, action } of this.#periodic) if (periodMs <= ms) action();
  }
}

describe('csstored', () => {
  let folder = '';
  let csdb = '';
  let clock: TestClock;
  let stored: { stop(): Promise<void> };
  let store: CalendarStore;

  beforeEach(async () => {
    folder = newFolder();
    csdb = newFolder();
    clock = new TestClock();
    await start();
  });
  afterEach(async () => {
    await stop();
    for (const one of [folder, csdb]) rmSync(one, { recursive: true });
  });

  async function start(): Promise<void> {
    const socket = join(folder, 'csstored.sock');
    const plan = (kind: 'archive' | 'hotbackup') => ({
      kind,
      path: join(csdb, kind),
      mindays: 3,
      maxdays: 7,
    });
    const copies = [plan('archive'), plan('hotbackup')];
    const fail = (reason: unknown) => {
      throw reason;
    };
    stored = await startStored({ folder: csdb, socket, copies, clock, say: () => undefined, broken: fail });
    store = await connectStore(socket);
  }

  async function stop(): Promise<void> {
    await store.close();
    await stored.stop();
  }

  const copyOfToday = (kind: 'archive' | 'hotbackup') => join(csdb, kind, copyName(kind, dayOf(clock.now())));

  async function copied(): Promise<void> {
    for (const kind of ['archive', 'hotbackup'] as const)
      await until(`a copy of the day in ${kind}`, 20_000, () => existsSync(copyOfToday(kind)) || undefined);
  }

  it('makes copies day by day, across its own restarts, and any of them can be restored', async () => {
    for (let day = 0; day < 9; day++) {
      clock.pass(day === 0 ? HALF_MINUTE_MS : DAY_MS);
      await copied();
      await store.put(eventNamed(`day${day}`));
      if (day % 3 === 2) {
        await stop();
        await start();
      }
    }
    for (const kind of ['archive', 'hotbackup']) expect(readdirSync(join(csdb, kind))).to.have.length(7 + 1);
    for (const kind of ['archive', 'hotbackup'] as const) {
      const place = newFolder();
      const { transactions } = await restore(place, copyOfToday(kind), false);
      expect(transactions).to.equal(9);
      expect(verifyStore(join(place, STORE_FILE))).to.deep.equal([]);
      rmSync(place, { recursive: true });
    }
  });

  it('keeps the hot backup current', async () => {
    clock.pass(HALF_MINUTE_MS);
    await copied();
    await store.put(eventNamed('a'));
    clock.pass(DAY_MS / 24);
    const status = () => readFileSync(join(csdb, 'hotbackup/status.json'), 'utf8');
    await until('the log is applied', 20_000, () => status().includes('applied') || undefined, {
      missing: status,
    });
    const place = join(folder, 'copy.db');
    copyFileSync(join(copyOfToday('hotbackup'), STORE_FILE), place);
    expect(readFileSync(place).includes('Event a')).to.equal(true);
  });

  it('keeps its log short while it is written to, and brings it in when nobody writes', async () => {
    const writers = Array.from({ length: 16 }, async (_, client) => {
      for (let write = 0; write < 200; write++) await store.put(eventNamed(`c${client}-${write}`));
    });
    await Promise.all(writers);
    const wal = join(csdb, `${STORE_FILE}-wal`);
    expect(statSync(wal).size).to.be.lessThan(24 * 2 ** 20);
    clock.pass(1000);
    clock.pass(1000);
    // What the database has without its log.
    const alone = join(folder, 'alone.db');
    copyFileSync(join(csdb, STORE_FILE), alone);
    expect(verifyStore(alone)).to.deep.equal([]);
    expect(readFileSync(alone).includes('Event c15-199')).to.equal(true);
  });
});
