/** An entry of a registration file's parameter table: `{ PROPERTY = …; … }`. Pure. */
import type { PropertyDeclaration, Tunable } from '../core/configuration.ts';
import { STANDARD_PROPERTIES } from '../core/properties.ts';
import { type Place, quoted, type Reader, RegistrationError, type Token } from './tokens.ts';

type Type = PropertyDeclaration['type'];

const TYPES: Record<string, Type> = {
  STRING: 'string',
  STRINGARRAY: 'stringarray',
  INT: 'int',
  BOOLEAN: 'boolean',
  ENUM: 'enum',
};
/** TRUE and FALSE are older words for the first and the last. */
const TUNABLES: Record<string, Tunable> = {
  ANYTIME: 'ANYTIME',
  AT_CREATION: 'AT_CREATION',
  WHEN_DISABLED: 'WHEN_DISABLED',
  NONE: 'NONE',
  TRUE: 'ANYTIME',
  FALSE: 'NONE',
};
const LIMITS: Record<string, 'int' | 'string'> = {
  MIN: 'int',
  MAX: 'int',
  MINLENGTH: 'string',
  MAXLENGTH: 'string',
};
const KEYWORDS = [
  'PROPERTY',
  'EXTENSION',
  'DEFAULT',
  'TUNABLE',
  'DESCRIPTION',
  ...Object.keys(LIMITS),
  ...Object.keys(TYPES),
];

/** What stood in an entry, before it is known what it all means together. */
interface Entry {
  at: Place;
  name?: Token;
  type?: { type: Type; values: string[]; at: Token };
  extension?: Token;
  default?: { text: string; at: Token };
  limits: Record<string, { value: number; at: Token }>;
  tunable?: Tunable;
  description: string;
}

/** @throws RegistrationError */
export function parseProperty(reader: Reader): PropertyDeclaration & { at: Token } {
  const entry: Entry = { at: reader.take(), limits: {}, description: '' };
  const seen = new Set<string>();
  while (!reader.is('}')) {
    const keyword = reader.word('a keyword or the "}" of this entry');
    const name = keyword.text.toUpperCase();
    if (!KEYWORDS.includes(name))
      throw new RegistrationError(
        keyword,
        `"${keyword.text}" is no keyword of a property; there are ${KEYWORDS.join(', ')}`,
      );
    const isType = Object.hasOwn(TYPES, name);
    const slot = isType ? 'type' : name;
    if (seen.has(slot))
      throw new RegistrationError(
        keyword,
        isType ? 'this property has a type already' : `${name} is given twice`,
      );
    seen.add(slot);
    takeIn(entry, name, keyword, reader);
    reader.sign(';', name);
  }
  reader.take();
  return declarationOf(entry);
}

function takeIn(entry: Entry, name: string, keyword: Token, reader: Reader): void {
  const type = TYPES[name];
  if (type !== undefined) {
    entry.type = { type, values: type === 'enum' ? enumOf(reader) : [], at: keyword };
  } else if (Object.hasOwn(LIMITS, name)) {
    const value = reader.value(name);
    entry.limits[name] = { value: integerOf(value, name), at: value };
  } else if (name === 'PROPERTY') {
    entry.name = reader.value(name);
    if (!/^[A-Za-z_]\w*$/.test(entry.name.text))
      throw new RegistrationError(entry.name, `"${entry.name.text}" is no name of a property`);
  } else if (name === 'EXTENSION') {
    entry.extension = keyword;
  } else if (name === 'DESCRIPTION') {
    entry.description = reader.value(name).text;
  } else if (name === 'TUNABLE') {
    const value = reader.value(name);
    const tunable = Object.hasOwn(TUNABLES, value.text.toUpperCase())
      ? TUNABLES[value.text.toUpperCase()]
      : undefined;
    if (tunable === undefined)
      throw new RegistrationError(
        value,
        `TUNABLE is ANYTIME, AT_CREATION, WHEN_DISABLED or NONE, not "${value.text}"`,
      );
    entry.tunable = tunable;
  } else {
    const at = reader.value(name);
    const parts = [at.text];
    while (reader.is(',')) {
      reader.take();
      const part = reader.take();
      if (part.kind !== 'word' && part.kind !== 'string')
        throw new RegistrationError(part, `DEFAULT lacks a value after ",", before ${quoted(part)}`);
      parts.push(part.text);
    }
    entry.default = { text: parts.join(','), at };
  }
}

function enumOf(reader: Reader): string[] {
  const values: string[] = [];
  reader.sign('{', 'ENUM');
  do {
    if (reader.is(',')) reader.take();
    const value = reader.word('a word of the ENUM');
    if (values.includes(value.text)) throw new RegistrationError(value, `the ENUM has ${value.text} twice`);
    values.push(value.text);
  } while (reader.is(','));
  reader.sign('}', `the ENUM's ${values.at(-1)}`);
  return values;
}

function integerOf(value: Token, of: string): number {
  if (!/^-?\d{1,10}$/.test(value.text))
    throw new RegistrationError(value, `${of} is an integer, not "${value.text}"`);
  return Number(value.text);
}

function declarationOf(entry: Entry): PropertyDeclaration & { at: Token } {
  const at = entry.name;
  if (at === undefined) throw new RegistrationError(entry.at, 'this entry has no PROPERTY = NAME;');
  const standard = STANDARD_PROPERTIES.find(({ name }) => name.toLowerCase() === at.text.toLowerCase());
  const standardName = standard?.name;
  const extension = entry.extension !== undefined;
  if (extension && standardName !== undefined)
    throw new RegistrationError(at, `${standardName} is a standard property: without EXTENSION;`);
  if (!extension && standardName === undefined)
    throw new RegistrationError(
      at,
      `${at.text} is no standard property: one of the type's own says EXTENSION;`,
    );
  const type = entry.type?.type ?? standard?.type;
  if (type === undefined)
    throw new RegistrationError(at, `${at.text} has no type: one of ${Object.keys(TYPES).join(', ')}`);
  if (standard !== undefined && type !== standard.type)
    throw new RegistrationError(
      entry.type?.at ?? at,
      `${standardName} is of type ${standard.type.toUpperCase()}`,
    );
  const values = entry.type?.type === 'enum' ? entry.type.values : standard?.values;
  const limits = limitsOf(entry, type, at, standard);
  const declared: PropertyDeclaration = {
    name: standardName ?? at.text,
    extension,
    type,
    default: null,
    ...limits,
    ...(values === undefined ? {} : { values }),
    tunable: entry.tunable ?? standard?.tunable ?? 'ANYTIME',
    description: entry.description || (standard?.description ?? ''),
  };
  const given = entry.default;
  declared.default = given === undefined ? (standard?.default ?? null) : checkedDefault(declared, given);
  return { ...declared, at };
}

function limitsOf(
  entry: Entry,
  type: Type,
  at: Place,
  standard: { min?: number; max?: number } = {},
): { min?: number; max?: number } {
  for (const [name, { at: place }] of Object.entries(entry.limits)) {
    const fits = LIMITS[name] === 'int' ? type === 'int' : type === 'string' || type === 'stringarray';
    if (!fits) throw new RegistrationError(place, `${name} does not go with type ${type.toUpperCase()}`);
  }
  const min = (entry.limits['MIN'] ?? entry.limits['MINLENGTH'])?.value ?? standard.min;
  const max = (entry.limits['MAX'] ?? entry.limits['MAXLENGTH'])?.value ?? standard.max;
  if (min !== undefined && max !== undefined && min > max)
    throw new RegistrationError(at, `the least value, ${min}, is above the greatest, ${max}`);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function checkedDefault(declared: PropertyDeclaration, { text, at }: { text: string; at: Token }): string {
  const { type, min = -Infinity, max = Infinity, values = [] } = declared;
  const refuse = (why: string) => new RegistrationError(at, `the DEFAULT ${why}`);
  switch (type) {
    case 'int': {
      const number = integerOf(at.text === text ? at : { ...at, text }, 'the DEFAULT');
      if (number < min || number > max) throw refuse(`${text} is not ${range(min, max)}`);
      return String(number);
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(text)) throw refuse(`of a BOOLEAN is TRUE or FALSE, not "${text}"`);
      return text.toLowerCase();
    case 'enum':
      if (!values.includes(text)) throw refuse(`"${text}" is none of ${values.join(', ')}`);
      return text;
    default: {
      const wrong = (type === 'string' ? [text] : text.split(',')).find(
        (one) => one.length < min || one.length > max,
      );
      // An empty list has no element that could be too short.
      if (wrong !== undefined && !(type === 'stringarray' && text === ''))
        throw refuse(`"${wrong}" is not of ${range(min, max)} characters`);
      return text;
    }
  }
}

function range(min: number, max: number): string {
  if (min === -Infinity) return `at most ${max}`;
  return max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
}
