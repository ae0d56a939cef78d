/**
 * Registration files: what a resource type says of itself. First `KEYWORD = value;` about the type and its methods,
 * then a table of its properties, `{ PROPERTY = …; … }`. Pure.
 */
import type { MethodName, PropertyDeclaration, ResourceType } from './core/configuration.ts';
import { parseProperty } from './registration/property.ts';
import { type Place, Reader, RegistrationError, type Token, tokensOf } from './registration/tokens.ts';

export { RegistrationError } from './registration/tokens.ts';

const METHODS: readonly MethodName[] = [
  ...(['VALIDATE', 'PRENET_START', 'START', 'STOP', 'POSTNET_STOP'] as const),
  ...(['MONITOR_START', 'MONITOR_STOP', 'MONITOR_CHECK'] as const),
];
/** Of the real system; a type that relies on them would not work here. */
const METHODS_NOT_CALLED = ['INIT', 'FINI', 'BOOT', 'UPDATE'];
const ABOUT = [
  'RESOURCE_TYPE',
  'VENDOR_ID',
  'RT_VERSION',
  'RT_DESCRIPTION',
  'RT_BASEDIR',
  'FAILOVER',
  'SYSDEFINED_TYPE',
];
/** Read and of no effect: this cluster has one API, and types are on all of its nodes. */
const IGNORED = ['API_VERSION', 'PKGLIST', 'INIT_NODES', 'RT_SYSTEM'];

type Header = Map<string, Token>;

/** @throws RegistrationError with line and column. */
export function parseRegistration(text: string): ResourceType {
  const reader = new Reader(tokensOf(text));
  const start = reader.next;
  const header = headerOf(reader);
  const properties: PropertyDeclaration[] = [];
  while (reader.is('{')) {
    const { at, ...property } = parseProperty(reader);
    if (properties.some(({ name }) => name === property.name))
      throw new RegistrationError(at, `property ${property.name} is declared twice`);
    properties.push(property);
  }
  if (reader.next.kind !== 'end')
    throw new RegistrationError(
      reader.next,
      `after the first property, "{" is expected, not "${reader.next.text}"`,
    );
  return typeOf(header, properties, start);
}

function headerOf(reader: Reader): Header {
  const header: Header = new Map();
  while (!reader.is('{') && reader.next.kind !== 'end') {
    const keyword = reader.word('a keyword');
    const name = keyword.text.toUpperCase();
    if (METHODS_NOT_CALLED.includes(name))
      throw new RegistrationError(keyword, `${name} is a method that this cluster does not call`);
    if (![...ABOUT, ...IGNORED, ...METHODS].includes(name))
      throw new RegistrationError(keyword, `"${keyword.text}" is no keyword of a registration file`);
    if (header.has(name)) throw new RegistrationError(keyword, `${name} is given twice`);
    header.set(name, reader.value(name));
    while (IGNORED.includes(name) && reader.is(',')) {
      reader.take();
      reader.word(`a word of ${name}`);
    }
    reader.sign(';', `the value of ${name}`);
  }
  return header;
}

function typeOf(header: Header, properties: PropertyDeclaration[], start: Place): ResourceType {
  const required = (keyword: string) => {
    const token = header.get(keyword);
    if (token === undefined) throw new RegistrationError(start, `${keyword} is missing`);
    return token;
  };
  const methods = methodsOf(header, start);
  const directory = required('RT_BASEDIR');
  if (!directory.text.startsWith('/'))
    throw new RegistrationError(directory, `RT_BASEDIR is an absolute path, not "${directory.text}"`);
  return {
    name: nameOf(required('RESOURCE_TYPE'), header.get('VENDOR_ID')),
    version: versionOf(header.get('RT_VERSION')),
    description: header.get('RT_DESCRIPTION')?.text ?? '',
    kind: kindOf(header, methods),
    baseDirectory: directory.text,
    methods,
    failover: booleanOf(header.get('FAILOVER')),
    properties,
  };
}

function nameOf(type: Token, vendor: Token | undefined): string {
  for (const token of [type, vendor]) {
    if (token !== undefined && !/^[A-Za-z][\w.-]*$/.test(token.text))
      throw new RegistrationError(token, `"${token.text}" is no name of a type or a vendor`);
  }
  return vendor === undefined ? type.text : `${vendor.text}.${type.text}`;
}

function versionOf(token: Token | undefined): string {
  if (token !== undefined && !/^[\w.]+$/.test(token.text))
    throw new RegistrationError(token, `"${token.text}" is no version`);
  return token?.text ?? '1';
}

function methodsOf(header: Header, start: Place): ResourceType['methods'] {
  const methods: ResourceType['methods'] = {};
  for (const name of METHODS) {
    const program = header.get(name);
    if (program === undefined) continue;
    if (program.text === '') throw new RegistrationError(program, `${name} names no program`);
    methods[name] = program.text;
  }
  if (!header.has('START') && !header.has('PRENET_START'))
    throw new RegistrationError(start, 'START is missing: a resource of this type could not be started');
  for (const [begin, end] of [
    ['START', 'STOP'],
    ['MONITOR_START', 'MONITOR_STOP'],
    ['MONITOR_STOP', 'MONITOR_START'],
  ] as const) {
    const token = header.get(begin);
    if (token !== undefined && !header.has(end))
      throw new RegistrationError(token, `${begin} is there without ${end}`);
  }
  return methods;
}

function kindOf(header: Header, methods: ResourceType['methods']): ResourceType['kind'] {
  const defined = header.get('SYSDEFINED_TYPE');
  if (defined !== undefined && defined.text.toUpperCase() !== 'LOGICAL_HOSTNAME')
    throw new RegistrationError(defined, `SYSDEFINED_TYPE is LOGICAL_HOSTNAME here, not "${defined.text}"`);
  if (defined !== undefined) return 'address';
  return methods.PRENET_START === undefined ? 'application' : 'storage';
}

function booleanOf(token: Token | undefined): boolean {
  if (token !== undefined && !/^(true|false)$/i.test(token.text))
    throw new RegistrationError(token, `FAILOVER is TRUE or FALSE, not "${token.text}"`);
  return token?.text.toLowerCase() === 'true';
}
