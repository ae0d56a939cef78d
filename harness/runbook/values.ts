/** Values of attributes and of the front matter, as they are written. Pure. */
import { closest, distance } from 'fastest-levenshtein';
import type { Answer, Pattern } from './document.ts';

/** What was written cannot be meant; the message says why. */
export class ValueError extends Error {}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000 };

/** "500ms", "2s", "1.5m" in ms. @throws ValueError */
export function durationMs(text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined)
    throw new ValueError(`"${text}" is no time: write a number with ms, s or m, as 500ms, 2s or 1m`);
  return Number(count) * factor;
}

/** A plain text, or a regular expression between slashes; `^` and `$` are those of lines. @throws ValueError */
export function patternOf(text: string): Pattern {
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? [];
  if (source === undefined) {
    if (text === '') throw new ValueError('an empty text is in every output: leave it out, or say which');
    return { text, flags: null };
  }
  try {
    new RegExp(source, `m${flags.replaceAll('m', '')}`);
  } catch (error) {
    throw new ValueError(`${text} is no regular expression: ${(error as Error).message}`);
  }
  return { text: source, flags: `m${flags.replaceAll('m', '')}` };
}

/** "0", "0,9" or "any", which is null. @throws ValueError */
export function exitsOf(text: string): number[] | null {
  if (text === 'any') return null;
  const exits = text.split(',').map((one) => (/^\d{1,3}$/.test(one) ? Number(one) : Number.NaN));
  if (!exits.every((one) => one <= 255))
    throw new ValueError(`"${text}" is no exit status: write 0 to 255, several as 0,9, or any`);
  return exits;
}

/** The nearest of what there is, if it is near enough to have been meant. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const near = closest(word, known);
  const isNear = distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(2, word.length / 3);
  return isNear ? `; did you mean "${near}"?` : '';
}

export function oneOf<T extends string>(what: string, word: string, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  throw new ValueError(
    `there is no ${what} "${word}"${nearest(word, known)}${known.length === 0 ? '' : ` There are: ${known.join(', ')}`}`,
  );
}

/** Lines of an `answers` block: prompt, `=>`, what is typed. @throws ValueError with the line's index in the block */
export function answersIn(text: string): Answer[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cut = line.lastIndexOf('=>');
    if (cut < 0) throw new AnswerError(`"${line.trim()}" is no answer: write PROMPT => ANSWER`, index);
    return [{ prompt: line.slice(0, cut).trim(), text: line.slice(cut + 2).trim() }];
  });
}

export class AnswerError extends ValueError {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}
