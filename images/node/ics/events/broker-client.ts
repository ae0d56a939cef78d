/** enpd, as the other processes and its clients see it. */
import { connect, type Socket } from 'node:net';
import { after } from '../../../common/clock.ts';
import { type Message, receiveLines, sendLine } from '../json-lines.ts';
import type { Event } from './topics.ts';

const LONGEST_LINE = 1_048_576;
/** Between two attempts to reach a broker that is not there, in ms. */
const AGAIN_MS = 200;
/** Events that may wait for the broker's word at the same time; more would be memory without bound. */
const MOST_UNDER_WAY = 10_000;

/** It is not there, or ended before it said that it had taken an event: the event may or may not have been handed on. */
export class BrokerDown extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokerDown';
  }
}

export interface BrokerClient {
  /** Resolves once the broker has handed it to its subscribers. @throws BrokerDown */
  publish(topic: string, event: Event): Promise<void>;
  /**
   * From now on, also after the broker has been started again; events of the time in between are missed. Resolves once
   * the broker knows, or there is none for now.
   */
  subscribe(prefix: string, onEvent: (topic: string, event: Event) => void): Promise<void>;
  readonly connected: boolean;
  close(): void;
}

/** Resolves after the first attempt, successful or not: a server must not depend on its broker. */
export async function connectBroker(host: string, port: number): Promise<BrokerClient> {
  const client = new Client(host, port);
  await client.attempt();
  return client;
}

interface Waiting {
  resolve(): void;
  reject(error: BrokerDown): void;
}

class Client implements BrokerClient {
  readonly #host: string;
  readonly #port: number;
  readonly #subscriptions = new Map<string, ((topic: string, event: Event) => void)[]>();
  readonly #underWay = new Map<number, Waiting>();
  readonly #subscribing: (() => void)[] = [];
  #socket: Socket | undefined;
  #lastId = 0;
  #closed = false;
  connected = false;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  attempt(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, this.#host);
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.on('connect', () => {
        this.connected = true;
        for (const prefix of this.#subscriptions.keys()) sendLine(socket, { subscribe: prefix });
        resolve();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#lose();
        resolve();
        if (!this.#closed) after(AGAIN_MS, () => void (this.#closed || this.attempt()));
      });
      receiveLines(socket, LONGEST_LINE, (message) => this.#on(message));
    });
  }

  publish(topic: string, event: Event): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.connected || this.#socket === undefined || this.#underWay.size >= MOST_UNDER_WAY) {
        reject(new BrokerDown(`enpd at ${this.#host}:${this.#port} does not take events now`));
        return;
      }
      const id = ++this.#lastId;
      this.#underWay.set(id, { resolve, reject });
      sendLine(this.#socket, { publish: topic, event, id });
    });
  }

  subscribe(prefix: string, onEvent: (topic: string, event: Event) => void): Promise<void> {
    const known = this.#subscriptions.get(prefix);
    if (known !== undefined) {
      known.push(onEvent);
      return Promise.resolve();
    }
    this.#subscriptions.set(prefix, [onEvent]);
    if (!this.connected || this.#socket === undefined) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#subscribing.push(resolve);
    sendLine(this.#socket, { subscribe: prefix });
    return promise;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #on({ topic, event, published, subscribed }: Message): void {
    if (typeof topic === 'string') {
      for (const [prefix, listeners] of this.#subscriptions)
        if (topic.startsWith(prefix))
          for (const listener of listeners) listener(topic, (event ?? {}) as Event);
    } else if (subscribed !== undefined) {
      this.#subscribing.shift()?.();
    } else {
      this.#underWay.get(Number(published))?.resolve();
      this.#underWay.delete(Number(published));
    }
  }

  #lose(): void {
    this.connected = false;
    for (const { reject } of this.#underWay.values())
      reject(new BrokerDown(`enpd at ${this.#host}:${this.#port} has ended`));
    this.#underWay.clear();
    for (const resolve of this.#subscribing.splice(0)) resolve();
  }
}
