/** ics.conf: `name = "value"`, `!` begins a comment, the last of two equal names wins. Read once, at start. Pure. */

/** Names the line by its number, and shows it as it stands in the file. */
export class ConfError extends Error {
  constructor(line: number, what: string) {
    super(`ics.conf line ${line}: ${what}`);
    this.name = 'ConfError';
  }
}

export interface ConfEntry {
  name: string;
  value: string;
  /** Its number in the file, from 1. */
  line: number;
}

/** A line of a file that is not text may be long and hold anything: enough of it to find it. */
const LONGEST_SHOWN = 100;

/** All that is set, in the file's order, those that a later line overrules included. @throws ConfError */
export function confEntries(text: string): ConfEntry[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('!')) return [];
    const [, name, value] = /^\s*([a-z0-9._-]+)\s*=\s*"([^"]*)"\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new ConfError(
        index + 1,
        `not of the form name = "value", in lower case: ${shown(discreet(line))}`,
      );
    return [{ name, value, line: index + 1 }];
  });
}

export function parseConf(text: string): Map<string, string> {
  return new Map(confEntries(text).map(({ name, value }) => [name, value]));
}

/** A password with a quotation mark in it, say, is not to be found in a log. */
function discreet(line: string): string {
  return /cred|password/i.test(line) ? line.trim().replace(/[\s"=].*$/s, ' (hidden)') : line;
}

/** For a terminal: what a file holds must neither move its cursor nor fill it. */
export function shown(line: string): string {
  const printable = line.trim().replace(/[^\x20-\x7e]/g, '?');
  return printable.length > LONGEST_SHOWN ? `${printable.slice(0, LONGEST_SHOWN)}…` : printable;
}
