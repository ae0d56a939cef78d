/** A process registers with the watcher of its instance, and is missed when the connection ends without a goodbye. */
import { connect, type Socket } from 'node:net';
import { after } from '../../../common/clock.ts';
import { type Message, receiveLines, sendLine } from '../json-lines.ts';

/** A watcher that was started again knows its processes after this time, in ms. */
const AGAIN_MS = 500;
const LONGEST_LINE = 1000;
/** One that hangs holds up nobody's start for longer than this, in ms. */
const PATIENCE_MS = 2000;

export class Registration {
  readonly #path: string;
  readonly #name: string;
  #socket: Socket | undefined;
  #left = false;

  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
  }

  /**
   * Resolves once registered, or once it is clear that no watcher runs; then it goes on trying, since a server must
   * not depend on its watcher. @throws Error when the watcher refuses: a process of that name is there already.
   */
  async open(): Promise<void> {
    const refused = await this.#register();
    if (refused !== undefined) throw new Error(`the watcher refuses this process: ${refused}`);
  }

  /** What follows is an end in order, also in the middle of registering. */
  bye(): void {
    this.#left = true;
    if (this.#socket === undefined) return;
    sendLine(this.#socket, { bye: true });
    this.#socket.end();
  }

  /** Resolves to why it was refused; undefined when it was not, or nobody was there. */
  #register(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const disarm = after(PATIENCE_MS, () => resolve(undefined));
      const socket = connect(this.#path);
      this.#socket = socket;
      socket.on('connect', () => {
        if (!this.#left) sendLine(socket, { register: this.#name, pid: process.pid });
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        disarm();
        resolve(undefined);
        if (!this.#left) after(AGAIN_MS, () => void (this.#left || this.#register()));
      });
      receiveLines(socket, LONGEST_LINE, (answer: Message) => {
        disarm();
        const refused = answer['refused'];
        resolve(refused === undefined ? undefined : String(refused));
      });
    });
  }
}
