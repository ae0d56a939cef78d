/**
 * Frames of the store's local protocol: four bytes with the length (big-endian), then that many bytes of JSON in UTF-8.
 * Pure.
 *
 * A caller sends `{ id, request }`, and gets `{ id, result }` or `{ id, error }`; many may be under way at the same time.
 */

/** Largest request, in bytes, its head included when it is sent. */
export const LARGEST_REQUEST = 4 * 1024 * 1024;
/** Largest answer, in bytes. */
export const LARGEST_ANSWER = 256 * 1024 * 1024;

const HEAD = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The other side does not speak this protocol, and what follows in its stream means nothing. */
export class FrameError extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`not a frame of the store's protocol: ${what}`, options);
    this.name = 'FrameError';
  }
}

export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** Cuts a stream into messages, whatever pieces it comes in. */
export class FrameReader {
  readonly #largest: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(largest: number) {
    this.#largest = largest;
  }

  /** The messages that are complete with this piece. @throws FrameError; the stream is of no use afterwards. */
  take(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: unknown[] = [];
    for (let size = this.#size(); size !== undefined; size = this.#size()) {
      if (size > this.#largest) throw new FrameError(`${size} bytes are more than ${this.#largest}`);
      if (this.#length < HEAD + size) break;
      const all = this.#joined();
      messages.push(parsed(all.subarray(HEAD, HEAD + size)));
      this.#pieces = [all.subarray(HEAD + size)];
      this.#length -= HEAD + size;
    }
    return messages;
  }

  #size(): number | undefined {
    if (this.#length < HEAD) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < HEAD) this.#pieces = [this.#joined()];
    return this.#pieces[0]?.readUInt32BE();
  }

  #joined(): Buffer {
    return this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new FrameError('its text is not JSON', { cause: error });
  }
}
