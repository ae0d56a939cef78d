/** The watcher with real processes that are killed. */
import { connect } from 'node:net';
import { expect } from 'chai';
import { monotonicMs } from '../../../../../harness/clock.ts';
import { type ProcessName, socketOf } from '../../../../../images/node/ics/program.ts';
import { CalendarInstance } from '../../../../helpers/calendar-instance.ts';

const HA = { 'local.server.ha.enabled': 'yes' };

async function started(
  settings: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<CalendarInstance> {
  const instance = await CalendarInstance.make({ settings, environment });
  await instance.ok('start-cal');
  return instance;
}

async function diesTwice(instance: CalendarInstance, name: ProcessName): Promise<void> {
  await instance.servesAgain(name, instance.strike(name));
  instance.strike(name);
}

/** Answers what the watcher says to a line. */
function told(instance: CalendarInstance, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketOf(instance.runFolder, 'watcher'));
    let said = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece) => {
      said += piece;
    });
    socket.on('error', reject).on('close', () => resolve(said));
    socket.write(`${line}\n`);
  });
}

describe('the watcher', function () {
  this.timeout(180_000);

  it('starts whichever process died, and the server serves', async () => {
    await using instance = await started(HA);
    for (const name of ['enpd', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd'] as const)
      await instance.servesAgain(name, instance.strike(name));
    await instance.ok('probe-cal');
    expect(instance.log('watcher')).to.match(/cshttpd has died and is started again/);
  });

  it('several that die at once are all started again, the store before its clients', async () => {
    await using instance = await started(HA);
    const names = ['cshttpd', 'csnotifyd', 'csstored', 'enpd'] as const;
    const struck = names.map((name) => [name, instance.strike(name)] as const);
    for (const [name, pid] of struck) await instance.servesAgain(name, pid);
    await instance.ok('probe-cal');
  });

  it('under HA a second death within the time ends the instance: no process is left', async () => {
    await using instance = await started(HA);
    await diesTwice(instance, 'csstored');
    await instance.until('the end of the instance', () => instance.names().length === 0);
    expect(instance.log('watcher')).to.match(
      /csstored has died a second time within 600 s .* this instance ends/,
    );
  });

  it('the sabotage "restart-without-limit" is found by that: the instance goes on', async () => {
    await using instance = await started(HA, { HA_SABOTAGE: 'restart-without-limit' });
    await instance.servesAgain('csstored', instance.strike('csstored'));
    await instance.servesAgain('csstored', instance.strike('csstored'));
    expect(instance.names()).to.include('cshttpd');
  });

  it('without HA the process stays down, the others go on, and the log says so', async () => {
    await using instance = await started();
    await diesTwice(instance, 'enpd');
    await instance.until('the word', () => instance.log('watcher').includes('enpd has died a second time'));
    expect(instance.log('watcher')).to.match(/and stays down/);
    expect(instance.names()).to.deep.equal(['watcher', 'csstored', 'csnotifyd', 'csadmind', 'cshttpd']);
  });

  it('a second death after local.autorestart.timeout is followed by a restart', async () => {
    await using instance = await started({ ...HA, 'local.autorestart.timeout': '1' });
    const pid = instance.strike('csadmind');
    await instance.servesAgain('csadmind', pid);
    const sinceMs = monotonicMs();
    await instance.until('a second later', () => monotonicMs() - sinceMs > 1000);
    await instance.servesAgain('csadmind', instance.strike('csadmind'));
  });

  it('one that cannot start again has died a second time', async () => {
    await using instance = await started(HA);
    // Its settings are read as it starts: it is the only one that sees this.
    instance.configure({ 'service.http.listenaddr': '203.0.113.7' });
    instance.strike('cshttpd');
    await instance.until('the end of the instance', () => instance.names().length === 0);
    expect(instance.log('watcher')).to.match(/cshttpd did not start: .*203\.0\.113\.7/);
  });

  it('a setting that changes in ics.conf while it runs changes nothing', async () => {
    await using instance = await started();
    instance.configure({ 'local.autorestart': 'no' });
    await instance.servesAgain('enpd', instance.strike('enpd'));
  });

  it('the sabotage "reread-config" is found by that: the process stays down', async () => {
    await using instance = await started({}, { HA_SABOTAGE: 'reread-config' });
    instance.configure({ 'local.autorestart': 'no' });
    instance.strike('enpd');
    await instance.until('the word', () => instance.log('watcher').includes('local.autorestart is "no"'));
    expect(instance.names()).to.not.include('enpd');
  });

  it('its own death ends nothing; started again, it knows its processes', async () => {
    await using instance = await started(HA);
    const before = instance.running().filter(({ name }) => name !== 'watcher');
    instance.strike('watcher');
    expect(await instance.ok('start-cal')).to.match(/cshttpd is running already/);
    const registered = () =>
      before.every(({ name }) => instance.log('watcher').split(`${name} is registered`).length > 2);
    await instance.until('all registered once more', registered);
    expect(instance.running().filter(({ name }) => name !== 'watcher')).to.deep.equal(before);
    await instance.servesAgain('enpd', instance.strike('enpd'));
  });

  it('one that hangs holds up neither the end nor the start of a process', async () => {
    await using instance = await started(HA);
    const watcher = instance.pid('watcher') ?? 0;
    process.kill(watcher, 'SIGSTOP');
    try {
      await instance.ok('stop-cal', 'http');
      await instance.ok('start-cal', 'http');
      expect(instance.names()).to.include('cshttpd');
    } finally {
      process.kill(watcher, 'SIGCONT');
    }
    await instance.until(
      'cshttpd registered',
      () => instance.log('watcher').split('cshttpd is reg').length > 2,
    );
    expect(instance.log('watcher')).to.not.include('died');
  });

  for (const [line, says] of [
    ['nonsense', /"error":"a line is not JSON"/],
    ['{"register":"cshttpd"}', /"error":"register without the number/],
    ['{"register":"init","pid":1}', /"error":"no process is called init"/],
    ['{"hello":1}', /"error":"a line is neither/],
    ['{"register":"cshttpd","pid":1}', /"refused":"cshttpd runs already, as process \d+"/],
  ] as const)
    it(`answers ${line} with ${says.source}, and lives`, async () => {
      await using instance = await started();
      expect(await told(instance, line)).to.match(says);
      await instance.servesAgain('csadmind', instance.strike('csadmind'));
    });
});
