/** One connection of a view to the primary: it waits for one, takes whatever path works, and ends with it. */
import { connect, type Socket } from 'node:net';
import { after, monotonicMs, until } from '../../common/clock.ts';

const CONNECT_WITHIN_MS = 1000;
const TRY_EVERY_MS = 50;
/** With no primary for that long, whoever waits for the file system gets an error. */
const PATIENCE_MS = 60_000;

export interface Place {
  addresses: readonly string[];
  port: number;
}

export class Connection {
  readonly #client: Socket;
  readonly #place: () => Place;
  readonly #abort = new AbortController();
  #primary: Socket | undefined;
  #joined = false;
  /** Since when an answer is outstanding. */
  #askedMs: number | undefined;

  constructor(client: Socket, place: () => Place) {
    this.#client = client;
    this.#place = place;
    client.setNoDelay(true);
    client.on('error', () => undefined).on('close', () => this.end());
    client.once('data', (greeting) => {
      client.pause();
      void this.#join(greeting as Buffer);
    });
  }

  /** Own address of the path that it takes. */
  get path(): string | undefined {
    return this.#joined ? this.#primary?.localAddress : undefined;
  }

  onEnd(action: () => void): void {
    this.#client.once('close', action);
  }

  end(): void {
    this.#abort.abort();
    this.#client.destroy();
    this.#primary?.destroy();
  }

  /** Its primary is another one now. One that still waits goes on waiting. */
  turn(): void {
    if (this.#joined) this.end();
    else this.#primary?.destroy();
  }

  async #join(greeting: Buffer): Promise<void> {
    try {
      const found = await until('a primary', PATIENCE_MS, () => this.#tryAll(greeting), {
        everyMs: TRY_EVERY_MS,
        signal: this.#abort.signal,
      });
      this.#joinWith(found.socket, found.answer);
    } catch {
      this.end();
    }
  }

  async #tryAll(greeting: Buffer): Promise<{ socket: Socket; answer: Buffer } | undefined> {
    const { addresses, port } = this.#place();
    for (const address of addresses) {
      const answer = await this.#greet(address, port, greeting);
      if (answer !== undefined && this.#primary !== undefined) return { socket: this.#primary, answer };
    }
    return undefined;
  }

  /** What the server says to the greeting: a connection alone says nothing, the kernel of a hung node makes it too. */
  #greet(host: string, port: number, greeting: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host, port });
      this.#primary = socket;
      const tooLate = after(CONNECT_WITHIN_MS, () => socket.destroy());
      const done = (answer?: Buffer) => {
        tooLate();
        resolve(answer);
      };
      socket.on('error', () => undefined).once('close', () => done());
      socket.once('connect', () => socket.setNoDelay(true).write(greeting));
      socket.once('data', (answer) => {
        socket.pause();
        done(answer as Buffer);
      });
    });
  }

  #joinWith(primary: Socket, answer: Buffer): void {
    this.#joined = true;
    primary.on('close', () => this.end());
    this.#client.on('data', () => {
      this.#askedMs ??= monotonicMs();
    });
    primary.on('data', () => {
      this.#askedMs = undefined;
    });
    this.#client.write(answer);
    this.#client.pipe(primary);
    primary.pipe(this.#client);
    if (primary.destroyed) this.end();
  }

  /** An answer is long in coming: is it the path? Then another one may work. */
  async checkPath(patienceMs: number): Promise<void> {
    if (this.#askedMs === undefined || monotonicMs() - this.#askedMs < patienceMs) return;
    const { remoteAddress: host = '', remotePort: port = 0 } = this.#primary ?? {};
    const reachable = await new Promise<boolean>((resolve) => {
      const probe = connect({ host, port });
      const tooLate = after(CONNECT_WITHIN_MS, () => probe.destroy());
      probe.on('error', () => undefined).once('close', () => resolve(false));
      probe.once('connect', () => {
        tooLate();
        resolve(true);
        probe.destroy();
      });
    });
    if (!reachable) this.end();
  }
}
