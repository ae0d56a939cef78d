/** The words, signs and strings of a registration file, each with its place. Pure. */

/** Something in a registration file that is not as it must be. Line and column count from 1. */
export class RegistrationError extends Error {
  readonly line: number;
  readonly column: number;
  constructor({ line, column }: Place, problem: string) {
    super(`line ${line}, column ${column}: ${problem}`);
    this.name = 'RegistrationError';
    this.line = line;
    this.column = column;
  }
}

export interface Place {
  line: number;
  column: number;
}

export interface Token extends Place {
  kind: 'word' | 'string' | 'sign' | 'end';
  text: string;
}

const SIGNS = '=;,{}';
const STRING = /"[^"\n]*"/y;
const WORD = /[^\s=;,{}"#]+/y;

/** @throws RegistrationError for a string without an end. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let [line, lineStart, at] = [1, 0, 0];
  const place = () => ({ line, column: at - lineStart + 1 });
  while (at < text.length) {
    const sign = text.charAt(at);
    if (sign === '\n') {
      at += 1;
      [line, lineStart] = [line + 1, at];
    } else if (/\s/.test(sign)) {
      at += 1;
    } else if (sign === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (sign === '"') {
      STRING.lastIndex = at;
      const string = STRING.exec(text)?.[0];
      if (string === undefined)
        throw new RegistrationError(place(), 'this string has no closing " on its line');
      tokens.push({ kind: 'string', text: string.slice(1, -1), ...place() });
      at += string.length;
    } else if (SIGNS.includes(sign)) {
      tokens.push({ kind: 'sign', text: sign, ...place() });
      at += 1;
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(text)?.[0] ?? sign;
      tokens.push({ kind: 'word', text: word, ...place() });
      at += word.length;
    }
  }
  tokens.push({ kind: 'end', text: 'the end of the file', ...place() });
  return tokens;
}

/** Reads tokens one after another, and says what it wanted where it did not find it. */
export class Reader {
  readonly #tokens: Token[];
  #at = 0;
  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('a registration file without even an end');
    return token;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  is(sign: string): boolean {
    return this.next.kind === 'sign' && this.next.text === sign;
  }

  sign(sign: string, after: string): void {
    if (!this.is(sign))
      throw new RegistrationError(
        this.next,
        `"${sign}" is missing after ${after}, before ${quoted(this.next)}`,
      );
    this.take();
  }

  word(what: string): Token {
    if (this.next.kind !== 'word')
      throw new RegistrationError(this.next, `${what} is missing, before ${quoted(this.next)}`);
    return this.take();
  }

  /** A word or a string, after "=". */
  value(of: string): Token {
    this.sign('=', of);
    if (this.next.kind !== 'word' && this.next.kind !== 'string')
      throw new RegistrationError(this.next, `${of} has no value, before ${quoted(this.next)}`);
    return this.take();
  }
}

export function quoted({ kind, text }: Token): string {
  return kind === 'end' ? text : `"${text}"`;
}
