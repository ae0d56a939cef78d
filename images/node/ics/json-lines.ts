/** JSON objects on a socket, one a line: how the processes of the server talk where nothing else is agreed. */
import type { Socket } from 'node:net';

export type Message = Record<string, unknown>;

/** Cuts what comes in into lines, and each into an object. Pure but for what it keeps. */
export class LineReader {
  readonly #longest: number;
  #rest = '';

  /** @param longest of a line, in characters */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** @throws Error, in words for who sent it, at the first line that is no JSON object or is too long. */
  *take(piece: string): Generator<Message> {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield messageIn(this.#within(line));
    this.#within(this.#rest);
  }

  #within(line: string): string {
    if (line.length > this.#longest) throw new Error(`a line has more than ${this.#longest} characters`);
    return line;
  }
}

function messageIn(line: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error('a line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('a line is not a JSON object');
  return value as Message;
}

export function sendLine(socket: Socket, message: Message): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/**
 * Hands each message to `onMessage`. A line that is wrong, and a message that `onMessage` throws at, is answered with
 * `{"error": …}`, and the connection closed.
 */
export function receiveLines(socket: Socket, longest: number, onMessage: (message: Message) => void): void {
  const reader = new LineReader(longest);
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    try {
      for (const message of reader.take(piece)) {
        if (socket.destroyed || socket.writableEnded) return;
        onMessage(message);
      }
    } catch (error) {
      socket.removeAllListeners('data');
      socket.end(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
      socket.resume();
    }
  });
}
