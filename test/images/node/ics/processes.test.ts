import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { CalendarInstance } from '../../../helpers/calendar-instance.ts';

const ALL = ['watcher', 'enpd', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd'];

async function page(instance: CalendarInstance): Promise<number> {
  return (await fetch(`http://127.0.0.1:${instance.settings['service.http.port']}/ping`)).status;
}

/** As root, from a checkout that others may read; containers show it in any case. */
function nobodyMayRun(): boolean {
  if (process.getuid?.() !== 0) return false;
  const program = resolve(import.meta.dirname, '../../../../images/node/ics/watcher.ts');
  const command = ['--reuid=65534', '--regid=65534', '--clear-groups', 'test', '-r', program];
  return spawnSync('setpriv', command).status === 0;
}

describe('the processes of the calendar server', function () {
  this.timeout(120_000);

  it('start-cal returns when all serve, stop-cal when the last has gone', async () => {
    await using instance = await CalendarInstance.make();
    const said = await instance.ok('start-cal', '-v');
    expect(instance.names()).to.deep.equal(ALL);
    expect(await page(instance)).to.equal(200);
    for (const name of ALL) expect(said).to.match(new RegExp(`^${name} +serves after \\d+ ms`, 'm'));
    const stopped = await instance.ok('stop-cal', '-v');
    expect(instance.names()).to.deep.equal([]);
    const order = stopped
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(order).to.deep.equal(ALL.toReversed());
    expect(instance.log('watcher')).to.not.include('died');
  });

  it('leaves alone what runs, and says so; a word starts or stops one process', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    const before = instance.running();
    expect(await instance.ok('start-cal')).to.match(/cshttpd is running already \(process \d+\)/);
    expect(instance.running()).to.deep.equal(before);
    await instance.ok('stop-cal', 'http');
    expect(instance.names()).to.deep.equal(ALL.filter((name) => name !== 'cshttpd'));
    expect(await instance.ok('stop-cal', 'http')).to.match(/no cshttpd is running/);
    await instance.ok('start-cal', 'http');
    expect(instance.names()).to.deep.equal(ALL);
    expect(await page(instance)).to.equal(200);
  });

  it('stop-cal -f kills, and the watcher does not take it for a death', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    await instance.ok('stop-cal', '-f', 'ens');
    expect(instance.names()).to.not.include('enpd');
    // The watcher has seen the connection end by the time that it answers again.
    await instance.ok('start-cal', 'ens');
    expect(instance.log('watcher')).to.not.include('died');
    await instance.ok('stop-cal', '-f');
    expect(instance.names()).to.deep.equal([]);
  });

  it('csdwpd runs only where the store is shared over the network', async () => {
    await using instance = await CalendarInstance.make();
    const { status, output } = await instance.command('start-cal', 'dwp');
    expect(status).to.equal(1);
    expect(output).to.match(/csdwpd is not enabled: .*service\.dwp\.enable/);
  });

  for (const [words, says] of [
    [['calendar'], /there is no process called calendar\nusage: start-cal \[-v\] \[watcher\|ens\|/],
    [['-x'], /there is no option -x\nusage/],
    [['-f'], /there is no option -f\nusage/],
  ] as const) {
    it(`start-cal ${words.join(' ')} is refused with the usage`, async () => {
      await using instance = await CalendarInstance.make();
      const { status, output } = await instance.command('start-cal', ...words);
      expect(status).to.equal(2);
      expect(output).to.match(says);
      expect(instance.names()).to.deep.equal([]);
    });
  }

  it("says a process' own last words when it does not start, and then nothing is left running", async () => {
    await using instance = await CalendarInstance.make({
      settings: { 'service.http.listenaddr': '203.0.113.7' },
    });
    const { status, output } = await instance.command('start-cal');
    expect(status).to.equal(1);
    expect(output).to.match(/start-cal: cshttpd did not start: cshttpd: .*203\.0\.113\.7/);
    expect(instance.names()).to.deep.equal([]);
    // Those that had started were stopped, not killed: the store has nothing to recover.
    instance.configure({ 'service.http.listenaddr': '127.0.0.1' });
    await instance.ok('start-cal');
    expect(instance.log('csstored')).to.match(/ended cleanly/);
  });

  it('says which line of ics.conf is wrong', async () => {
    await using instance = await CalendarInstance.make({
      settings: { 'service.http.listenaddr': '123.45.67.890' },
    });
    const { status, output } = await instance.command('start-cal');
    expect(status).to.equal(1);
    expect(output).to.match(
      /ics\.conf line \d+: service\.http\.listenaddr is "123\.45\.67\.890"; which is not an IP/,
    );
  });

  it('each reports the settings that it runs with, whatever ics.conf says by now', async () => {
    await using instance = await CalendarInstance.make({
      settings: {
        'x.unknown': 'kept',
        'x.clears.the.screen': '\u001b[2Jü',
        'local.authldapbindcred': 'secret',
      },
    });
    await instance.ok('start-cal');
    writeFileSync(join(instance.base, 'config/ics.conf'), 'not a line of ics.conf\n');
    for (const name of instance.names()) {
      const reported = instance.reported(name);
      expect(reported, name).to.include({
        'x.unknown': 'kept',
        'service.http.maxsessions': '5000',
        'local.authldapbindcred': '(hidden)',
      });
      expect(reported['service.http.port'], name).to.equal(instance.settings['service.http.port']);
    }
    const shown = await instance.ok('show-cal', '-s');
    expect(shown).to.include('csstored: local.autorestart = "yes"');
    expect(shown).to.not.include('secret');
    expect(shown).to.include('csstored: x.clears.the.screen = "?[2Jü"');
    expect(await instance.ok('show-cal')).to.match(/^csstored +process \d+, user \d+, \d+ MiB$/m);
    await instance.ok('probe-cal');
  });

  it('two instances on one machine know nothing of each other', async () => {
    await using one = await CalendarInstance.make();
    await using other = await CalendarInstance.make();
    await Promise.all([one.ok('start-cal'), other.ok('start-cal')]);
    await one.ok('stop-cal');
    expect(one.names()).to.deep.equal([]);
    expect(other.names()).to.deep.equal(ALL);
    expect(await page(other)).to.equal(200);
  });

  it('two start-cal at the same time start one server', async () => {
    await using instance = await CalendarInstance.make();
    await Promise.all([instance.ok('start-cal'), instance.ok('start-cal')]);
    expect(instance.names()).to.deep.equal(ALL);
  });

  if (nobodyMayRun())
    it('run as the user of ics.conf, cshttpd alone with the privilege of a low port', async () => {
      const privileged = 1 << 10;
      await using instance = await CalendarInstance.make({
        settings: { 'local.user': 'nobody', 'local.group': 'nogroup', 'service.http.port': '81' },
      });
      const { status, output } = await instance.command('start-cal');
      expect(status, output).to.equal(0);
      for (const { name, pid } of instance.running()) {
        const about = readFileSync(`/proc/${pid}/status`, 'utf8');
        expect(about, name).to.match(/^Uid:\t65534\t65534\t65534\t65534$/m);
        expect(about, name).to.match(/^Groups:\t *$/m);
        const effective = Number.parseInt(/^CapEff:\t(\S+)$/m.exec(about)?.[1] ?? '', 16);
        expect(effective, name).to.equal(['cshttpd', 'watcher'].includes(name) ? privileged : 0);
      }
    });
});

describe('probe-cal', function () {
  this.timeout(120_000);

  it('fails without a server, and for a dead store behind a live cshttpd', async () => {
    await using instance = await CalendarInstance.make({ settings: { 'local.autorestart': 'no' } });
    expect((await instance.command('probe-cal')).output).to.match(/cshttpd does not run/);
    await instance.ok('start-cal');
    await instance.ok('probe-cal');
    instance.strike('csstored');
    const { status, output } = await instance.command('probe-cal');
    expect(status).to.equal(1);
    expect(output).to.match(/answers with status 503: it does not reach its store/);
  });

  it('warns of a dead watcher, and then counts every dead process as a failure', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    const dies = async (name: 'watcher' | 'csadmind') => {
      instance.strike(name);
      await instance.until(`the end of ${name}`, () => !instance.names().includes(name));
    };
    await dies('watcher');
    expect(await instance.ok('probe-cal')).to.match(/the watcher has died; start-cal watcher starts it/);
    await dies('csadmind');
    const { status, output } = await instance.command('probe-cal');
    expect(status).to.equal(1);
    expect(output).to.match(/csadmind has died, and so has the watcher/);
  });
});
