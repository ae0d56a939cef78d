import { once } from 'node:events';
import { Agent, createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { type CallResult, call } from '../../../images/client/wcap-call.ts';
import { monotonicMs } from '../../../images/common/clock.ts';

const body = (errno: number) => `BEGIN:VCALENDAR\r\nX-NSCP-WCAP-ERRNO:${errno}\r\nEND:VCALENDAR\r\n`;
const LONG_MS = 10_000;

/** Calls a server that is there for this one call. */
async function callOf(
  server: Server,
  options: { withinMs?: number; agent?: Agent } = {},
): Promise<CallResult> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await callPort((server.address() as AddressInfo).port, options);
  } finally {
    server.close();
  }
}

function callPort(port: number, { withinMs = LONG_MS, agent }: { withinMs?: number; agent?: Agent } = {}) {
  return call(
    { address: '127.0.0.1', port },
    '/storeevents.wcap?uid=u1',
    monotonicMs() + withinMs,
    agent ?? false,
  );
}

const replying = (listener: RequestListener) => callOf(createHttpServer({ keepAliveTimeout: 1 }, listener));

/** A server that does `act` with a connection once a request has come over it. */
const acting = (act: (connection: Socket) => void): Server =>
  createServer((connection) => {
    connection.on('error', () => undefined);
    connection.once('data', () => act(connection));
  });

describe('one call of the client', () => {
  it('is ok with error number 0, and says who replied', async () => {
    const result = await replying((request, response) => {
      response.setHeader('x-ics-node', 'Node2').setHeader('x-ics-instance', 'cal1');
      response.end(`${body(0)}${request.url}`);
    });
    expect(result).to.deep.include({ outcome: 'ok', detail: '', node: 'Node2', instance: 'cal1', errno: 0 });
    expect(result.body).to.include('/storeevents.wcap?uid=u1');
  });

  it('failed when the server refuses', async () => {
    const denied = await replying((_, response) => response.end(body(28)));
    expect(denied).to.deep.include({ outcome: 'failed', detail: 'WCAP error 28', errno: 28 });
    const broken = await replying((_, response) => response.writeHead(404).end(body(0)));
    expect(broken).to.deep.include({ outcome: 'failed', detail: 'HTTP 404', errno: null });
    const threw = await replying((_, response) => response.writeHead(500).end(''));
    expect(threw).to.deep.include({ outcome: 'indeterminate', detail: 'HTTP 500', errno: null });
  });

  it('is indeterminate when the store failed', async () => {
    const stored = await replying((_, response) => response.end(body(14)));
    expect(stored).to.deep.include({ outcome: 'indeterminate', errno: 14 });
  });

  it('is indeterminate when the reply has no error number', async () => {
    const result = await replying((_, response) => response.end('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'));
    expect(result).to.deep.include({ outcome: 'indeterminate', errno: null });
  });

  it('failed when the connection is refused', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await callPort(port)).to.deep.include({ outcome: 'failed', detail: 'ECONNREFUSED' });
  });

  it('is indeterminate when the request is taken and never answered', async () => {
    const connections: Socket[] = [];
    const result = await callOf(
      acting((connection) => connections.push(connection)),
      { withinMs: 200 },
    );
    expect(result).to.deep.include({ outcome: 'indeterminate', detail: 'no reply in time' });
    expect(connections).to.have.length(1);
  });

  it('is indeterminate when the reply stops in the middle', async () => {
    const server = acting((connection) =>
      connection.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nBEGIN'),
    );
    expect(await callOf(server, { withinMs: 200 })).to.deep.include({
      outcome: 'indeterminate',
      detail: 'no reply in time',
    });
  });

  it('is indeterminate when the connection is reset after the request', async () => {
    const result = await callOf(acting((connection) => connection.resetAndDestroy()));
    expect(result).to.deep.include({ outcome: 'indeterminate', detail: 'ECONNRESET' });
  });

  it('is indeterminate when the connection is reset in the middle of the reply', async () => {
    const server = acting((connection) => {
      const head = `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${body(0)}`;
      connection.write(head, () => connection.resetAndDestroy());
    });
    expect((await callOf(server)).outcome).to.equal('indeterminate');
  });

  it('is indeterminate when the connection ends in the middle of the reply, an error number 0 in it or not', async () => {
    const server = acting((connection) => {
      connection.end(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${body(0)}`);
    });
    expect((await callOf(server)).outcome).to.equal('indeterminate');
  });

  it('is indeterminate over a kept connection that the server drops', async () => {
    const agent = new Agent({ keepAlive: true });
    const server = createHttpServer((_, response) => response.end(body(0)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await callPort(port, { agent })).outcome).to.equal('ok');
    server.removeAllListeners('request');
    server.on('request', (request) => request.socket.resetAndDestroy());
    expect((await callPort(port, { agent })).outcome).to.equal('indeterminate');
    agent.destroy();
    server.close();
  });
});
