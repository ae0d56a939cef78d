/** Attributes in braces behind a fence's language: `{ name=patch node=Node2 expect="All Tasks Passed" }`. Pure. */
import type { Problem } from './document.ts';

export interface Attribute {
  key: string;
  value: string;
  /** Columns of the key and of the value, from 1. */
  column: number;
  valueColumn: number;
}

export interface Braces {
  attributes: Attribute[];
  problems: Problem[];
}

/** `text` begins with the opening brace, which stands at `line` and `column`. */
export function parseBraces(text: string, line: number, column: number): Braces {
  const attributes: Attribute[] = [];
  const problems: Problem[] = [];
  const wrong = (at: number, message: string) => problems.push({ line, column: column + at, message });
  let at = 1;
  for (;;) {
    at += blanksAt(text, at);
    if (at >= text.length) {
      wrong(0, 'this brace is not closed: the attributes end with "}" on the same line');
      return { attributes, problems };
    }
    if (text[at] === '}') break;
    const key = /^[A-Za-z][\w-]*/.exec(text.slice(at))?.[0];
    if (key === undefined) {
      const word = /^[^\s}]+/.exec(text.slice(at))?.[0] ?? text.slice(at, at + 1);
      wrong(at, `"${word}" is no attribute: write key=value`);
      at += word.length;
      continue;
    }
    const keyAt = at;
    at += key.length;
    if (text[at] !== '=') {
      attributes.push({ key, value: 'true', column: column + keyAt, valueColumn: column + keyAt });
      if (!/[\s}]/.test(text[at] ?? ' ')) {
        const rest = /^[^\s}]+/.exec(text.slice(at))?.[0] ?? '';
        wrong(at, `"${rest}" behind "${key}": write ${key}=value`);
        at += rest.length;
      }
      continue;
    }
    const value = valueAt(text, at + 1);
    if (value === undefined) {
      wrong(at + 1, `the quotation mark of ${key}'s value is not closed`);
      return { attributes, problems };
    }
    if (value.length === 0) wrong(at + 1, `${key} has no value: write ${key}=value, or ${key}=""`);
    else attributes.push({ key, value: value.text, column: column + keyAt, valueColumn: column + at + 1 });
    at += 1 + value.length;
  }
  const behind = text.slice(at + 1).trim();
  if (behind !== '') wrong(at + 1 + blanksAt(text, at + 1), `"${behind}" stands behind the closing brace`);
  return { attributes, problems };
}

function blanksAt(text: string, at: number): number {
  return /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
}

/** A bare word, or one in quotation marks; `length` counts what it takes up in the document. */
function valueAt(text: string, at: number): { text: string; length: number } | undefined {
  const mark = text[at];
  if (mark !== '"' && mark !== "'") {
    const word = /^[^\s}]*/.exec(text.slice(at))?.[0] ?? '';
    return { text: word, length: word.length };
  }
  let value = '';
  for (let place = at + 1; place < text.length; place++) {
    const sign = text[place] ?? '';
    if (sign === mark) return { text: value, length: place + 1 - at };
    const next = text[place + 1];
    // Of a regular expression every other backslash is its own.
    if (sign === '\\' && (next === mark || next === '\\')) {
      value += next;
      place += 1;
    } else value += sign;
  }
  return undefined;
}

/** As it would be written: what reading it again gives the same attributes. */
export function written(attributes: readonly Pick<Attribute, 'key' | 'value'>[]): string {
  const words = attributes.map(({ key, value }) =>
    /^[^\s}"']+$/.test(value) ? `${key}=${value}` : `${key}="${value.replace(/["\\]/g, '\\$&')}"`,
  );
  return `{ ${words.join(' ')} }`;
}
