/** A store that is not whole is refused in words, and nothing of it is overwritten. */
import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { randomFrom } from '../../../../../harness/random.ts';
import { CalendarDatabase, STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { openStore, StoreRefused } from '../../../../../images/node/ics/store/open-store.ts';
import { SCHEMA } from '../../../../../images/node/ics/store/schema.ts';
import { verifyStore } from '../../../../../images/node/ics/store/verify.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { contentsOf, newFolder, openedStore } from '../../../../helpers/store-folder.ts';

const PAGE = 4096;

function refusal(folder: string): string {
  try {
    const { database, lock } = openStore(folder);
    database.close();
    lock.release();
    return 'opened';
  } catch (error) {
    expect(error).to.be.instanceOf(StoreRefused);
    return (error as Error).message;
  }
}

describe('a damaged store', () => {
  let folder = '';
  let file = '';

  /** A store of some hundred pages that ended cleanly. */
  beforeEach(async () => {
    folder = newFolder();
    file = join(folder, STORE_FILE);
    const { store, close } = openedStore(folder);
    const events = Array.from({ length: 400 }, (_, at) =>
      eventNamed(`e${at}`, { summary: 'x'.repeat(600), alarm: '20260102T025000Z' }),
    );
    await Promise.all(events.map((event) => store.put(event)));
    await store.put(eventNamed('last', { summary: 'zzzz' }));
    await store.remove('user1', ['e1', 'e2']);
    await close();
    delete process.env['HA_SABOTAGE'];
  });
  afterEach(() => {
    delete process.env['HA_SABOTAGE'];
    rmSync(folder, { recursive: true });
  });

  function overwrite(at: number, bytes: Buffer): void {
    const content = readFileSync(file);
    bytes.copy(content, at);
    writeFileSync(file, content);
  }

  const damages: Record<string, { damage(): void; says: RegExp }> = {
    'its header': { damage: () => overwrite(0, Buffer.from('what is this')), says: /header/ },
    'half of it missing': { damage: () => truncateSync(file, 20 * PAGE), says: /malformed|damaged/ },
    'all of it missing': { damage: () => truncateSync(file, 0), says: /0 bytes/ },
    'a page of zeros': { damage: () => overwrite(7 * PAGE, Buffer.alloc(PAGE)), says: /damaged|malformed/ },
    'its schema unreadable': {
      damage: () => overwrite(100, Buffer.alloc(2000, 0x5a)),
      says: /malformed|damaged/,
    },
  };

  for (const [what, { damage, says }] of Object.entries(damages))
    it(`${what}: refused, left as it is, and found by csdb verify`, () => {
      damage();
      const before = contentsOf(folder);
      expect(refusal(folder)).to.match(says).and.include('left as it is');
      expect(contentsOf(folder)).to.deep.equal(before);
      expect(verifyStore(file)).to.not.be.empty;
    });

  it('random bytes over a random page: verify finds it each time, and a refusal overwrites nothing', () => {
    const random = randomFrom(Number(process.env['DRILL_SEED'] ?? 1), 'damaged pages');
    const whole = readFileSync(file);
    let refused = 0;
    for (let run = 0; run < 40; run++) {
      writeFileSync(file, whole);
      const page = random.integer(1, whole.length / PAGE - 1);
      overwrite(page * PAGE, Buffer.from(Array.from({ length: PAGE }, () => random.integer(0, 255))));
      const before = contentsOf(folder);
      expect(verifyStore(file), `page ${page}`).to.not.be.empty;
      const message = refusal(folder);
      if (message === 'opened') continue;
      refused++;
      expect(contentsOf(folder)).to.deep.equal(before);
    }
    expect(refused).to.be.greaterThan(20);
  });

  it('one letter of one event: only csdb verify finds it', () => {
    const content = readFileSync(file);
    overwrite(content.indexOf('zzzz'), Buffer.from('y'));
    expect(verifyStore(file).join()).to.include('not as it was written');
  });

  it('is not found by a verify that always passes', () => {
    damages['half of it missing']?.damage();
    process.env['HA_SABOTAGE'] = 'verify-always-passes';
    expect(verifyStore(file)).to.deep.equal([]);
  });

  it('a file of which only the log is there is not begun anew', () => {
    rmSync(file);
    appendFileSync(`${file}-wal`, 'something');
    expect(refusal(folder)).to.include('its log is there');
  });

  it('a folder that is not there is not made', () => {
    expect(refusal(join(folder, 'none'))).to.include('is its disk mounted?');
  });

  it('a newer schema is refused, whether it is in the database or still in its log', () => {
    const newer = new CalendarDatabase(file);
    newer.connection.exec(`PRAGMA user_version = ${SCHEMA + 1}`);
    // As a crash leaves it: the database as it was, and a log.
    const crashed = newFolder();
    cpSync(folder, crashed, { recursive: true });
    newer.close();
    for (const one of [folder, crashed]) {
      const before = contentsOf(one);
      expect(refusal(one)).to.match(
        new RegExp(`schema is ${SCHEMA + 1}.*up to ${SCHEMA}.*apply the patch.*csrestore`),
      );
      expect(contentsOf(one)).to.deep.equal(before);
    }
    rmSync(crashed, { recursive: true });
  });
});
