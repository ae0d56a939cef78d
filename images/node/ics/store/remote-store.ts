/** The store as the other processes have it: through csstored's local socket. */
import { DeadlineError, until } from '../../../common/clock.ts';
import { type CalendarStore, type StoredEvent, StoreFailed } from './calendar-store.ts';
import { StoreConnection } from './connection.ts';

/** How long a call waits for a csstored that is just being restarted, in ms. */
const PATIENCE_MS = 1000;

/**
 * @param socket path of csstored's local socket, or where csdwpd listens.
 * @throws StoreFailed when csstored does not serve there. Afterwards a lost connection is made anew by the next call;
 * calls that were under way fail with StoreFailed, since nobody knows what became of them.
 */
export async function connectStore(
  socket: string | { host: string; port: number },
  options: { patienceMs?: number } = {},
): Promise<CalendarStore> {
  const line = new Line(socket, options.patienceMs ?? PATIENCE_MS);
  await line.connect();
  return {
    put: async (event) => {
      await line.ask({ op: 'put', event });
    },
    remove: async (calid, uids) => (await line.ask({ op: 'remove', calid, uids })) as boolean[],
    get: async (calid, uids) => {
      const found = (await line.ask({ op: 'get', calid, uids })) as (StoredEvent | null)[];
      return found.map((event) => event ?? undefined);
    },
    range: async (calid, from, untilMoment, most) =>
      (await line.ask({ op: 'range', calid, from, until: untilMoment, most })) as StoredEvent[],
    alarms: async (from, untilMoment) =>
      (await line.ask({ op: 'alarms', from, until: untilMoment })) as StoredEvent[],
    close: () => line.close(),
  };
}

/** A connection that is made anew when it was lost. */
class Line {
  readonly #path: string | { host: string; port: number };
  readonly #patienceMs: number;
  #connection: StoreConnection | undefined;
  #connecting: Promise<StoreConnection> | undefined;
  #closed = false;

  constructor(path: string | { host: string; port: number }, patienceMs: number) {
    this.#path = path;
    this.#patienceMs = patienceMs;
  }

  async ask(request: object): Promise<unknown> {
    const connection = this.#connection?.usable ? this.#connection : await this.connect();
    return await connection.ask(request);
  }

  /** All that call meanwhile wait for the same attempt. */
  connect(): Promise<StoreConnection> {
    this.#connecting ??= this.#attempts().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #attempts(): Promise<StoreConnection> {
    let refused = new StoreFailed('csstored was not asked');
    try {
      return await until('connection to csstored', this.#patienceMs, async () => {
        if (this.#closed) throw new StoreFailed('this connection to the store was closed');
        try {
          this.#connection = await StoreConnection.open(this.#path);
          return this.#connection;
        } catch (error) {
          if (error instanceof StoreFailed) refused = error;
          return undefined;
        }
      });
    } catch (error) {
      throw error instanceof DeadlineError ? refused : error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
  }
}
