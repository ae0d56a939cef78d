/** Starts and stops that do not go as they should: nothing may be left running, and the operator must be told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { killAll, stopInOrder } from '../../../../../images/node/ics/control/stopping.ts';
import type { ProcessName } from '../../../../../images/node/ics/program.ts';
import { CalendarInstance } from '../../../../helpers/calendar-instance.ts';

const neverServing = resolve(import.meta.dirname, '../../../../helpers/never-serving.ts');

/** A start-cal that waits for a csstored that never serves. */
async function stuckStart(
  environment: Record<string, string> = {},
): Promise<{ instance: CalendarInstance; start: ChildProcess }> {
  const instance = await CalendarInstance.make({ programs: { csstored: neverServing }, environment });
  const start = spawn(join(instance.base, 'sbin/start-cal'), {
    stdio: 'ignore',
    env: { ...process.env, ...environment, ICS_RUN_ROOT: join(instance.folder, 'run') },
  });
  await instance.until('csstored begun', () => instance.log('csstored').includes('never serves'));
  await instance.until('the others loaded', () => instance.names().length === 6);
  return { instance, start };
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode);
    else child.once('exit', (code) => done(code));
  });

describe('a start that is given up', function () {
  this.timeout(120_000);

  it('by a signal to start-cal leaves no process', async () => {
    const { instance, start } = await stuckStart();
    await using _ = instance;
    start.kill('SIGTERM');
    expect(await ended(start)).to.equal(1);
    expect(instance.names()).to.deep.equal([]);
  });

  it('by the death of start-cal: what has not begun does not begin', async () => {
    const { instance, start } = await stuckStart();
    await using _ = instance;
    start.kill('SIGKILL');
    await instance.until('the end of cshttpd', () => !instance.names().includes('cshttpd'));
    expect(instance.log('cshttpd')).to.match(/who started this process has ended before it could begin/);
    await instance.ok('stop-cal');
    expect(instance.names()).to.deep.equal([]);
  });

  it('because of one process says which, with what it said', async () => {
    await using instance = await CalendarInstance.make({ settings: { 'service.ens.host': '203.0.113.7' } });
    const { status, output } = await instance.command('start-cal');
    expect(status).to.equal(1);
    expect(output).to.match(/^start-cal: enpd did not start: enpd: cannot listen on 203\.0\.113\.7:\d+/m);
    expect(instance.names()).to.deep.equal([]);
  });

  it('of one word leaves the others as they were', async () => {
    await using instance = await CalendarInstance.make();
    await instance.ok('start-cal');
    await instance.ok('stop-cal', 'http');
    const before = instance.running();
    instance.configure({ 'service.http.listenaddr': '203.0.113.7' });
    expect((await instance.command('start-cal', 'http')).status).to.equal(1);
    expect(instance.running()).to.deep.equal(before);
  });
});

describe('a process that does not end', function () {
  this.timeout(120_000);

  const obedient = (name: ProcessName, before = '') => {
    const child = spawn('/bin/sh', ['-c', `${before} echo ready; while :; do sleep 1; done`]);
    const ready = new Promise((done) => child.stdout.once('data', done));
    return ready.then(() => ({ name, pid: child.pid ?? 0, child }));
  };
  const stubborn = (name: ProcessName) => obedient(name, 'trap "" TERM;');

  it('is named, with the way out, and those that started before it are let be', async () => {
    // The store would end at once if it were asked to, with clients of cshttpd still waiting for it.
    const [first, last] = [await obedient('csstored'), await stubborn('cshttpd')];
    try {
      const trouble = await stopInOrder([first, last], 200).catch((error: Error) => error.message);
      expect(trouble).to.match(/the end of cshttpd: .*process \d+ still runs; stop-cal -f kills it/);
      expect(first.child.signalCode).to.equal(null);
    } finally {
      await killAll([first, last], 10_000);
    }
    await Promise.all([ended(first.child), ended(last.child)]);
    expect([first.child.signalCode, last.child.signalCode]).to.deep.equal(['SIGKILL', 'SIGKILL']);
  });

  it('does not keep an instance from ending after a second death', async () => {
    const { instance, start } = await stuckStart({ HA_STUBBORN: '1' });
    await using _ = instance;
    start.kill('SIGKILL');
    await instance.until('only who has begun', () => !instance.names().includes('cshttpd'));
    instance.configure({ 'local.server.ha.enabled': 'yes' });
    instance.strike('watcher');
    await instance.ok('start-cal', 'watcher');
    const enpd = instance.running().find(({ name }) => name === 'enpd');
    await instance.until(
      'enpd registered',
      () => instance.log('watcher').split('enpd is registered').length > 2,
    );
    await instance.servesAgain('enpd', instance.strike('enpd'));
    expect(instance.pid('enpd')).to.not.equal(enpd?.pid);
    instance.strike('enpd');
    await instance.until('the end of the instance', () => instance.names().length === 0);
    expect(instance.log('watcher')).to.match(/the end of csstored: .*all are killed/);
  });
});
