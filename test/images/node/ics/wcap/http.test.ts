/** Clients of every kind over real connections: slow, half there, too large, gone. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { monotonicMs, until } from '../../../../../harness/clock.ts';
import { StoreFailed } from '../../../../../images/node/ics/store/calendar-store.ts';
import { memoryStore } from '../../../../helpers/memory-store.ts';
import { type WcapServer, wcapServer } from '../../../../helpers/wcap-server.ts';

const event = {
  calid: 'ann',
  uid: 'u1',
  dtstart: '20261121T090000Z',
  dtend: '20261121T100000Z',
  summary: 'Tea',
};
const KIB = 1024;
const portInTable = (port = 0) => port.toString(16).toUpperCase().padStart(4, '0');

/** What comes over a connection until the server ends it; undefined while it has not. */
class Line {
  readonly socket: Socket;
  received = '';
  ended = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (piece) => {
      this.received += piece;
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.ended = true;
    });
  }

  async end(): Promise<string> {
    await until('the end of the connection', 10_000, () => this.ended || undefined, {
      missing: () => `received ${JSON.stringify(this.received.slice(0, 300))}`,
    });
    return this.received;
  }

  async receives(what: RegExp): Promise<void> {
    await until(`${what}`, 10_000, () => what.test(this.received) || undefined, {
      missing: () => `received ${JSON.stringify(this.received.slice(0, 300))}`,
    });
  }
}

describe('WCAP over HTTP', () => {
  let server: WcapServer;
  const start = async (...how: Parameters<typeof wcapServer>) => {
    server = await wcapServer(...how);
  };
  afterEach(() => server.stop());

  const send = (text: string) => {
    const line = new Line(server.port);
    line.socket.write(text);
    return line;
  };
  const raw = (text: string) => send(text).end();
  const head = (first: string, ...more: string[]) =>
    [first, 'Host: cal', ...more, 'Connection: close', '', ''].join('\r\n');

  describe('a reply', () => {
    beforeEach(() => start());

    for (const [what, text, status] of [
      ['to a command', head('GET /check_id.wcap?id=x HTTP/1.1'), 200],
      ['to a whole address', head('GET http://cal/check_id.wcap?id=x HTTP/1.1'), 200],
      ['to a path that is none', head('GET /export.wcap HTTP/1.1'), 404],
      ['to a path of the language', head('GET /__proto__ HTTP/1.1'), 404],
      ['to a path with two slashes', head('GET //check_id.wcap HTTP/1.1'), 404],
      ['to another method', head('DELETE /check_id.wcap HTTP/1.1'), 405],
      ['to HEAD', head('HEAD /ping HTTP/1.1'), 405],
      ['to a form that is none', `${head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 2')}{}`, 415],
      ['to what is no HTTP', 'hello\r\n\r\n', 400],
      ['to two lengths', head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 2', 'Content-Length: 3'), 400],
      [
        'to a length and pieces',
        head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 2', 'Transfer-Encoding: chunked'),
        400,
      ],
      ['to headers without end', head('GET / HTTP/1.1', `X-A: ${'a'.repeat(17 * KIB)}`), 431],
      ['to an address without end', head(`GET /check_id.wcap?id=${'a'.repeat(17 * KIB)} HTTP/1.1`), 431],
      [
        'to a body that says it is too large',
        head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 131073'),
        413,
      ],
      ['to no host', 'GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['to HTTP/1.0, as probes speak it', 'GET /ping HTTP/1.0\r\n\r\n', 200],
    ] as const) {
      it(`${what} is ${status}, and says who replied`, async () => {
        const reply = await raw(text);
        expect(reply.split('\r\n')[0]).to.match(new RegExp(`^HTTP/1.1 ${status} `));
        expect(reply)
          .to.match(/^x-ics-instance: cal1\r$/m)
          .and.to.match(/^x-ics-node: \S+\r$/m);
      });
    }

    it('is 413 for pieces that grow too large, and the connection is over', async () => {
      const pieces = `10000\r\n${'a'.repeat(0x10000)}\r\n`.repeat(3);
      const form = ['Transfer-Encoding: chunked', 'Content-Type: application/x-www-form-urlencoded'];
      const line = send(
        `${head('POST /check_id.wcap HTTP/1.1', ...form).replace('Connection: close\r\n', '')}${pieces}`,
      );
      expect(await line.end()).to.match(/^HTTP\/1.1 413 /);
    });

    it('takes 1024 characters a parameter, of any kind, in a form', async () => {
      const id = await server.login('ann');
      const wide = '🐧'.repeat(1024);
      const { errno } = await server.call(
        'storeevents',
        { id, ...event, uid: wide, summary: wide },
        { post: true },
      );
      expect(errno).to.equal(0);
    });

    it('is kept from caches', async () => {
      expect((await server.call('check_id', { id: 'x' })).headers.get('cache-control')).to.equal('no-store');
    });
  });

  it('lives on when what every reply is to say fits into none', async () => {
    await start({}, { version: '“6.3”' });
    for (const text of [head('GET /ping HTTP/1.1'), head('GET /ping HTTP/1.1', 'Expect: tea')])
      expect(await raw(text)).to.match(/^HTTP\/1.1 500 [\s\S]*the server failed over this request/);
    expect(server.problems).to.have.length(2);
  });

  describe('a connection', () => {
    it('serves one request after another, sent at once too', async () => {
      await start();
      const one = 'GET /check_id.wcap?id=x HTTP/1.1\r\nHost: cal\r\n\r\n';
      const line = send(one.repeat(5));
      await line.receives(/(?:CHECK-ID:0[\s\S]*){5}/);
      expect(line.ended).to.equal(false);
      line.socket.write(head('GET /ping HTTP/1.1'));
      expect(await line.end()).to.match(/ok\n$/);
    });

    for (const [what, text] of [
      ['that says nothing', ''],
      ['whose first line does not end', 'GET /ping'],
      ['whose headers do not end', 'GET /ping HTTP/1.1\r\nHost: cal\r\n'],
      ['whose body does not end', `${head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 9')}id=`],
    ] as const) {
      it(`${what} is closed, and others are served meanwhile`, async () => {
        await start({}, { limits: { headersMs: 300, requestMs: 300 } });
        const line = send(text);
        expect((await server.call('check_id', { id: 'x' })).status).to.equal(200);
        expect(await line.end()).to.match(/^(HTTP\/1.1 408 |$)/);
      });
    }

    it('on which nothing moves is closed after service.http.idletimeout', async () => {
      await start({ 'service.http.idletimeout': '1' });
      const line = send('GET /ping HTTP/1.1\r\nHost: cal\r\n\r\n');
      await line.receives(/ok\n$/);
      const began = monotonicMs();
      await line.end();
      expect(monotonicMs() - began).to.be.at.least(900);
    });

    it('whose client reads nothing of what it asks for is closed', async () => {
      await start({ 'service.http.idletimeout': '1' });
      const id = await server.login('ann');
      for (let i = 0; i < 1000; i++)
        await server.store.put({ ...event, uid: `u${i}`, summary: 'x'.repeat(1024) });
      const line = new Line(server.port);
      line.socket.pause();
      const all = `GET /fetchcomponents_by_range.wcap?id=${id}&calid=ann HTTP/1.1\r\nHost: cal\r\n\r\n`;
      line.socket.write(all.repeat(20));
      await once(line.socket, 'connect');
      // The client would learn of it only by reading; the kernel knows the server's end of the connection.
      const itsEnd = `${portInTable(server.port)} ${portInTable(line.socket.localPort)} 01 `;
      const established = () =>
        readFileSync('/proc/net/tcp', 'utf8').replaceAll('0100007F:', '').includes(itsEnd);
      expect(established()).to.equal(true);
      await until('the end of the connection', 15_000, () => !established() || undefined);
      line.socket.destroy();
    });

    it('that breaks in the middle of a request is no error of the program', async () => {
      await start();
      const line = send(`${head('POST /check_id.wcap HTTP/1.1', 'Content-Length: 9')}id=`);
      await once(line.socket, 'connect');
      line.socket.resetAndDestroy();
      expect((await server.call('check_id', { id: 'x' })).status).to.equal(200);
      expect(server.problems).to.deep.equal([]);
    });
  });

  describe('GET /ping', () => {
    it('is 200 while the store answers, 503 when it does not', async () => {
      let broken = false;
      const get = async () => {
        if (broken) throw new StoreFailed('gone');
        return [undefined];
      };
      await start({}, { store: memoryStore({ get }) });
      const status = async () => (await fetch(`http://127.0.0.1:${server.port}/ping`)).status;
      expect(await status()).to.equal(200);
      broken = true;
      expect(await status()).to.equal(503);
      expect(server.problems).to.deep.equal([]);
    });
  });

  describe('the end', () => {
    /** A store whose writes are held until they are let go. */
    const holding = () => {
      const store = memoryStore();
      const held = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const put = store.put;
      store.put = async (one) => {
        asked.resolve();
        await held.promise;
        await put(one);
      };
      return { store, letGo: held.resolve, asked: asked.promise };
    };

    it('finishes what is under way, and takes nothing new', async () => {
      const { store, letGo, asked } = holding();
      await start({}, { store });
      const id = await server.login('ann');
      const agent = new Agent({ keepAlive: true });
      const under = once(
        request({
          port: server.port,
          host: '127.0.0.1',
          agent,
          path: `/storeevents.wcap?${new URLSearchParams({ id, ...event })}`,
        }).end(),
        'response',
      );
      await asked;
      const silent = new Line(server.port);
      await once(silent.socket, 'connect');
      const stopping = server.stop();
      await silent.end();
      const late = new Line(server.port);
      await late.end();
      letGo();
      const [response] = await under;
      expect(response.statusCode).to.equal(200);
      expect(response.headers.connection).to.equal('close');
      response.resume();
      await stopping;
      expect(await store.get('ann', ['u1'])).to.not.deep.equal([undefined]);
      agent.destroy();
    });

    it('waits for what does not end no longer than it may', async () => {
      const { store, asked, letGo } = holding();
      await start({}, { store, limits: { graceMs: 200 } });
      const id = await server.login('ann');
      const line = send(head(`GET /storeevents.wcap?${new URLSearchParams({ id, ...event })} HTTP/1.1`));
      await asked;
      await server.stop();
      expect(await line.end()).to.equal('');
      letGo();
    });
  });
});
