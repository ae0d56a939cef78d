/** csstored's side of the local protocol: requests of many callers on one store. */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { CalendarStore } from './calendar-store.ts';
import { type Change, NotARequest, type Question, requestOf } from './changes.ts';
import { FrameReader, frame, LARGEST_REQUEST } from './frames.ts';

/** A connection with so many requests under way is not read from until some of them are answered. */
const MOST_UNDER_WAY = 1024;

/** What csstored does beside the calendar's requests, by name: for its commands. */
export type Services = Record<string, (argument: unknown) => Promise<unknown>>;

export interface StoreServer {
  /** No new requests; resolves when the callers are gone. */
  close(): Promise<void>;
}

/** Resolves once it listens, on a local socket or for other machines. A socket file of an earlier life is taken away: who has the store's lock may. */
export async function serveStore(
  store: CalendarStore,
  path: string | { host: string; port: number },
  services: Services = {},
): Promise<StoreServer> {
  if (typeof path === 'string') rmSync(path, { force: true });
  const callers = new Set<Socket>();
  const server = createServer((socket) => {
    callers.add(socket);
    socket.on('close', () => callers.delete(socket));
    serveCaller(socket, store, services);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Also of a caller that hangs, and would never close its side.
        for (const caller of callers) caller.destroySoon();
      }),
  };
}

function serveCaller(socket: Socket, store: CalendarStore, services: Services): void {
  const reader = new FrameReader(LARGEST_REQUEST);
  let underWay = 0;
  const settle = () => {
    if (underWay >= MOST_UNDER_WAY || socket.writableNeedDrain) socket.pause();
    else socket.resume();
  };
  const answer = async (message: Message) => {
    underWay++;
    const reply = await answerTo(message, store, services);
    underWay--;
    if (!socket.destroyed) socket.write(frame(reply));
    settle();
  };
  socket.on('drain', settle);
  // A caller that died takes its connection along; there is nobody to tell.
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece: Buffer) => {
    try {
      for (const message of reader.take(piece)) void answer(addressed(message));
      settle();
    } catch {
      socket.destroy();
    }
  });
}

interface Message {
  id: number;
  request: unknown;
}

/** @throws NotARequest for what nobody could be answered; the connection is then closed. */
function addressed(message: unknown): Message {
  const { id, request } = (message ?? {}) as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new NotARequest('its id is not a number');
  return { id, request };
}

/** A request that cannot be is refused by itself: others of the same connection are none the worse for it. */
async function answerTo({ id, request }: Message, store: CalendarStore, services: Services): Promise<object> {
  try {
    const { op, name, argument } = (request ?? {}) as Record<string, unknown>;
    const result =
      op === 'service'
        ? await performService(services, String(name), argument)
        : await perform(requestOf(request), store);
    return { id, result };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

async function performService(services: Services, name: string, argument: unknown): Promise<unknown> {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined) throw new NotARequest(`csstored has no service "${name}"`);
  return (await service(argument)) ?? null;
}

async function perform(request: Change | Question, store: CalendarStore): Promise<unknown> {
  switch (request.op) {
    case 'put':
      await store.put(request.event);
      return null;
    case 'remove':
      return await store.remove(request.calid, request.uids);
    case 'get':
      return (await store.get(request.calid, request.uids)).map((event) => event ?? null);
    case 'range':
      return await store.range(request.calid, request.from, request.until, request.most);
    case 'alarms':
      return await store.alarms(request.from, request.until);
  }
}
