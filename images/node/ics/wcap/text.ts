/** What texts may have in them, so that iCalendar and XML can both say them. Pure. */

const LINE_BREAKS = /\r\n|[\r\n\u0085\u2028\u2029]/g;
/** What XML 1.0 cannot say or RFC 5545 does not let into a text; U+FFFD is what undecodable bytes have become. */
const UNSAYABLE = /[^\P{Cc}\t\n]|[\p{Cs}\uFFFD-\uFFFF]/u;
const EACH_UNSAYABLE = new RegExp(UNSAYABLE, 'gu');
const REPLACEMENT = '\uFFFD';

/** Every line break as the one that iCalendar has: `\n`. */
export function withPlainBreaks(text: string): string {
  return text.replace(LINE_BREAKS, '\n');
}

/** Whether a text, its line breaks plain, has something that a reply could not carry. */
export function unsayable(text: string): boolean {
  return UNSAYABLE.test(text);
}

/** A text of whatever origin, so that a reply can carry it. */
export function sayable(text: string): string {
  return withPlainBreaks(text).replace(EACH_UNSAYABLE, REPLACEMENT);
}
