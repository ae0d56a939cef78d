/** cshttpd as a process, over csstored as a process: what one instance promises, and the broken variants that do not. */
import { connect } from 'node:net';
import { expect } from 'chai';
import { Errno } from '../../../../images/node/ics/wcap/errno.ts';
import { killed } from '../../../helpers/stored-process.ts';
import { type WcapInstance, wcapInstance } from '../../../helpers/wcap-process.ts';

const event = { uid: 'u1', dtstart: '20261121T090000Z', dtend: '20261121T100000Z', summary: 'Tea' };

async function failureOf(check: () => Promise<void>): Promise<string> {
  return await check().then(
    () => 'it passed',
    (error: unknown) => String(error),
  );
}

/** A session of one instance is nothing to another. */
async function sessionsApart(environment: Record<string, string> = {}): Promise<void> {
  await using one = await wcapInstance({}, environment);
  await using other = await wcapInstance({ 'local.servername': 'cal2' }, environment);
  const id = await one.login('ann');
  const write = { id, calid: 'ann', ...event };
  expect((await one.call('storeevents', write)).errno, 'at its own instance').to.equal(Errno.ok);
  expect((await other.call('storeevents', write)).errno, 'at the other').to.equal(Errno.sessionInvalid);
}

/** What stands in ics.conf counts from the next start on. */
async function readOnce(environment: Record<string, string> = {}): Promise<void> {
  await using instance = await wcapInstance({ 'service.http.maxsessions': '5' }, environment);
  const shown = async () => {
    const { body } = await instance.call('ping', { id: await instance.login('calmaster') });
    return /maxsessions=(\d+)/.exec(body)?.[1];
  };
  expect(await shown()).to.equal('5');
  instance.edit({ 'service.http.maxsessions': '2' });
  expect(await shown(), 'while it runs').to.equal('5');
  expect(await instance.login('ann'), 'a third session').to.not.equal('');
  await instance.restart();
  expect(await shown(), 'after a restart').to.equal('2');
}

describe('cshttpd', function () {
  this.timeout(120_000);
  let instance: WcapInstance;
  beforeEach(async () => {
    instance = await wcapInstance();
  });
  afterEach(() => instance[Symbol.asyncDispose]());

  const write = async (id: string, over: Record<string, string> = {}) =>
    await instance.call('storeevents', { id, calid: 'ann', ...event, ...over });

  it('listens on the address of ics.conf and on no other', async () => {
    const reached = (host: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(instance.port, host);
        socket.once('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    expect(await reached('127.0.0.1')).to.equal('connected');
    for (const other of ['127.0.0.2', '::1'])
      expect(await reached(other)).to.match(/ECONNREFUSED|EADDRNOTAVAIL/);
  });

  it('keeps what it stored over a restart; sessions it does not keep', async () => {
    const id = await instance.login('ann');
    expect((await write(id)).errno).to.equal(Errno.ok);
    await instance.restart();
    expect((await write(id)).errno).to.equal(Errno.sessionInvalid);
    const shown = await instance.call('fetchevents_by_id', {
      id: await instance.login('ann'),
      calid: 'ann',
      uid: 'u1',
    });
    expect(shown.events.map(({ summary }) => summary)).to.deep.equal(['Tea']);
  });

  it('has sessions that nobody guesses', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i++) ids.add(await instance.login('ann'));
    expect(ids.size).to.equal(20);
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{32}$/);
  });

  it('says error 14 while there is no csstored, is no good for a probe then, and lives', async () => {
    const id = await instance.login('ann');
    const ping = () => fetch(`http://127.0.0.1:${instance.port}/ping`);
    expect((await ping()).status).to.equal(200);
    await killed(instance.stored);
    const failed = await write(id);
    expect(failed.errno).to.equal(Errno.storeFailed);
    expect(failed.properties['x-ics-problem']).to.be.a('string').with.length.above(0);
    expect((await ping()).status).to.equal(503);
    expect(await instance.login('bob')).to.not.equal('');
  });

  it('ends at SIGTERM with status 0, connections that are kept open or not', async () => {
    const kept = connect(instance.port, '127.0.0.1');
    await new Promise((resolve) => kept.once('connect', resolve));
    instance.child.kill('SIGTERM');
    expect(await instance.ended).to.equal(0);
    kept.destroy();
  });

  it('does not start without an address, and says which setting it lacks', async () => {
    expect(
      await failureOf(async () => void (await wcapInstance({ 'service.http.listenaddr': '' }))),
    ).to.match(/cshttpd did not start \(1\): cshttpd: .*service\.http\.listenaddr/);
  });

  it('accepts no session of another instance', () => sessionsApart());
  it('would be caught if it did: session-shared', async () => {
    const failure = await failureOf(() => sessionsApart({ HA_SABOTAGE: 'session-shared' }));
    expect(failure).to.match(/at the other: expected \+?0 to equal 1/);
  });

  it('reads ics.conf once, at its start', () => readOnce());
  it('would be caught if it did it again: reread-config', async () => {
    expect(await failureOf(() => readOnce({ HA_SABOTAGE: 'reread-config' }))).to.match(
      /while it runs: expected '2'/,
    );
  });
});
