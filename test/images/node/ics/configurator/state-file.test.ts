/** The state file: what is written can be read again, and what is wrong is said with its line and key. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parseConf } from '../../../../../images/node/ics/conf.ts';
import { confText, haAdditions } from '../../../../../images/node/ics/configurator/conf-text.ts';
import { type Answers, FIELDS, KEYS } from '../../../../../images/node/ics/configurator/fields.ts';
import {
  parseState,
  StateFileError,
  stateText,
} from '../../../../../images/node/ics/configurator/state-file.ts';
import { answersFor, BASE } from '../../../../helpers/configuration.ts';

const parse = (text: string) => parseState(text, '/s', BASE);
const changed = (key: keyof Answers, value: string) => stateText({ ...answersFor('/cal'), [key]: value });

describe('state file', () => {
  it('is read as it was written', () => {
    expect(parse(stateText(answersFor('/cal')))).to.deep.equal(answersFor('/cal'));
    expect(parse(stateText(answersFor('/cal')).replaceAll('\n', '\r\n'))).to.deep.equal(answersFor('/cal'));
  });

  const rows: [string, string, RegExp][] = [
    ['no KEY=value', 'one\n', /\/s, line 1: not of the form KEY=value: one/],
    [
      'an option that is not there',
      'COLOUR=red\n',
      /line 1: there is no option COLOUR; the options are HOST_NAME/,
    ],
    ['an option twice', 'LDAP_PORT=1\n\nLDAP_PORT=2\n', /line 3: LDAP_PORT is set in line 1 already/],
    ['an empty file', '', /it does not set HOST_NAME, LDAP_HOST/],
    [
      'a port that is none',
      changed('SERVICE_PORT', '99999'),
      /line 13: SERVICE_PORT is "99999", and it must be a number/,
    ],
    [
      'a relative folder',
      changed('LOGS_DIRECTORY', 'logs'),
      /LOGS_DIRECTORY is "logs", and it must be an absolute/,
    ],
    ['a folder with ..', changed('LOGS_DIRECTORY', '/cal/../x'), /as in \/x$/],
    [
      'the program as its own configuration',
      changed('CONFIG_DIRECTORY', `${BASE}/config`),
      /must not lie in/,
    ],
    ['a folder twice', changed('LOGS_DIRECTORY', '/cal/csdb'), /it is the Database Directory already/],
    ['more days at least than at most', changed('ARCHIVE_MAXIMUM_DAYS', '2'), /less than the minimum, 3/],
    ['an address that is none', changed('LDAP_HOST', '123.45.67.890'), /it is no IP address/],
    ['a quotation mark', changed('BASE_DN', 'o="x"'), /without quotation marks/],
    ['neither yes nor no', changed('START_ON_BOOT', 'maybe'), /it can be yes or no/],
  ];
  for (const [what, text, says] of rows) {
    it(`refuses ${what}`, () => expect(() => parse(text)).to.throw(StateFileError, says));
  }

  it('never shows a password', () => {
    const broken = changed('ADMINISTRATOR_PASSWORD', 'gehe"im');
    expect(() => parse(broken)).to.throw(StateFileError, /ADMINISTRATOR_PASSWORD it must be one line/);
    expect(() => parse(broken)).to.not.throw(StateFileError, /gehe/);
  });

  it('any text is read or refused with a StateFileError, on one line of printable text', () => {
    const lines = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom(...KEYS, 'X'), fc.string({ unit: 'binary' }))
        .map(([key, value]) => `${key}=${value}`),
    );
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 40 }), (some) => {
        try {
          parse(some.join('\n'));
        } catch (error) {
          if (!(error instanceof StateFileError)) throw error;
          expect(error.message).to.match(/^[\x20-\x7e…]*$/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('one value changed at random: what is accepted comes out of ics.conf as it went in', () => {
    const conf = (answers: Answers) => parseConf(confText(answers));
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('1', 'yes', '/a', 'o=x', 'h'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...KEYS), value, (key, text) => {
        let answers: Answers;
        try {
          answers = parse(changed(key, text));
        } catch (error) {
          expect(error).to.be.instanceOf(StateFileError);
          return;
        }
        if (key === 'BASE_DN') expect(conf(answers).get('local.authldapbasedn')).to.equal(answers.BASE_DN);
        if (key === 'ADMINISTRATOR_PASSWORD')
          expect(conf(answers).get('service.admin.calmaster.cred')).to.equal(answers.ADMINISTRATOR_PASSWORD);
        expect(conf(answers).get('caldb.berkeleydb.homedir.path')).to.equal(answers.DATABASE_DIRECTORY);
        expect(parse(stateText(answers))).to.deep.equal(answers);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ics.conf as the configurator writes it', () => {
  it("has the guide's folders, and the additions overrule what stands before them", () => {
    const answers = answersFor('/cal');
    const own = parseConf(confText(answers));
    expect(own.get('store.partition.primary.path')).to.equal('/cal/store');
    expect(own.get('caldb.berkeleydb.hotbackup.path')).to.equal('/cal/csdb/hotbackup');
    expect(own.get('local.servername')).to.equal('Node1');
    const ha = {
      address: '198.18.0.200',
      logicalHost: 'LOG-HOST-RS',
      qualifiedHost: 'LOG-HOST-RS.example.com',
    };
    const both = parseConf(confText(answers) + haAdditions(ha));
    expect(both.get('local.servername')).to.equal('LOG-HOST-RS');
    expect(both.get('service.http.listenaddr')).to.equal('198.18.0.200');
    expect([...both.keys()].filter((name) => !own.has(name))).to.deep.equal([
      ...['local.server.ha.enabled', 'local.server.ha.agent', 'service.ens.host'],
      ...['service.http.calendarhostname', 'local.autorestart'],
    ]);
  });

  it('says nothing of a directory, alarms or backups where there are none', () => {
    const answers = {
      ...answersFor('/cal'),
      LDAP_HOST: 'none',
      EMAIL_ALARMS: 'no',
      ARCHIVE: 'no',
      HOT_BACKUP: 'no',
    };
    const names = [...parseConf(confText(answers)).keys()];
    expect(names.filter((name) => /authldap|msgalarm|\.path$/.test(name))).to.deep.equal([
      'caldb.berkeleydb.homedir.path',
      'store.partition.primary.path',
    ]);
  });

  it('every option has a panel or is kept for the other nodes', () => {
    expect(KEYS.filter((key) => FIELDS[key].panel === null)).to.deep.equal(['HOST_NAME']);
  });
});
