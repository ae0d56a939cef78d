/**
 * enpd: takes events and hands each to those who subscribed to the beginning of its topic. Nothing is kept: who is not
 * there misses it, and who does not read fast enough is sent away, so that one slow reader costs the others nothing.
 */
import { createServer, type Socket } from 'node:net';
import { type Message, receiveLines, sendLine } from '../json-lines.ts';
import type { Running } from '../program.ts';
import type { Event } from './topics.ts';

export interface Limits {
  /** Of a line, in characters. */
  line: number;
  /** Of what may wait for one subscriber, in bytes. */
  waiting: number;
  connections: number;
  /** Of one connection. */
  subscriptions: number;
}

export const LIMITS: Limits = { line: 65_536, waiting: 1_048_576, connections: 1000, subscriptions: 100 };

class Broker {
  readonly #limits: Limits;
  readonly #say: (text: string) => void;
  readonly #prefixes = new Map<Socket, Set<string>>();

  constructor(limits: Limits, say: (text: string) => void) {
    this.#limits = limits;
    this.#say = say;
  }

  take(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    socket.on('close', () => this.#prefixes.delete(socket));
    if (this.#prefixes.size >= this.#limits.connections) {
      socket.end('{"error":"too many connections"}\n');
      return;
    }
    this.#prefixes.set(socket, new Set());
    receiveLines(socket, this.#limits.line, (message) => this.#on(socket, message));
  }

  /** @throws Error, in words for the client, when it says something else. */
  #on(socket: Socket, message: Message): void {
    const { subscribe, publish, event, id } = message;
    if (typeof subscribe === 'string') {
      this.#subscribe(socket, subscribe);
      sendLine(socket, { subscribed: subscribe });
    } else if (typeof publish === 'string' && publish !== '' && isEvent(event)) {
      this.#publish(publish, event);
      // Who wants to know that it was taken gives it a number.
      if (id !== undefined) sendLine(socket, { published: id });
    } else {
      throw new Error('a line is neither {"subscribe": topic} nor {"publish": topic, "event": {…}}');
    }
  }

  #subscribe(socket: Socket, prefix: string): void {
    const prefixes = this.#prefixes.get(socket);
    if ((prefixes?.size ?? 0) >= this.#limits.subscriptions)
      throw new Error(`more than ${this.#limits.subscriptions} subscriptions`);
    prefixes?.add(prefix);
  }

  #publish(topic: string, event: Event): void {
    for (const [socket, prefixes] of this.#prefixes) {
      if (![...prefixes].some((prefix) => topic.startsWith(prefix))) continue;
      sendLine(socket, { topic, event });
      if (socket.writableLength <= this.#limits.waiting) continue;
      this.#say(
        `a subscriber at ${socket.remoteAddress ?? '?'} does not read what it is sent, and is cut off`,
      );
      this.#prefixes.delete(socket);
      socket.destroy();
    }
  }
}

function isEvent(event: unknown): event is Event {
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

/** Resolves once it listens. @throws Error when the address cannot be had. */
export async function startBroker(
  host: string,
  port: number,
  say: (text: string) => void,
  limits: Limits = LIMITS,
): Promise<Running & { port: number }> {
  const broker = new Broker(limits, say);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.take(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`cannot listen on ${host}:${port}: ${error.message}`)));
    server.listen(port, host, resolve);
  });
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : port,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
