/** csbackup, csrestore and csdb, as an operator has them: the commands of sbin, on a store live and stopped. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import type { CalendarStore } from '../../../../../images/node/ics/store/calendar-store.ts';
import { STORE_FILE } from '../../../../../images/node/ics/store/database.ts';
import { connectStore } from '../../../../../images/node/ics/store/remote-store.ts';
import { eventNamed } from '../../../../helpers/store-events.ts';
import { contentsOf } from '../../../../helpers/store-folder.ts';
import {
  killed,
  makeBase,
  runRootOf,
  type StoredProcess,
  startedStored,
  stopped,
} from '../../../../helpers/stored-process.ts';

const shipped = resolve(import.meta.dirname, '../../../../../images/node/ics');

describe('the commands of the store', function () {
  this.timeout(60_000);
  let base: string;
  let csdb: string;
  let backup: string;
  let stored: StoredProcess | undefined;
  let store: CalendarStore | undefined;

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'store-commands-'));
    [csdb, backup] = [join(base, 'csdb'), join(base, 'backup')];
    const copies = ['archive', 'hotbackup'].map((kind) => [`caldb.berkeleydb.${kind}.enable`, 'yes']);
    makeBase(base, Object.fromEntries(copies));
    symlinkSync(shipped, join(base, 'lib'));
    symlinkSync(join(shipped, 'sbin'), join(base, 'sbin'));
    await start();
    for (const uid of ['a', 'b']) await store?.put(eventNamed(uid));
  });
  afterEach(async () => {
    await store?.close();
    if (stored) await killed(stored);
    rmSync(base, { recursive: true });
  });

  async function start(): Promise<void> {
    stored = await startedStored(base);
    store = await connectStore(stored.socket);
  }

  async function stop(): Promise<void> {
    await store?.close();
    expect(stored && (await stopped(stored))).to.equal(0);
    stored = store = undefined;
  }

  /** Status and what it printed. */
  function command(name: string, ...words: string[]): Promise<[status: number, output: string]> {
    const environment = {
      ...process.env,
      ICS_RUN_ROOT: runRootOf(base),
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    };
    return new Promise((done) =>
      execFile(join(base, 'sbin', name), words, { env: environment }, (error, stdout, stderr) =>
        done([error === null ? 0 : Number(error.code), `${stdout}${stderr}`]),
      ),
    );
  }

  async function uids(): Promise<string[]> {
    const events = await store?.range('user1', '20200101T000000Z', '20300101T000000Z', 100);
    return (events ?? []).map(({ uid }) => uid);
  }

  for (const how of ['live', 'stopped'])
    it(`csbackup works ${how}, and what it makes can be restored`, async () => {
      if (how === 'stopped') await stop();
      expect((await command('csbackup', backup))[0]).to.equal(0);
      expect(readdirSync(backup)).to.deep.equal([STORE_FILE]);
      if (how === 'stopped') await start();
      await store?.put(eventNamed('later'));
      await stop();
      expect(await command('csrestore', backup)).to.satisfy(
        ([status, output]: [number, string]) => status === 1 && /-f replaces it/.test(output),
      );
      expect(await command('csrestore', '-f', backup)).to.deep.include(0);
      await start();
      expect(await uids()).to.deep.equal(['a', 'b']);
    });

  it('csbackup replaces a target with -f alone, and one that cannot be made leaves the old one', async () => {
    await command('csbackup', backup);
    const before = contentsOf(backup);
    await store?.put(eventNamed('later'));
    expect(await command('csbackup', backup)).to.deep.equal([
      1,
      `csbackup: ${backup} exists; -f replaces it\n`,
    ]);
    expect(contentsOf(backup)).to.deep.equal(before);
    stored?.child.kill('SIGKILL');
    await stored?.ended;
    truncateSync(join(csdb, STORE_FILE), 5000);
    expect((await command('csbackup', '-f', backup))[0]).to.equal(1);
    expect(contentsOf(backup)).to.deep.equal(before);
    expect(readdirSync(base)).to.not.include('backup.partial');
  });

  for (const how of ['live', 'stopped'])
    it(`csbackup -f replaces backups alone, and never the store, ${how}`, async () => {
      const other = join(base, 'other');
      mkdirSync(other);
      writeFileSync(join(other, 'thesis'), 'years of work');
      symlinkSync(csdb, join(base, 'link'));
      if (how === 'stopped') await stop();
      for (const [target, says] of [
        [csdb, /has the store itself in it/],
        [base, /has the store itself in it/],
        [join(base, 'link'), /has the store itself in it/],
        [other, /is no backup, and -f replaces nothing else/],
        [join(other, 'thesis'), /is no backup, and -f replaces nothing else/],
      ] as const) {
        const [status, output] = await command('csbackup', '-f', target);
        expect([status, output]).to.satisfy(() => status === 1 && says.test(output));
      }
      expect(readFileSync(join(other, 'thesis'), 'utf8')).to.equal('years of work');
      if (how === 'stopped') await start();
      expect(await uids()).to.deep.equal(['a', 'b']);
    });

  it('what is only looked at, or copied, stays to the byte as a crash left it', async () => {
    if (stored) await killed(stored);
    const left = contentsOf(csdb);
    expect(Object.keys(left)).to.include(`${STORE_FILE}-wal`);
    for (const [name, ...words] of [
      ['csdb', 'check'],
      ['csdb', 'verify'],
      ['csdb', 'list'],
      ['csbackup', backup],
    ] as const) {
      expect(await command(name, ...words), name).to.deep.include(0);
      expect(contentsOf(csdb), `${name} ${words[0]}`).to.deep.equal(left);
    }
    expect((await command('csdb', 'verify', backup))[0]).to.equal(0);
    const [, list] = await command('csdb', 'list');
    expect(list).to.include('2 events');
  });

  it('a store of which nothing is left is whole for no command', async () => {
    await stop();
    truncateSync(join(csdb, STORE_FILE), 0);
    expect((await command('csdb', 'verify'))[0]).to.equal(1);
    for (const [name, word] of [
      ['csdb', 'check'],
      ['csdb', 'list'],
      ['csbackup', backup],
    ] as const) {
      const [status, output] = await command(name, word);
      expect(status, word).to.equal(1);
      expect(output).to.include('0 bytes, which is no database');
    }
    expect(existsSync(backup)).to.equal(false);
  });

  it('csrestore refuses while csstored runs', async () => {
    await command('csbackup', backup);
    const [status, output] = await command('csrestore', '-f', backup);
    expect([status, output]).to.satisfy(() => status === 1 && /is open: csstored/.test(output));
    expect(await uids()).to.deep.equal(['a', 'b']);
  });

  it('csrestore takes nothing from a source that is not whole', async () => {
    await command('csbackup', backup);
    await stop();
    const file = join(backup, STORE_FILE);
    writeFileSync(file, readFileSync(file).fill(0x5a, 8192, 12_288));
    const before = contentsOf(csdb);
    const [status, output] = await command('csrestore', '-f', backup);
    expect(status).to.equal(1);
    expect(output).to.include('nothing is restored');
    expect(contentsOf(csdb)).to.deep.equal(before);
  });

  it('csrestore replaces a store that is damaged, its log included', async () => {
    await command('csbackup', backup);
    await store?.put(eventNamed('later'));
    if (stored) await killed(stored);
    await store?.close();
    const file = join(csdb, STORE_FILE);
    writeFileSync(file, readFileSync(file).fill(0x5a, 0, 4096));
    expect((await startedStored(base).catch((error) => error)).message).to.match(
      /not opened, and left as it is/,
    );
    expect(await command('csrestore', '-f', backup)).to.deep.include(0);
    await start();
    expect(await uids()).to.deep.equal(['a', 'b']);
  });

  it('csdb tells whether the store is whole, live and stopped, and what there is', async () => {
    const whole = [0, 'nothing is wrong with it\n'];
    for (const words of [['check'], ['verify']]) expect(await command('csdb', ...words)).to.deep.equal(whole);
    await command('csbackup', backup);
    expect(await command('csdb', 'verify', backup)).to.deep.equal(whole);
    const [, list] = await command('csdb', 'list');
    expect(list).to.match(
      /schema \d+; 1 calendars, 2 events, .*\narchive: nothing yet\nhotbackup: nothing yet\n/,
    );
    await stop();
    for (const words of [['check'], ['verify']]) expect(await command('csdb', ...words)).to.deep.equal(whole);
    for (const folder of [csdb, backup]) {
      const file = join(folder, STORE_FILE);
      const content = readFileSync(file);
      content.write('Xvent', content.indexOf('Event a'));
      writeFileSync(file, content);
    }
    const finding = 'user1/a: not as it was written\ncsdb: findings: 1\n';
    expect(await command('csdb', 'verify')).to.deep.equal([1, finding]);
    expect(await command('csdb', 'verify', backup)).to.deep.equal([1, finding]);
  });

  for (const words of [[], ['csdb'], ['verify', 'a', 'b'], ['check', 'a']])
    it(`csdb ${words.join(' ')}: says how it is used`, async () => {
      const [status, output] = await command('csdb', ...words);
      expect([status, output]).to.satisfy(() => status === 2 && /usage: csdb check/.test(output));
    });

  for (const words of [[], ['-x', 'a'], ['a', 'b'], ['-f']])
    it(`csbackup ${words.join(' ')}: says how it is used`, async () => {
      const [status, output] = await command('csbackup', ...words);
      expect([status, output]).to.satisfy(() => status === 2 && /usage: csbackup/.test(output));
    });

  it('csdb list says what the administrator was told of a copy', async () => {
    mkdirSync(join(csdb, 'archive'));
    writeFileSync(join(csdb, 'archive/status.json'), '{"problem":"verification failed"}\n');
    expect((await command('csdb', 'list'))[1]).to.include('archive: {"problem":"verification failed"}');
  });

  /** Only root can give files to others. */
  const asRoot = () =>
    it('what root leaves belongs to the owner of the store', async () => {
      await stop();
      const owner = 65_534;
      chmodSync(base, 0o755);
      for (const name of ['', ...readdirSync(csdb)]) chownSync(join(csdb, name), owner, owner);
      expect(await command('csbackup', backup)).to.deep.include(0);
      expect(await command('csrestore', '-f', backup)).to.deep.include(0);
      expect(await command('csdb', 'verify')).to.deep.include(0);
      const owners = [csdb, backup].flatMap((folder) =>
        readdirSync(folder).map((name) => statSync(join(folder, name)).uid),
      );
      expect(new Set(owners)).to.deep.equal(new Set([owner]));
      expect(existsSync(join(csdb, STORE_FILE))).to.equal(true);
    });
  if (process.geteuid?.() === 0) asRoot();
});
