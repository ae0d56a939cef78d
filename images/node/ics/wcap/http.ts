/** The HTTP server below WCAP: whole requests within limits go in, replies come out, and it ends in good order. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { after } from '../../../common/clock.ts';
import { type Call, type HttpReply, plain } from './call.ts';

export interface HttpLimits {
  /** Request line and headers together. */
  headerBytes: number;
  bodyBytes: number;
  /** From the connection, or the last request on it, until the headers of the next one are there. */
  headersMs: number;
  /** The same until the whole request is there. */
  requestMs: number;
  /** service.http.idletimeout: a connection on which nothing moves for so long is closed. */
  idleMs: number;
  /** What is under way when the server is to end may take so long. */
  graceMs: number;
}

export const LIMITS: Omit<HttpLimits, 'idleMs'> = {
  headerBytes: 16 * 1024,
  bodyBytes: 128 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  graceMs: 2_000,
};

export interface HttpOptions {
  address: string;
  port: number;
  limits: HttpLimits;
  /** In every reply, those to what is no request included. */
  headers: Record<string, string>;
  /** @throws what is no fault of the request; the client then learns nothing but that. */
  respond(call: Call): Promise<HttpReply>;
  /** Hears of what `respond` threw. */
  problem(error: unknown): void;
}

export interface HttpServer {
  port: number;
  stop(): Promise<void>;
}

/** How often the server looks for connections that are too slow, as a share of the time that they have. */
const LOOKS = 4;

export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { address, port, limits } = options;
  const connections = new Connections();
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      // Refused in `attend` instead, so that this reply, too, says who gives it.
      requireHostHeader: false,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.min(limits.headersMs, limits.requestMs) / LOOKS,
    },
    (request, response) => {
      connections.busy(response);
      void attend(request, response, options);
    },
  );
  server.on('checkExpectation', (_, response) => {
    connections.busy(response);
    if (introduced(response, options)) send(response, plain(417, 'nothing can be expected but 100-continue'));
  });
  server.timeout = limits.idleMs;
  server.on('connection', (socket) => connections.add(socket));
  server.on('clientError', (error, socket) => refuse(error, socket, options.headers));
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => stopped(server, connections, limits.graceMs),
  };
}

async function attend(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  if (!introduced(response, options)) return;
  try {
    if (request.httpVersion === '1.1' && request.headers.host === undefined) {
      send(response, plain(400, 'a request of HTTP/1.1 names its host'));
      return;
    }
    const body = await bodyOf(request, options.limits.bodyBytes);
    if (body === undefined) {
      response.setHeader('connection', 'close');
      send(response, plain(413, `a request may have ${options.limits.bodyBytes} bytes in its body`));
      return;
    }
    const { method = '', url: target = '' } = request;
    const [type = ''] = (request.headers['content-type'] ?? '').split(';');
    send(response, await options.respond({ method, target, type: type.trim().toLowerCase(), body }));
  } catch (error) {
    // A client that went away in the middle of its request has nobody to be told.
    if (request.destroyed && !request.complete) return;
    fail(response, options, error);
  }
}

function fail(response: ServerResponse, options: HttpOptions, error: unknown): void {
  options.problem(error);
  send(response, plain(500, 'the server failed over this request'));
}

/** What every reply says of its server; false, and the reply is an error, when a header cannot carry it. */
function introduced(response: ServerResponse, options: HttpOptions): boolean {
  try {
    for (const [name, value] of Object.entries(options.headers)) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    return true;
  } catch (error) {
    fail(response, options, error);
    return false;
  }
}

/** Undefined when there is more than there may be. @throws when the connection ends before the body does. */
async function bodyOf(request: IncomingMessage, most: number): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  // Who sends too much is to read why: ending the loop must not end the connection.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body }: HttpReply): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

const REFUSALS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no request of HTTP gets a reply all the same, as long as the client can still read one. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, headers: Record<string, string>): void {
  if (!socket.writable || (socket as Socket).bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}connection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Which connections have replies under way; to a server that ends, the others are of no more use. */
class Connections {
  readonly #replies = new Map<Socket, Set<ServerResponse>>();
  #ending = false;

  add(socket: Socket): void {
    this.#replies.set(socket, new Set());
    socket.once('close', () => this.#replies.delete(socket));
  }

  busy(response: ServerResponse): void {
    const { socket } = response;
    const replies = socket === null ? undefined : this.#replies.get(socket);
    replies?.add(response);
    if (this.#ending) response.setHeader('connection', 'close');
    response.once('close', () => {
      replies?.delete(response);
      if (this.#ending && replies?.size === 0) socket?.end();
    });
  }

  end(): void {
    this.#ending = true;
    for (const [socket, replies] of this.#replies) {
      if (replies.size === 0) socket.destroy();
      for (const reply of replies) if (!reply.headersSent) reply.setHeader('connection', 'close');
    }
  }
}

async function stopped(server: Server, connections: Connections, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  connections.end();
  const cancel = after(graceMs, () => server.closeAllConnections());
  await closed;
  cancel();
}
