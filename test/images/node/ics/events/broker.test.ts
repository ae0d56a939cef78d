import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { until } from '../../../../../harness/clock.ts';
import { LIMITS, startBroker } from '../../../../../images/node/ics/events/broker.ts';
import {
  type BrokerClient,
  BrokerDown,
  connectBroker,
} from '../../../../../images/node/ics/events/broker-client.ts';

const HOST = '127.0.0.1';
const WITHIN_MS = 10_000;
type Got = { topic: string; event: Record<string, unknown> };

describe('enpd', () => {
  const closing: (() => void | Promise<void>)[] = [];
  const said: string[] = [];
  afterEach(async () => {
    said.length = 0;
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function broker(limits = LIMITS, port = 0) {
    const running = await startBroker(HOST, port, (text) => said.push(text), limits);
    closing.push(running.stop);
    return running;
  }

  async function client(port: number): Promise<BrokerClient> {
    const connected = await connectBroker(HOST, port);
    closing.push(() => connected.close());
    return connected;
  }

  function raw(port: number): { socket: Socket; said: () => string; closed: () => boolean } {
    const socket = connect(port, HOST);
    let [text, closed] = ['', false];
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed = true;
      });
    closing.push(() => void socket.destroy());
    return { socket, said: () => text, closed: () => closed };
  }

  const holds = (what: string, probe: () => boolean) =>
    until(what, WITHIN_MS, () => (probe() ? true : undefined), { missing: () => said.join('\n') });

  it('hands an event to those who subscribed to the beginning of its topic', async () => {
    const { port } = await broker();
    const [one, other, publisher] = [await client(port), await client(port), await client(port)];
    const got: Got[] = [];
    await one.subscribe('enp:///ics/', (topic, event) => got.push({ topic, event }));
    await other.subscribe('enp:///ics/alarm', (topic, event) => got.push({ topic, event }));
    await publisher.publish('enp:///ics/storeevent', { calid: 'a', uid: '1' });
    await publisher.publish('enp:///other', {});
    await publisher.publish('enp:///ics/alarm', { uid: '2' });
    await holds('three events', () => got.length >= 3);
    expect(got.map(({ topic }) => topic).toSorted()).to.deep.equal([
      'enp:///ics/alarm',
      'enp:///ics/alarm',
      'enp:///ics/storeevent',
    ]);
    expect(got[0]?.event).to.deep.equal({ calid: 'a', uid: '1' });
  });

  it('speaks lines of JSON that anybody can write and read', async () => {
    const { port } = await broker();
    const reader = raw(port);
    reader.socket.write('{"subscribe":"enp:///ics/alarm"}\n');
    await holds('the subscription', () => reader.said().includes('subscribed'));
    const writer = raw(port);
    writer.socket.write('{"publish":"enp:///ics/alarm","event":{"uid":"1"}}\n');
    await holds('the event', () =>
      reader.said().includes('{"topic":"enp:///ics/alarm","event":{"uid":"1"}}\n'),
    );
    expect(writer.said()).to.equal('');
  });

  for (const line of [
    'hello',
    '{}',
    '[]',
    '{"subscribe":1}',
    '{"publish":"","event":{}}',
    '{"publish":"a"}',
    '{"publish":"a","event":[]}',
    'x'.repeat(LIMITS.line + 1),
  ])
    it(`answers ${line.slice(0, 40)} with an error, closes, and goes on serving others`, async () => {
      const { port } = await broker();
      const wrong = raw(port);
      wrong.socket.write(`${line}\n{"publish":"a","event":{}}\n`);
      await holds('the end', wrong.closed);
      expect(wrong.said()).to.match(/^\{"error":".+"\}\n$/);
      await (await client(port)).publish('a', {});
    });

  it('lives through any bytes', async () => {
    const { port } = await broker();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const one = raw(port);
        one.socket.end(Buffer.from(bytes));
        await holds('the end', one.closed);
      }),
      { numRuns: 50 },
    );
    await (await client(port)).publish('a', {});
  });

  it('sends away a subscriber that does not read, and keeps no more than its share', async () => {
    const waiting = 100_000;
    const { port } = await broker({ ...LIMITS, waiting });
    const slow = raw(port);
    slow.socket.write('{"subscribe":""}\n');
    await holds('the subscription', () => slow.said().includes('subscribed'));
    slow.socket.pause();
    const [publisher, fast] = [await client(port), await client(port)];
    let got = 0;
    await fast.subscribe('', () => {
      got++;
    });
    const event = { text: 'x'.repeat(50_000) };
    let published = 0;
    await until('the slow one cut off', WITHIN_MS, async () => {
      await publisher.publish('a', event);
      published++;
      return said.length > 0 ? true : undefined;
    });
    expect(said[0]).to.match(/a subscriber at .* does not read what it is sent, and is cut off/);
    await holds('all events for who reads them', () => got === published);
  });

  it('takes a limited number of connections and subscriptions', async () => {
    const { port } = await broker({ ...LIMITS, connections: 1, subscriptions: 2 });
    const first = raw(port);
    first.socket.write('{"subscribe":"a"}\n{"subscribe":"b"}\n');
    await holds('two subscriptions', () => first.said().includes('"b"'));
    const second = raw(port);
    await holds('the end of the second', second.closed);
    expect(second.said()).to.match(/too many connections/);
    first.socket.write('{"subscribe":"c"}\n');
    await holds('the end of the first', first.closed);
    expect(first.said()).to.match(/more than 2 subscriptions/);
  });

  it('started again, it has its clients back; what is published while it is away fails', async () => {
    const first = await broker();
    const [subscriber, publisher] = [await client(first.port), await client(first.port)];
    const got: Got[] = [];
    await subscriber.subscribe('a', (topic, event) => got.push({ topic, event }));
    await first.stop();
    await holds('the loss noticed', () => !publisher.connected && !subscriber.connected);
    const trouble = await publisher.publish('a', {}).catch((error: unknown) => error);
    expect(trouble).to.be.instanceOf(BrokerDown);
    await broker(LIMITS, first.port);
    await holds('both back', () => publisher.connected && subscriber.connected);
    // A subscription of the new connection is on its way before the event is.
    await subscriber.subscribe('b', () => undefined);
    await publisher.publish('a', { uid: '1' });
    await holds('the event', () => got.length === 1);
  });

  it('a client without a broker does not wait for it', async () => {
    const { port, stop } = await broker();
    await stop();
    const alone = await client(port);
    expect(alone.connected).to.equal(false);
    await alone.subscribe('a', () => undefined);
    expect(await alone.publish('a', {}).catch((error: unknown) => error)).to.be.instanceOf(BrokerDown);
  });

  it('says why it cannot listen', async () => {
    const { port } = await broker();
    const trouble = await startBroker(HOST, port, () => undefined).catch((error: Error) => error.message);
    expect(trouble).to.match(new RegExp(`cannot listen on ${HOST}:${port}: .*EADDRINUSE`));
  });
});
