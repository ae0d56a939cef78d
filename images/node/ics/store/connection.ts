/** One connection to csstored: requests out, answers in, in any order. */
import { connect, type Socket } from 'node:net';
import { StoreFailed } from './calendar-store.ts';
import { FrameReader, frame, LARGEST_ANSWER, LARGEST_REQUEST } from './frames.ts';

interface UnderWay {
  resolve(result: unknown): void;
  reject(error: StoreFailed): void;
}

export class StoreConnection {
  readonly #socket: Socket;
  readonly #underWay = new Map<number, UnderWay>();
  #lastId = 0;
  /** Why no more requests are taken. */
  #lost: StoreFailed | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new FrameReader(LARGEST_ANSWER);
    socket.on('data', (piece: Buffer) => {
      try {
        for (const message of reader.take(piece)) this.#settle(message);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', (error) => this.#lose(error));
    // What was sent may have been done or not: only csstored could have told.
    socket.on('close', () => this.#lose(new Error('csstored closed the connection')));
  }

  /** @throws StoreFailed when nobody listens there. */
  static open(path: string | { host: string; port: number }): Promise<StoreConnection> {
    return new Promise((resolve, reject) => {
      const socket = typeof path === 'string' ? connect(path) : connect(path);
      const refuse = (error: Error) =>
        reject(new StoreFailed(`csstored cannot be reached: ${error.message}`, { cause: error }));
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.off('error', refuse);
        resolve(new StoreConnection(socket));
      });
    });
  }

  get usable(): boolean {
    return this.#lost === undefined;
  }

  /** @throws StoreFailed as csstored says, or when the connection ends before its answer. */
  ask(request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#lost) {
        reject(this.#lost);
        return;
      }
      const id = ++this.#lastId;
      const bytes = frame({ id, request });
      if (bytes.length > LARGEST_REQUEST) {
        reject(new StoreFailed(`a request of ${bytes.length} bytes is more than csstored takes at a time`));
        return;
      }
      this.#underWay.set(id, { resolve, reject });
      this.#socket.write(bytes);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once('close', () => resolve()).end();
    });
  }

  #settle(message: unknown): void {
    const { id, error, result } = (message ?? {}) as Record<string, unknown>;
    const waiting = typeof id === 'number' ? this.#underWay.get(id) : undefined;
    if (waiting === undefined || typeof id !== 'number') throw new Error(`an answer to nothing: ${id}`);
    this.#underWay.delete(id);
    if (typeof error === 'string') waiting.reject(new StoreFailed(error));
    else waiting.resolve(result);
  }

  #lose(reason: Error): void {
    if (this.#lost) return;
    this.#lost = new StoreFailed(`csstored is gone: ${reason.message}`, { cause: reason });
    for (const { reject } of this.#underWay.values()) reject(this.#lost);
    this.#underWay.clear();
  }
}
