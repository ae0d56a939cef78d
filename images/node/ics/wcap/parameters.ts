/** The parameters of one call, from its address and its form. Those that nobody asks for are ignored. Pure. */
import { Errno, Refused } from './errno.ts';
import { isMoment } from './moments.ts';
import { unsayable, withPlainBreaks } from './text.ts';

/** The product's limit on the length of one parameter, in characters. */
export const LONGEST_PARAMETER = 1024;

export class Parameters {
  readonly #sources: URLSearchParams[];

  constructor(...sources: URLSearchParams[]) {
    this.#sources = sources;
  }

  /** One line. An empty one counts as not given. @throws Refused when it is given twice, too long, or not sayable. */
  optional(name: string): string | undefined {
    const value = this.#text(name);
    if (value?.includes('\n') || value?.includes('\t'))
      throw wrong(name, 'it has a line break or a tabulator in it');
    return value;
  }

  /** @throws Refused as `optional` does, and when it is not given. */
  needed(name: string): string {
    return this.optional(name) ?? missing(name);
  }

  /** As `needed`, but with line breaks in it if it likes. */
  text(name: string): string {
    return this.#text(name) ?? missing(name);
  }

  moment(name: string): string {
    return this.optionalMoment(name) ?? missing(name);
  }

  optionalMoment(name: string): string | undefined {
    const value = this.optional(name);
    if (value !== undefined && !isMoment(value))
      throw wrong(name, 'it is no moment in UTC of the form YYYYMMDDTHHMMSSZ');
    return value;
  }

  /** Names between semicolons, each once. */
  list(name: string): string[] {
    const names = new Set(this.needed(name).split(';'));
    names.delete('');
    return names.size > 0 ? [...names] : missing(name);
  }

  /** A number of 0 or more. */
  optionalNumber(name: string): number | undefined {
    const value = this.optional(name);
    if (value !== undefined && !/^\d{1,9}$/.test(value)) throw wrong(name, 'it is no number of 0 or more');
    return value === undefined ? undefined : Number(value);
  }

  #text(name: string): string | undefined {
    const values = this.#sources.flatMap((source) => source.getAll(name));
    if (values.length > 1) throw wrong(name, 'it is given more than once');
    const [given = ''] = values;
    if (given.length > LONGEST_PARAMETER && [...given].length > LONGEST_PARAMETER)
      throw wrong(name, `it is longer than ${LONGEST_PARAMETER} characters`);
    const value = withPlainBreaks(given);
    if (unsayable(value)) throw wrong(name, 'it has control characters in it, or is not UTF-8');
    return value === '' ? undefined : value;
  }
}

function missing(name: string): never {
  throw new Refused(Errno.missing, `parameter ${name} is missing`);
}

export function wrong(name: string, what: string): Refused {
  return new Refused(Errno.missing, `parameter ${name}: ${what}`);
}
