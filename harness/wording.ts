/** Numbers in sentences for people: the same on every machine, whatever its locale. */

/** Whole number with thousands separated, for example 1,312. */
export function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A length or moment in milliseconds, for example "1,312 ms". */
export function ms(value: number): string {
  return `${thousands(value)} ms`;
}

/** A count with its word, for example "1 write" or "1,312 writes". */
export function several(count: number, word: string, plural = `${word}s`): string {
  return `${thousands(count)} ${count === 1 ? word : plural}`;
}

/** The first few of a list, and how many were left out. */
export function someOf(items: readonly string[], limit = 5): string {
  const rest = items.length - limit;
  return items.slice(0, limit).join(', ') + (rest > 0 ? ` and ${thousands(rest)} more` : '');
}

/** Of a long text its beginning and its end: what went wrong can stand in either. */
export function bothEnds(text: string, length = 800): string {
  const half = Math.floor(length / 2);
  return text.length <= length ? text : `${text.slice(0, half)} … ${text.slice(-half)}`;
}
