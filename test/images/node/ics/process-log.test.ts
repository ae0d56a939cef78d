/** What the processes of a server leave in logfile.logdir. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LARGEST_LOG, ProcessLog } from '../../../../images/node/ics/process-log.ts';
import { CalendarInstance } from '../../../helpers/calendar-instance.ts';

const ALL = ['cshttpd', 'csadmind', 'csnotifyd', 'csstored', 'enpd', 'watcher'];

describe('the log of a process', () => {
  let folder: string;
  let trouble: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'process-log-'));
    trouble = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const path = () => join(folder, 'enpd.log');
  const log = () => new ProcessLog(path(), 'enpd', (text) => void trouble.push(text));

  it('says when, on which node and which process; each entry begins its own line', () => {
    log().add('first\n  at a place\n');
    log().add('second');
    const where = `\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ${hostname()} enpd\\[${process.pid}\\]`;
    expect(readFileSync(path(), 'utf8')).to.match(
      new RegExp(`^${where}: first\n {4}at a place\n${where}: second\n$`),
    );
  });

  it('takes no more of the disk than twice its size', () => {
    const one = log();
    for (let entry = 0; entry < 35; entry++) one.add('x'.repeat(100_000));
    expect(readdirSync(folder).sort()).to.deep.equal(['enpd.log', 'enpd.log.old']);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).size).to.be.below(LARGEST_LOG + 110_000);
  });

  it('that cannot be written says so once, and goes on when it can be', () => {
    const one = log();
    mkdirSync(path());
    for (const text of ['a', 'b']) one.add(text);
    rmSync(path(), { recursive: true });
    one.add('c');
    expect(trouble.join('\n')).to.match(/^its log cannot be written: EISDIR[^\n]*$/);
    expect(readFileSync(path(), 'utf8')).to.match(/: c\n$/);
  });
});

describe('logfile.logdir', function () {
  this.timeout(120_000);

  it('has a log of each process: from when to when it served, and what it said', async () => {
    const logs = mkdtempSync(join(tmpdir(), 'logs-'));
    try {
      await using instance = await CalendarInstance.make({ settings: { 'logfile.logdir': logs } });
      await instance.ok('start-cal');
      await instance.servesAgain('csadmind', instance.strike('csadmind'));
      await instance.ok('stop-cal');
      expect(readdirSync(logs).sort()).to.deep.equal(ALL.map((name) => `${name}.log`).sort());
      for (const name of ALL) {
        const text = readFileSync(join(logs, `${name}.log`), 'utf8');
        expect(text, name).to.match(new RegExp(` ${name}\\[\\d+\\]: serves\n[^]* has ended\n$`));
      }
      expect(readFileSync(join(logs, 'watcher.log'), 'utf8')).to.match(
        /csadmind has died and is started again/,
      );
      expect(readFileSync(join(logs, 'csstored.log'), 'utf8')).to.match(/: a new store\n/);
    } finally {
      rmSync(logs, { recursive: true });
    }
  });

  it('that cannot be written to keeps no process from serving', async () => {
    await using instance = await CalendarInstance.make();
    const file = join(instance.folder, 'file');
    writeFileSync(file, '');
    instance.configure({ 'logfile.logdir': file });
    await instance.ok('start-cal');
    await instance.ok('probe-cal');
    expect(instance.log('csstored')).to.match(/csstored: its log cannot be written: ENOTDIR/);
  });
});
