/** cshttpd as one of a whole server's processes: what one instance promises, and the broken variants that do not. */
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { Errno } from '../../../../images/node/ics/wcap/errno.ts';
import { SHARED_FOLDER } from '../../../../images/node/ics/wcap/shared-sessions.ts';
import { CalendarInstance } from '../../../helpers/calendar-instance.ts';
import { callAt, PASSWORDS } from '../../../helpers/wcap-server.ts';

const event = { uid: 'u1', dtstart: '20261121T090000Z', dtend: '20261121T100000Z', summary: 'Tea' };
type Settings = Record<string, string | undefined>;

/** A server that serves, with users. */
async function started(settings: Settings = {}, environment: Record<string, string> = {}) {
  const instance = await CalendarInstance.make({ settings, environment });
  const users = Object.entries(PASSWORDS).map(([user, password]) => `${user}:${password}\n`);
  writeFileSync(join(instance.base, 'config/users'), users.join(''));
  try {
    await instance.ok('start-cal');
    return instance;
  } catch (error) {
    await instance[Symbol.asyncDispose]();
    throw error;
  }
}

const portOf = ({ settings }: CalendarInstance) => Number(settings['service.http.port']);
const call = (instance: CalendarInstance, command: string, parameters: Record<string, string> = {}) =>
  callAt(portOf(instance), command, parameters);

async function login(instance: CalendarInstance, user: string): Promise<string> {
  const { properties } = await call(instance, 'login', { user, password: PASSWORDS[user] ?? '' });
  return properties['x-nscp-wcap-session-id'] ?? '';
}

async function failureOf(check: () => Promise<unknown>): Promise<string> {
  return await check().then(
    () => 'it passed',
    (error: unknown) => String(error),
  );
}

/** A session of one instance is nothing to another. */
async function sessionsApart(environment: Record<string, string> = {}): Promise<void> {
  await using one = await started({}, environment);
  await using other = await started({ 'local.servername': 'other' }, environment);
  const write = { id: await login(one, 'ann'), calid: 'ann', ...event };
  expect((await call(one, 'storeevents', write)).errno, 'at its own instance').to.equal(Errno.ok);
  expect((await call(other, 'storeevents', write)).errno, 'at the other').to.equal(Errno.sessionInvalid);
}

/** What stands in ics.conf counts from the next start on. */
async function readOnce(environment: Record<string, string> = {}): Promise<void> {
  await using instance = await started({ 'service.http.maxsessions': '5' }, environment);
  const shown = async () => {
    const { body } = await call(instance, 'ping', { id: await login(instance, 'calmaster') });
    return /maxsessions=(\d+)/.exec(body)?.[1];
  };
  expect(await shown()).to.equal('5');
  instance.configure({ 'service.http.maxsessions': '2' });
  expect(await shown(), 'while it runs').to.equal('5');
  expect(await login(instance, 'ann'), 'a third session').to.not.equal('');
  await instance.ok('stop-cal', 'http');
  await instance.ok('start-cal', 'http');
  expect(await shown(), 'after a restart').to.equal('2');
}

describe('cshttpd', function () {
  this.timeout(120_000);

  const write = (instance: CalendarInstance, id: string) =>
    call(instance, 'storeevents', { id, calid: 'ann', ...event });

  it('listens on the address of ics.conf and on no other', async () => {
    await using instance = await started();
    const reached = (host: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(portOf(instance), host);
        socket.once('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    expect(await reached('127.0.0.1')).to.equal('connected');
    for (const other of ['127.0.0.2', '::1'])
      expect(await reached(other), other).to.match(/ECONNREFUSED|EADDRNOTAVAIL/);
  });

  it('keeps what it stored over a restart; sessions it does not keep', async () => {
    await using instance = await started();
    const before = await login(instance, 'ann');
    expect((await write(instance, before)).errno).to.equal(Errno.ok);
    await instance.ok('stop-cal', 'http');
    await instance.ok('start-cal', 'http');
    expect((await write(instance, before)).errno).to.equal(Errno.sessionInvalid);
    const id = await login(instance, 'ann');
    const { events } = await call(instance, 'fetchevents_by_id', { id, calid: 'ann', uid: 'u1' });
    expect(events.map(({ summary }) => summary)).to.deep.equal(['Tea']);
  });

  it('has sessions that nobody guesses', async () => {
    await using instance = await started();
    const ids = new Set<string>();
    for (let i = 0; i < 20; i++) ids.add(await login(instance, 'ann'));
    expect(ids.size).to.equal(20);
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{32}$/);
  });

  it('says error 14 while there is no csstored, is no good for a probe then, and lives', async () => {
    await using instance = await started({ 'local.autorestart': 'no' });
    const id = await login(instance, 'ann');
    const ping = async () => (await fetch(`http://127.0.0.1:${portOf(instance)}/ping`)).status;
    expect(await ping()).to.equal(200);
    instance.strike('csstored');
    const failed = await write(instance, id);
    expect(failed.errno).to.equal(Errno.storeFailed);
    expect(failed.properties['x-ics-problem']).to.be.a('string').with.length.above(0);
    expect(await ping()).to.equal(503);
    expect(await login(instance, 'bob')).to.not.equal('');
  });

  it('writes while enpd is dead, and while it hangs', async () => {
    await using instance = await started({ 'local.autorestart': 'no' });
    const id = await login(instance, 'ann');
    const hangs = instance.pid('enpd') ?? 0;
    process.kill(hangs, 'SIGSTOP');
    for (let i = 0; i < 20; i++) expect((await write(instance, id)).errno, 'hanging').to.equal(Errno.ok);
    process.kill(hangs, 'SIGKILL');
    for (let i = 0; i < 20; i++) expect((await write(instance, id)).errno, 'dead').to.equal(Errno.ok);
  });

  it('ends when it is told to, connections that say nothing or not', async () => {
    await using instance = await started();
    const silent = connect(portOf(instance), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    await instance.ok('stop-cal', 'http');
    expect(instance.names()).to.not.include('cshttpd');
    silent.destroy();
  });

  it('does not start without an address, and says which setting it lacks', async () => {
    const failure = await failureOf(() => started({ 'service.http.listenaddr': undefined }));
    expect(failure).to.match(/start-cal ended with status 1: .*cshttpd.*service\.http\.listenaddr/s);
  });

  it('accepts no session of another instance', () => sessionsApart());
  it('the sabotage "session-shared" is found by that', async () => {
    const failure = await failureOf(() => sessionsApart({ HA_SABOTAGE: 'session-shared' }));
    rmSync(SHARED_FOLDER, { recursive: true, force: true });
    expect(failure).to.match(/at the other: expected \+?0 to equal 1/);
  });

  it('reads ics.conf once, at its start', () => readOnce());
  it('the sabotage "reread-config" is found by that', async () => {
    const failure = await failureOf(() => readOnce({ HA_SABOTAGE: 'reread-config' }));
    expect(failure).to.match(/while it runs: expected '2'/);
  });
});
