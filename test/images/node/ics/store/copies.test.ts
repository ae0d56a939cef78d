/** Archive and hot backup: a week of them, without waiting for a week. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import fc from 'fast-check';
import { type CopyKind, copyName, dayOf, outlived } from '../../../../../images/node/ics/store/copies.ts';
import { CopyKeeper, TransactionsLost } from '../../../../../images/node/ics/store/copy-keeper.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { type Job, runJob } from '../../../../../images/node/ics/store/jobs.ts';
import { restore } from '../../../../../images/node/ics/store/restoring.ts';
import { Snapshots } from '../../../../../images/node/ics/store/snapshot.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { newFolder, openedStore } from '../../../../helpers/store-folder.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 26, 0, 5);
const HOTBACKUP_MS = 120_000;

/** What events a store, or a copy of one, has. */
function uidsIn(folder: string): string[] {
  const database = new DatabaseSync(join(folder, STORE_FILE), { readOnly: true });
  try {
    return database
      .prepare('SELECT uid FROM events ORDER BY uid')
      .all()
      .map(({ uid }) => String(uid));
  } finally {
    database.close();
  }
}

describe('archive and hot backup', () => {
  let folder = '';
  let open: ReturnType<typeof openedStore>;
  let keepers: Record<CopyKind, CopyKeeper>;
  let said: string[];
  let job: (job: Job) => ReturnType<typeof runJob>;

  const pathOf = (kind: CopyKind) => join(folder, kind);

  function begin(): void {
    open = openedStore(folder, {
      committed: (transaction) => {
        for (const keeper of Object.values(keepers)) keeper.append(transaction);
      },
    });
    const { database } = open;
    const source = {
      file: join(folder, STORE_FILE),
      lineage: () => database.lineage(),
      transactions: () => database.transactions(),
      snapshot: (target: string) => new Snapshots(database).take(target),
    };
    const help = { say: (line: string) => void said.push(line), run: (one: Job) => job(one) };
    const keeper = (kind: CopyKind) =>
      new CopyKeeper({ kind, path: pathOf(kind), mindays: 3, maxdays: 7 }, source, help);
    keepers = { archive: keeper('archive'), hotbackup: keeper('hotbackup') };
  }

  async function end(): Promise<void> {
    await open.close();
    for (const keeper of Object.values(keepers)) keeper.close();
  }

  async function tick(ms: number): Promise<void> {
    await Promise.all(Object.values(keepers).map((keeper) => keeper.tick(new Date(ms))));
  }

  const statusOf = (kind: CopyKind) => JSON.parse(readFileSync(join(pathOf(kind), 'status.json'), 'utf8'));

  beforeEach(() => {
    folder = newFolder();
    said = [];
    job = runJob;
    begin();
  });
  afterEach(async () => {
    await end();
    rmSync(folder, { recursive: true });
  });

  it('has, after ten days, seven of each, the archive of every one with what that day applied', async () => {
    for (let day = 0; day < 10; day++) {
      await tick(START + day * DAY_MS);
      await open.store.put(eventNamed(`day${day}`));
      await tick(START + day * DAY_MS + HOTBACKUP_MS);
    }
    for (const kind of ['archive', 'hotbackup'] as const) {
      const names = readdirSync(pathOf(kind)).filter((name) => name !== 'status.json');
      const days = Array.from({ length: 7 }, (_, at) => dayOf(new Date(START + (at + 3) * DAY_MS)));
      expect(names.sort()).to.deep.equal(days.map((day) => copyName(kind, day)));
      for (const name of names) expect(verifyStore(join(pathOf(kind), name, STORE_FILE))).to.deep.equal([]);
    }
    expect(said).to.deep.equal([]);
    await end();
    const archived = join(pathOf('archive'), copyName('archive', dayOf(new Date(START + 5 * DAY_MS))));
    const place = newFolder();
    await restore(place, archived, false);
    expect(uidsIn(place)).to.deep.equal(['day0', 'day1', 'day2', 'day3', 'day4', 'day5']);
    rmSync(place, { recursive: true });
    begin();
  });

  it('applies the log to the hot backup, and leaves the snapshot of the archive', async () => {
    await open.store.put(eventNamed('a'));
    await tick(START);
    await open.store.put(eventNamed('b'));
    await open.store.remove('user1', ['a']);
    const newest = (kind: CopyKind) => join(pathOf(kind), copyName(kind, dayOf(new Date(START))));
    expect(uidsIn(newest('hotbackup'))).to.deep.equal(['a']);
    await tick(START + HOTBACKUP_MS);
    expect(uidsIn(newest('hotbackup'))).to.deep.equal(['b']);
    expect(uidsIn(newest('archive'))).to.deep.equal(['a']);
    expect(statusOf('hotbackup')).to.have.property('applied');
    await open.store.put(eventNamed('c'));
    await tick(START + 2 * HOTBACKUP_MS);
    expect(uidsIn(newest('hotbackup'))).to.deep.equal(['b', 'c']);
    expect(verifyStore(join(newest('hotbackup'), STORE_FILE))).to.deep.equal([]);
  });

  it('goes on with its log after a clean restart, and begins anew when the log has a hole', async () => {
    await tick(START);
    await end();
    begin();
    keepers.archive.resume();
    await open.store.put(eventNamed('a'));
    // Without the hot backup having been resumed: its log has a hole now.
    await end();
    begin();
    for (const keeper of Object.values(keepers)) keeper.resume();
    const archived = join(pathOf('archive'), copyName('archive', dayOf(new Date(START))));
    await tick(START + 1000);
    expect(uidsIn(archived)).to.deep.equal([]);
    expect(uidsIn(archived.replaceAll('archive', 'hotbackup'))).to.deep.equal(['a']);
  });

  it('tells the administrator of a copy that fails its verification, and keeps the one before', async () => {
    await tick(START);
    job = async () => ({ findings: ['a page is damaged'] });
    await tick(START + DAY_MS);
    expect(said).to.have.length(2);
    expect(said.join()).to.match(/archive FAILED: verification failed: a page is damaged/);
    expect(statusOf('archive')).to.deep.equal({ problem: 'verification failed: a page is damaged' });
    expect(readdirSync(pathOf('archive')).sort()).to.deep.equal([
      copyName('archive', dayOf(new Date(START))),
      'status.json',
    ]);
    job = runJob;
    await tick(START + DAY_MS + 600_000);
    expect(statusOf('archive')).to.have.property('verified');
  });

  it('verifies what is on the disk: a damaged snapshot is not taken', async () => {
    job = async (one) => {
      if (one.job === 'verify') writeFileSync(one.file, readFileSync(one.file).fill(0x5a, 4096, 16_384));
      return runJob(one);
    };
    await open.store.put(eventNamed('a'));
    await tick(START);
    expect(said.join()).to.match(/verification failed/);
    process.env['HA_SABOTAGE'] = 'verify-always-passes';
    try {
      said = [];
      await tick(START + 600_000);
      expect(said, 'a verify that always passes takes it').to.deep.equal([]);
    } finally {
      delete process.env['HA_SABOTAGE'];
    }
  });

  it('takes away what crashes have left of copies, of whatever day, and nothing else', async () => {
    const left = [
      `${copyName('archive', '20200101')}.partial`,
      `${copyName('archive', '20200102')}.replaced`,
    ];
    for (const name of [...left, 'archive_of_my_own.partial']) {
      mkdirSync(join(pathOf('archive'), name), { recursive: true });
      writeFileSync(join(pathOf('archive'), name, STORE_FILE), 'half of it');
    }
    await tick(START);
    expect(readdirSync(pathOf('archive')).sort()).to.deep.equal([
      copyName('archive', dayOf(new Date(START))),
      'archive_of_my_own.partial',
      'status.json',
    ]);
    expect(said).to.deep.equal([]);
  });

  it('throws away a hot backup whose log cannot be applied, and makes another', async () => {
    await tick(START);
    await open.store.put(eventNamed('a'));
    const copy = join(pathOf('hotbackup'), copyName('hotbackup', dayOf(new Date(START))));
    const log = join(copy, 'transactions-1.log');
    writeFileSync(log, readFileSync(log, 'utf8').replace('user1', 'user2'));
    await open.store.put(eventNamed('b'));
    await tick(START + HOTBACKUP_MS);
    expect(said.join()).to.match(/hotbackup FAILED: its log could not be applied: .* line 2/);
    expect(existsSync(copy)).to.equal(false);
    await tick(START + HOTBACKUP_MS + 600_000);
    expect(uidsIn(copy)).to.deep.equal(['a', 'b']);
  });

  it('serves though its newest copy cannot be read, says so, and makes another', async () => {
    await tick(START);
    const archived = join(pathOf('archive'), copyName('archive', dayOf(new Date(START))));
    writeFileSync(join(archived, 'transactions-1.log'), 'not a log');
    keepers.archive.close();
    await end();
    begin();
    keepers.archive.resume();
    expect(said.join()).to.match(/archive FAILED: .* its head is missing/);
    await open.store.put(eventNamed('a'));
    await tick(START + 1000);
    expect(uidsIn(archived)).to.deep.equal(['a']);
  });

  it('does without a copy where none can be, and the store goes on', async () => {
    writeFileSync(pathOf('archive'), 'not a folder');
    mkdirSync(pathOf('hotbackup'));
    await tick(START);
    expect(said.join()).to.match(/archive FAILED/);
    await open.store.put(eventNamed('a'));
    expect((await open.store.get('user1', ['a'])).length).to.equal(1);
  });

  it('shows that a store lost acknowledged transactions, and brings them back', async () => {
    await tick(START);
    await open.store.put(eventNamed('a'));
    const before = newFolder();
    cpSync(folder, before, { recursive: true });
    await open.store.put(eventNamed('b'));
    await end();
    // As if SQLite's log had been damaged: it would end before "b", without a word.
    for (const name of [STORE_FILE, `${STORE_FILE}-wal`])
      cpSync(join(before, name), join(folder, name), { recursive: true });
    begin();
    expect(() => keepers.archive.resume()).to.throw(
      TransactionsLost,
      /ends with transaction 1, and .* goes on to 2/,
    );
    await end();
    const archived = join(pathOf('archive'), copyName('archive', dayOf(new Date(START))));
    expect(await restore(folder, archived, true)).to.deep.equal({ transactions: 2 });
    begin();
    keepers.archive.resume();
    const found = await open.store.get('user1', ['a', 'b']);
    expect(found.map((event) => event?.sequences)).to.deep.equal([[1], [2]]);
    rmSync(before, { recursive: true });
  });

  it('keeps at least mindays, at most maxdays, and always the newest', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1 });
    const nameOf = (age: number) => dayOf(new Date(START - age * DAY_MS));
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(9),
        fc.boolean(),
        (ages, mindays, more, scarce) => {
          const sorted = ages.toSorted((one, other) => one - other);
          const limits = { mindays, maxdays: mindays + more };
          const gone = outlived(sorted.map(nameOf), nameOf(0), limits, scarce);
          for (const [at, age] of sorted.entries()) {
            const isGone = gone.includes(nameOf(age));
            if (at === 0 || age < mindays) expect(isGone).to.equal(false);
            else if (age >= limits.maxdays || scarce) expect(isGone).to.equal(true);
            else expect(isGone).to.equal(false);
          }
        },
      ),
    );
  });
});
