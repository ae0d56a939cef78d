/** The watcher's socket: who is registered, and who has gone without a goodbye. */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { type Message, receiveLines, sendLine } from '../json-lines.ts';
import { PROCESSES, type ProcessName, type Running } from '../program.ts';

const LONGEST_LINE = 1000;

interface Registered {
  name: ProcessName;
  pid: number;
}

export interface Listeners {
  /** Its connection ended without a goodbye. */
  onLost(lost: Registered): void;
  onRegistered(who: Registered): void;
}

class Desk {
  readonly #connected = new Map<Socket, Registered>();
  readonly #expected = new Set<ProcessName>();
  readonly #listeners: Listeners;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  take(socket: Socket): void {
    socket.on('error', () => undefined);
    receiveLines(socket, LONGEST_LINE, (message) => this.#on(socket, message));
    socket.on('close', () => {
      const lost = this.#connected.get(socket);
      this.#connected.delete(socket);
      if (lost !== undefined && !this.#expected.delete(lost.name)) this.#listeners.onLost(lost);
    });
  }

  #on(socket: Socket, message: Message): void {
    if ('register' in message) {
      const who = registeredIn(message);
      const other = [...this.#connected.values()].find(({ name }) => name === who.name);
      if (other !== undefined) {
        socket.end(`${JSON.stringify({ refused: `${who.name} runs already, as process ${other.pid}` })}\n`);
        return;
      }
      this.#connected.set(socket, who);
      this.#expected.delete(who.name);
      this.#listeners.onRegistered(who);
      sendLine(socket, { registered: who.name });
    } else if ('bye' in message) {
      this.#connected.delete(socket);
    } else if (Array.isArray(message['expect'])) {
      const names = message['expect'];
      const here = [...this.#connected.values()].map(({ name }) => name);
      for (const name of here) if (names.includes(name)) this.#expected.add(name);
      sendLine(socket, { expected: names });
    } else {
      throw new Error('a line is neither register, bye nor expect');
    }
  }
}

function registeredIn({ register, pid }: Message): Registered {
  const name = PROCESSES.find((one) => one === register);
  if (name === undefined || name === 'watcher') throw new Error(`no process is called ${String(register)}`);
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0)
    throw new Error('register without the number of a process');
  return { name, pid: Number(pid) };
}

/** Resolves once processes can register. */
export async function watch(path: string, listeners: Listeners): Promise<Running> {
  const desk = new Desk(listeners);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    desk.take(socket);
  });
  // Of a watcher that was killed: nobody else uses this name.
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
