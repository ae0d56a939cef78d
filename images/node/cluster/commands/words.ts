/** The words of a command line: options as getopt takes them, and lists of names. Pure. */

/** A form that the command does not have. The message names the wrong word, and the command that does it, if any. */
export class WrongForm extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongForm';
  }
}

/** Options of a command: letter → what its value is called, or null for one without a value. */
export type OptionTable = Record<string, string | null>;

export interface Words {
  /** Letters in the order in which they were given. */
  letters: string[];
  values: Record<string, string[]>;
  operands: string[];
}

/** What is said of letters that the command does not have, by the letter: what does it instead, for the most part. */
export type Elsewhere = Readonly<Record<string, string>>;

/** Letters of other commands, each with what does it there. */
export function elsewhere(command: string, doneBy: Record<string, string>): Elsewhere {
  return Object.fromEntries(
    Object.entries(doneBy).map(([letter, what]) => [letter, `${command} has no -${letter}: ${what}`]),
  );
}

/**
 * Options may be bundled (-pvv, -aj R), a value may stick to its letter (-gG), and `--` ends them; so does the first
 * operand of a command that hands the rest on to another (`operandEnds`).
 */
export function splitWords(
  args: string[],
  options: OptionTable,
  elsewhere: Elsewhere = {},
  operandEnds = false,
): Words {
  const words: Words = { letters: [], values: {}, operands: [] };
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const isOperand = !word.startsWith('-') || word === '-';
    if (word === '--' || (operandEnds && isOperand)) {
      words.operands.push(...(isOperand ? [word] : []), ...rest);
      break;
    }
    if (word.startsWith('--')) throw new WrongForm(unknown(word, options));
    if (isOperand) words.operands.push(word);
    else takeBundle(word, rest, words, options, elsewhere);
  }
  return words;
}

function takeBundle(
  word: string,
  rest: string[],
  words: Words,
  options: OptionTable,
  elsewhere: Elsewhere,
): void {
  const letters = [...word.slice(1)];
  for (const [at, letter] of letters.entries()) {
    const value = Object.hasOwn(options, letter) ? options[letter] : undefined;
    if (value === undefined) throw new WrongForm(elsewhere[letter] ?? unknown(`-${letter}`, options));
    words.letters.push(letter);
    if (value === null) continue;
    const stuck = letters.slice(at + 1).join('');
    const given = stuck !== '' ? stuck : rest.shift();
    if (given === undefined) throw new WrongForm(`-${letter} needs ${value}, and nothing follows it`);
    // A forgotten value must not make the next option a name.
    if (stuck === '' && /^-\D/.test(given))
      throw new WrongForm(`-${letter} needs ${value}, but "${given}" follows it`);
    words.values[letter] = [...(words.values[letter] ?? []), given];
    return;
  }
}

function unknown(word: string, options: OptionTable): string {
  const known = Object.keys(options).map((letter) => `-${letter}`);
  return `there is no option ${word}; there are ${known.join(' ')} (-? shows the forms)`;
}

/** Refuses words that belong to no option, with the likely reason: all commands but pmfadm take options only. */
export function refuseOperands(words: Words, args: string[]): void {
  const [operand] = words.operands;
  if (operand === undefined) return;
  const before = args[args.indexOf(operand) - 1] ?? '';
  throw new WrongForm(`"${operand}" belongs to no option${likelyReason(operand, before, words)}`);
}

function likelyReason(operand: string, before: string, words: Words): string {
  if (/^[\u2010-\u2015\u2212]/.test(operand)) return ': its dash is not the "-" of a keyboard';
  if (/[=,]$/.test(before)) return `: it may be the rest of "${before}", and must then be one word with it`;
  const property = ['y', 'x'].find((letter) => words.letters.includes(letter));
  if (operand.includes('=') && property !== undefined)
    return `: every property has an option of its own, -${property} ${operand}`;
  return '';
}

export function has(words: Words, letter: string): boolean {
  return words.letters.includes(letter);
}

/** For a message about words that lack the letter of a form. */
export function withFirst({ letters: [first] }: Words): string {
  return first === undefined ? '' : ` with -${first}`;
}

/** Value of an option that may be given once. */
export function optional(words: Words, letter: string): string | undefined {
  const values = words.values[letter] ?? [];
  if (values.length > 1)
    throw new WrongForm(`-${letter} is given twice, with "${values[0]}" and "${values[1]}"`);
  return values[0];
}

/** Separated by commas. An empty name, as of a shell variable that is not set, must not come to mean all or none. */
export function namesOf(letter: string, list: string): string[] {
  const names = list.split(',');
  for (const [at, name] of names.entries()) {
    if (name === '') throw new WrongForm(`-${letter} "${list}" has an empty name in it`);
    if (!/^[\w/][\w.:/-]*$/.test(name)) throw new WrongForm(`-${letter}: "${name}" is no name`);
    if (names.indexOf(name) !== at) throw new WrongForm(`-${letter} names ${name} twice`);
  }
  return names;
}

/** A name that something new gets, or a single thing is called by. */
export function nameOf(letter: string, name: string): string {
  if (name.includes(',')) throw new WrongForm(`-${letter} takes one name here, not the list "${name}"`);
  if (name === '') throw new WrongForm(`-${letter} has an empty name`);
  if (!/^[A-Za-z0-9][\w.-]{0,254}$/.test(name))
    throw new WrongForm(`-${letter}: "${name}" is no name; it has letters, digits, "-", "_" and "."`);
  return name;
}

/** `Name=value` pairs of -y and -x; a value may be empty. */
export function propertiesOf(words: Words, letter: string): Record<string, string> {
  const properties: Record<string, string> = Object.create(null);
  for (const pair of words.values[letter] ?? []) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw new WrongForm(`-${letter}: "${pair}" is not of the form NAME=VALUE`);
    const twice = Object.keys(properties).find((known) => known.toLowerCase() === name.toLowerCase());
    if (twice !== undefined) throw new WrongForm(`-${letter} gives ${name} twice`);
    properties[name] = value;
  }
  return { ...properties };
}
