/** How numbers, moments and verdicts are written, the same in every format. */
import { thousands } from '../harness/wording.ts';
import type { Outage, Verdict } from './model.ts';

const NO_BREAK_SPACE = '\u00a0';

/** A whole number with its thousands set apart, so that 1,498 and 14,980 cannot be confused at a glance. */
export function count(value: number): string {
  const grouped = thousands(Math.abs(value));
  return value < 0 ? `−${grouped}` : grouped;
}

/** Milliseconds: a decimal below 10 ms alone, because nothing that is measured here is finer than that. */
export function milliseconds(ms: number): string {
  const number = Math.abs(ms) < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : count(ms);
  return `${number}${NO_BREAK_SPACE}ms`;
}

/** A length for reading, in the unit that a person would use. */
export function duration(ms: number): string {
  if (ms < 1000) return milliseconds(ms);
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}${NO_BREAK_SPACE}s`;
  const seconds = Math.round(ms / 1000);
  const rest = String(seconds % 60).padStart(2, '0');
  return `${Math.floor(seconds / 60)}${NO_BREAK_SPACE}min${NO_BREAK_SPACE}${rest}${NO_BREAK_SPACE}s`;
}

/** A moment relative to another, with its sign: +1.500 s. */
export function relativeSeconds(ms: number, digits = 3): string {
  const size = (Math.abs(ms) / 1000).toFixed(digits);
  const sign = Number(size) === 0 ? '' : ms < 0 ? '−' : '+';
  return `${sign}${size}${NO_BREAK_SPACE}s`;
}

/** An ISO 8601 moment as people write it, in the zone it was recorded in. */
export function wallClock(iso: string): string {
  return iso
    .replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)/, '$1 $2 $3')
    .replace(' Z', ' UTC');
}

export function outageMs(outage: Outage): number {
  return outage.untilMs - outage.fromMs;
}

/** A measured length; "≥" when the end was not seen. */
export function length(ms: number, censored: boolean): string {
  return `${censored ? `≥${NO_BREAK_SPACE}` : ''}${milliseconds(ms)}`;
}

export function outageLength(outage: Outage): string {
  return length(outageMs(outage), outage.censored);
}

export function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '–';
  return `${Math.round((100 * part) / whole)}${NO_BREAK_SPACE}%`;
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)}${NO_BREAK_SPACE}${number === 1 ? one : many}`;
}

const SYMBOLS: Record<Verdict, string> = {
  upheld: '✓',
  refuted: '✗',
  inconclusive: '?',
  'not exercised': '–',
};

export function verdictSymbol(verdict: Verdict): string {
  return SYMBOLS[verdict];
}

export interface Judged {
  verdict: Verdict;
  expected: Verdict;
}

export function differs(result: Judged): boolean {
  return result.verdict !== result.expected;
}

/** Results that differ come first; otherwise the order stays. */
export function differingFirst<T extends Judged>(results: readonly T[]): T[] {
  return results.toSorted((a, b) => Number(differs(b)) - Number(differs(a)));
}

/** The verdict with what was expected, for places without colour. */
export function verdictInWords(result: Judged): string {
  if (differs(result)) return `${result.verdict}, expected ${result.expected}`;
  return result.verdict === 'upheld' ? 'upheld' : `${result.verdict}, as expected`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a reader's screen
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const MISLEADING = /[\u0080-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Makes characters visible that would be forbidden in XML or would reorder the text around them, so that a log line
 * can neither break a file nor pretend to be something else.
 */
export function visible(text: string): string {
  return text
    .replace(CONTROLS, (found) => {
      const code = found.charCodeAt(0);
      return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
    })
    .replace(MISLEADING, (found) => `[U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(LONE_SURROGATES, '\ufffd');
}

/** At most `limit` characters; the end is replaced, never a character halved. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text);
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}
