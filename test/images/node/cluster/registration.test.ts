import { expect } from 'chai';
import fc from 'fast-check';
import { parseRegistration, RegistrationError } from '../../../../images/node/cluster/registration.ts';

const HEAD = `# The calendar server.
RESOURCE_TYPE = "scics";
VENDOR_ID = SUNW;
RT_VERSION = "1.0";
RT_DESCRIPTION = "Calendar Server; # and more";
RT_BASEDIR = /opt/SUNWscics/bin;
API_VERSION = 2;
PKGLIST = SUNWscics, SUNWics5;
FAILOVER = TRUE;
START = ics_svc_start;   # in order
STOP = ics_svc_stop;
VALIDATE = ics_svc_validate;
MONITOR_START = ics_monitor_start;
MONITOR_STOP = ics_monitor_stop;
MONITOR_CHECK = ics_monitor_check;
`;
const TABLE = `{ PROPERTY = Start_timeout; MIN = 60; DEFAULT = 300; }
{
  PROPERTY = ICS_serverroot;
  EXTENSION;
  STRING;
  MINLENGTH = 1;
  MAXLENGTH = 1024;
  TUNABLE = WHEN_DISABLED;
  DESCRIPTION = "The server's base folder";
}
{ PROPERTY = Mode; EXTENSION; ENUM { FAST, SAFE }; DEFAULT = SAFE; TUNABLE = AT_CREATION; }
{ PROPERTY = Hosts; EXTENSION; STRINGARRAY; DEFAULT = "a", b; TUNABLE = NONE; }
{ PROPERTY = Network_aware; EXTENSION; BOOLEAN; DEFAULT = TRUE; }
{ PROPERTY = Level; EXTENSION; INT; MIN = -1; MAX = 9; DEFAULT = -1; }
{ PROPERTY = retry_COUNT; }
`;
const FILE = HEAD + TABLE;

const small = (more: string, without = '') =>
  `RESOURCE_TYPE = t; RT_BASEDIR = /b; START = s; STOP = p;\n${more}`.replace(without, '');

describe('a registration file', () => {
  it('says what the type is, and its methods', () => {
    const { properties, ...type } = parseRegistration(FILE);
    expect(type).to.deep.equal({
      name: 'SUNW.scics',
      version: '1.0',
      description: 'Calendar Server; # and more',
      kind: 'application',
      baseDirectory: '/opt/SUNWscics/bin',
      methods: {
        VALIDATE: 'ics_svc_validate',
        START: 'ics_svc_start',
        STOP: 'ics_svc_stop',
        MONITOR_START: 'ics_monitor_start',
        MONITOR_STOP: 'ics_monitor_stop',
        MONITOR_CHECK: 'ics_monitor_check',
      },
      failover: true,
    });
    expect(properties.map(({ name }) => name)).to.deep.equal(
      'Start_timeout ICS_serverroot Mode Hosts Network_aware Level Retry_count'.split(' '),
    );
  });

  it('declares properties: standard ones with what everybody knows of them, extension ones as they say', () => {
    const { properties } = parseRegistration(FILE);
    const declared = (name: string) => properties.find((property) => property.name === name);
    const plain = { tunable: 'ANYTIME', description: '' };
    expect(declared('Start_timeout')).to.deep.equal({
      ...{ name: 'Start_timeout', extension: false, type: 'int', default: '300', min: 60, ...plain },
      // Whoever does not describe a standard property gets what it says everywhere.
      description: 'Seconds until the method counts as failed',
    });
    expect(declared('ICS_serverroot')).to.deep.equal({
      ...{ name: 'ICS_serverroot', extension: true, type: 'string', default: null, min: 1, max: 1024 },
      ...{ tunable: 'WHEN_DISABLED', description: "The server's base folder" },
    });
    expect(declared('Mode')).to.deep.equal({
      ...{ name: 'Mode', extension: true, type: 'enum', default: 'SAFE', values: ['FAST', 'SAFE'] },
      ...{ tunable: 'AT_CREATION', description: '' },
    });
    expect(declared('Hosts')).to.deep.include({ type: 'stringarray', default: 'a,b', tunable: 'NONE' });
    expect(declared('Network_aware')).to.deep.include({ type: 'boolean', default: 'true', ...plain });
    expect(declared('Level')).to.deep.include({ type: 'int', default: '-1', min: -1, max: 9 });
    expect(declared('Retry_count')).to.deep.include({ type: 'int', default: '2', extension: false });
  });

  it('puts the type in its place in the order of starting', () => {
    const kind = (more: string) => parseRegistration(small(more)).kind;
    expect(kind('SYSDEFINED_TYPE = LOGICAL_HOSTNAME; PRENET_START = x;')).to.equal('address');
    expect(kind('PRENET_START = x;')).to.equal('storage');
    expect(kind('')).to.equal('application');
  });

  it('may have no vendor, no version and other line ends, and keywords in any case', () => {
    const type = parseRegistration('resource_type = t;\r\nRt_Basedir = /b;\r\nstart = s;\r\nSTOP=p;\r\n');
    expect(type).to.deep.include({ name: 't', version: '1', failover: false, properties: [] });
  });

  const wrong: [string, string, string][] = [
    ['nothing', '', 'line 1, column 1: START is missing: a resource of this type could not be started'],
    [
      'an unknown keyword',
      small('STRAT = x;'),
      'line 2, column 1: "STRAT" is no keyword of a registration file',
    ],
    [
      'a missing semicolon',
      small('VENDOR_ID = SUNW\nVALIDATE = v;'),
      'line 3, column 1: ";" is missing after the value of VENDOR_ID, before "VALIDATE"',
    ],
    [
      'a missing equals sign',
      small('VENDOR_ID SUNW;'),
      'line 2, column 11: "=" is missing after VENDOR_ID, before "SUNW"',
    ],
    ['a missing value', small('VENDOR_ID = ;'), 'line 2, column 13: VENDOR_ID has no value, before ";"'],
    [
      'a string without an end',
      small('  RT_DESCRIPTION = "x;\n'),
      'line 2, column 20: this string has no closing " on its line',
    ],
    [
      'a string without an end at the end',
      small('RT_DESCRIPTION = "'),
      'line 2, column 18: this string has no closing " on its line',
    ],
    ['START without STOP', small('', ' STOP = p;'), 'line 1, column 45: START is there without STOP'],
    [
      'a monitor that never stops',
      small('MONITOR_START = m;'),
      'line 2, column 17: MONITOR_START is there without MONITOR_STOP',
    ],
    [
      'no START',
      small('', ' START = s;'),
      'line 1, column 1: START is missing: a resource of this type could not be started',
    ],
    ['no name', small('', 'RESOURCE_TYPE = t; '), 'line 1, column 1: RESOURCE_TYPE is missing'],
    ['no folder', small('', ' RT_BASEDIR = /b;'), 'line 1, column 1: RT_BASEDIR is missing'],
    [
      'a relative folder',
      small('').replace('/b', 'b'),
      'line 1, column 33: RT_BASEDIR is an absolute path, not "b"',
    ],
    ['a method twice', small('START = x;'), 'line 2, column 1: START is given twice'],
    ['a method without a program', small('VALIDATE = "";'), 'line 2, column 12: VALIDATE names no program'],
    [
      'a method that nobody calls',
      small('UPDATE = u;'),
      'line 2, column 1: UPDATE is a method that this cluster does not call',
    ],
    ['a bad name', small('VENDOR_ID = "a b";'), 'line 2, column 13: "a b" is no name of a type or a vendor'],
    [
      'a shared address',
      small('SYSDEFINED_TYPE = SHARED_ADDRESS;'),
      'line 2, column 19: SYSDEFINED_TYPE is LOGICAL_HOSTNAME here, not "SHARED_ADDRESS"',
    ],
    [
      'FAILOVER of another kind',
      small('FAILOVER = yes;'),
      'line 2, column 12: FAILOVER is TRUE or FALSE, not "yes"',
    ],
    [
      'a keyword after the table',
      small('{ PROPERTY = Retry_count; }\nSTART = x;'),
      'line 3, column 1: after the first property, "{" is expected, not "START"',
    ],
    [
      'an entry without an end',
      small('{ PROPERTY = Retry_count;'),
      'line 2, column 26: a keyword or the "}" of this entry is missing, before the end of the file',
    ],
    [
      'an entry without a name',
      small('{ EXTENSION; INT; }'),
      'line 2, column 1: this entry has no PROPERTY = NAME;',
    ],
    [
      'an unknown keyword in an entry',
      small('{ PROPERTY = X; EXTENSON; }'),
      'line 2, column 17: "EXTENSON" is no keyword of a property; there are PROPERTY, EXTENSION, DEFAULT, TUNABLE, DESCRIPTION, MIN, MAX, MINLENGTH, MAXLENGTH, STRING, STRINGARRAY, INT, BOOLEAN, ENUM',
    ],
    [
      'a property twice',
      small('{ PROPERTY = X; EXTENSION; INT; }\n{ PROPERTY = X; EXTENSION; INT; }'),
      'line 3, column 14: property X is declared twice',
    ],
    [
      'a standard property twice',
      small('{PROPERTY=Retry_count;}{PROPERTY=RETRY_COUNT;}'),
      'line 2, column 34: property Retry_count is declared twice',
    ],
    [
      'a standard property that there is not',
      small('{ PROPERTY = Retry_cuont; }'),
      "line 2, column 14: Retry_cuont is no standard property: one of the type's own says EXTENSION;",
    ],
    [
      'a standard property as extension',
      small('{ PROPERTY = Retry_count; EXTENSION; INT; }'),
      'line 2, column 14: Retry_count is a standard property: without EXTENSION;',
    ],
    [
      'a standard property of another type',
      small('{ PROPERTY = Retry_count; STRING; }'),
      'line 2, column 27: Retry_count is of type INT',
    ],
    [
      'no type',
      small('{ PROPERTY = X; EXTENSION; }'),
      'line 2, column 14: X has no type: one of STRING, STRINGARRAY, INT, BOOLEAN, ENUM',
    ],
    [
      'two types',
      small('{ PROPERTY = X; EXTENSION; INT; STRING; }'),
      'line 2, column 33: this property has a type already',
    ],
    [
      'a bad TUNABLE',
      small('{ PROPERTY = X; EXTENSION; INT; TUNABLE = SOMETIMES; }'),
      'line 2, column 43: TUNABLE is ANYTIME, AT_CREATION, WHEN_DISABLED or NONE, not "SOMETIMES"',
    ],
    [
      'a TUNABLE that every object has',
      small('{ PROPERTY = X; EXTENSION; INT; TUNABLE = constructor; }'),
      'line 2, column 43: TUNABLE is ANYTIME, AT_CREATION, WHEN_DISABLED or NONE, not "constructor"',
    ],
    [
      'a default below MIN',
      small('{ PROPERTY = X; EXTENSION; INT; MIN = 5; MAX = 9; DEFAULT = 4; }'),
      'line 2, column 61: the DEFAULT 4 is not from 5 to 9',
    ],
    [
      'a default above MAX, given first',
      small('{ PROPERTY = X; EXTENSION; INT; DEFAULT = 10; MIN = 5; MAX = 9; }'),
      'line 2, column 43: the DEFAULT 10 is not from 5 to 9',
    ],
    [
      'MIN above MAX',
      small('{ PROPERTY = X; EXTENSION; INT; MIN = 5; MAX = 4; }'),
      'line 2, column 14: the least value, 5, is above the greatest, 4',
    ],
    [
      'a limit of another type',
      small('{ PROPERTY = X; EXTENSION; STRING; MIN = 5; }'),
      'line 2, column 42: MIN does not go with type STRING',
    ],
    [
      'a limit that is no number',
      small('{ PROPERTY = X; EXTENSION; INT; MIN = five; }'),
      'line 2, column 39: MIN is an integer, not "five"',
    ],
    [
      'a default that is no number',
      small('{ PROPERTY = X; EXTENSION; INT; DEFAULT = 3s; }'),
      'line 2, column 43: the DEFAULT is an integer, not "3s"',
    ],
    [
      'a list as default of one number',
      small('{ PROPERTY = X; EXTENSION; INT; DEFAULT = 3, 4; }'),
      'line 2, column 43: the DEFAULT is an integer, not "3,4"',
    ],
    [
      'a default that is too long',
      small('{ PROPERTY = X; EXTENSION; STRING; MAXLENGTH = 2; DEFAULT = abc; }'),
      'line 2, column 61: the DEFAULT "abc" is not of at most 2 characters',
    ],
    [
      'a default that is neither true nor false',
      small('{ PROPERTY = X; EXTENSION; BOOLEAN; DEFAULT = 1; }'),
      'line 2, column 47: the DEFAULT of a BOOLEAN is TRUE or FALSE, not "1"',
    ],
    [
      'a default that is none of the words',
      small('{ PROPERTY = X; EXTENSION; ENUM { A, B }; DEFAULT = C; }'),
      'line 2, column 53: the DEFAULT "C" is none of A, B',
    ],
    [
      'an ENUM without words',
      small('{ PROPERTY = X; EXTENSION; ENUM { }; }'),
      'line 2, column 35: a word of the ENUM is missing, before "}"',
    ],
    [
      'an ENUM with a word twice',
      small('{ PROPERTY = X; EXTENSION; ENUM { A, A }; }'),
      'line 2, column 38: the ENUM has A twice',
    ],
    [
      'an ENUM without an end',
      small('{ PROPERTY = X; EXTENSION; ENUM { A; }'),
      'line 2, column 36: "}" is missing after the ENUM\'s A, before ";"',
    ],
  ];
  for (const [what, text, message] of wrong) {
    it(`is refused with ${what}`, () =>
      expect(() => parseRegistration(text))
        .to.throw(RegistrationError)
        .with.property('message', message));
  }

  it('cut anywhere gives a type or an error with a place in it', () => {
    for (let at = 0; at < FILE.length; at += 1) resultOf(FILE.slice(0, at));
  });

  it('with any character changed, put in or left out gives a type or an error with a place in it', () => {
    const signs = fc.oneof(
      fc.constantFrom(...'={};,"#\n \\0-'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.nat(FILE.length - 1), signs, fc.nat(1), (at, sign, left) =>
        resultOf(FILE.slice(0, at) + sign + FILE.slice(at + left)),
      ),
      { numRuns: 2000 },
    );
  });

  it('of any words at all gives a type or an error', () => {
    const words = fc.constantFrom(...FILE.split(/(\W)/), 'ENUM', '{', '}', ';', '=');
    fc.assert(fc.property(fc.array(words, { maxLength: 60 }), (all) => resultOf(all.join(' '))));
    fc.assert(fc.property(fc.array(words, { maxLength: 30 }), (all) => resultOf(FILE + all.join(' '))));
  });
});

function resultOf(text: string): void {
  const lines = text.split('\n');
  try {
    const { name, methods } = parseRegistration(text);
    expect(name).to.not.equal('');
    expect(methods).to.not.be.empty;
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error;
    expect(error.line).to.be.within(1, lines.length);
    expect(error.column).to.be.within(1, (lines[error.line - 1]?.length ?? 0) + 1);
  }
}
