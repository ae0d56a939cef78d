import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfError, parseConf } from '../../../../images/node/ics/conf.ts';
import { confText, haAdditions } from '../../../../images/node/ics/configurator/conf-text.ts';
import { PARAMETERS } from '../../../../images/node/ics/parameters.ts';
import {
  readSettings,
  SettingError,
  settingsOf,
  shownSettings,
} from '../../../../images/node/ics/settings.ts';
import { answersFor } from '../../../helpers/configuration.ts';

const of = (settings: Record<string, string>) => settingsOf(new Map(Object.entries(settings)));

describe('the settings of an instance', () => {
  it("have the product's defaults below ics.conf", () => {
    const settings = of({ 'service.http.port': '8080' });
    expect(settings.number('service.http.port')).to.equal(8080);
    expect(settings.number('service.http.maxsessions')).to.equal(5000);
    expect(settings.number('service.http.sessiontimeout')).to.equal(1800);
    expect(settings.number('service.http.idletimeout')).to.equal(120);
    expect(settings.number('local.autorestart.timeout')).to.equal(600);
    expect(settings.text('local.user')).to.equal('icsuser');
    expect(settings.yes('service.dwp.enable')).to.equal(false);
  });

  it('every default is one that the parameter can have', () => {
    for (const [name, { check, default: value }] of Object.entries(PARAMETERS))
      if (value !== undefined) expect(check(value), name).to.equal(undefined);
  });

  it("takes what the guide's section 6.6.3 adds", () => {
    const added = {
      'local.server.ha.enabled': 'yes',
      'local.server.ha.agent': 'SUNWscics',
      'service.http.listenaddr': '198.18.0.200',
      'local.hostname': 'LOG-HOST-RS',
      'local.servername': 'LOG-HOST-RS',
      'service.ens.host': 'LOG-HOST-RS',
      'service.http.calendarhostname': 'LOG-HOST-RS-Domain.com',
      'local.autorestart': 'yes',
      'service.listenaddr': '198.18.0.200',
    };
    expect(of(added).all()).to.include(added);
  });

  it("knows every parameter that the guide's chapter and the configurator set: a wrong value of one is refused", () => {
    const set = [
      ...parseConf(confText(answersFor('/cal'))).keys(),
      ...parseConf(haAdditions({ address: '', logicalHost: '', qualifiedHost: '' })).keys(),
    ];
    expect(set).to.have.length.above(30);
    // What is any text, and what is for mail, which nobody sends here.
    const free = /cred$|dn$|calmaster\.userid|ha\.agent|^alarm\.msgalarmnotice/;
    for (const name of set.filter((one) => !free.test(one)))
      expect(() => of({ [name]: '?' }), name).to.throw(SettingError);
    for (const name of ['local.server.ha.agent', 'local.authldapbasedn', 'service.admin.calmaster.userid'])
      expect(Object.keys(PARAMETERS)).to.include(name);
  });

  it('keeps parameters that nobody knows', () => {
    const settings = of({ 'x.y': 'z', 'to-string': '1', __proto__x: '2' });
    expect(settings.text('x.y')).to.equal('z');
    expect(settings.has('nothing')).to.equal(false);
    expect(settings.has('constructor')).to.equal(false);
  });

  for (const [name, value, says] of [
    ['service.http.listenaddr', '123.45.67.890', /is "123\.45\.67\.890"; which is not an IP address/],
    ['service.listenaddr', 'LOG-HOST-RS', /not an IP address/],
    ['service.http.calendarhostname', 'LOG-HOST-RS', /not a fully qualified host name/],
    ['service.http.calendarhostname', '198.18.0.200', /not a fully qualified host name/],
    ['service.http.calendarhostname', 'a..com', /not a fully qualified/],
    ['local.autorestart', 'true', /it can be "yes" or "no"/],
    ['local.autorestart', 'Yes', /it can be "yes" or "no"/],
    ['service.http.port', '0', /it can be 1 to 65535/],
    ['service.http.port', '65536', /it can be 1 to 65535/],
    ['service.http.port', '8O', /not a number/],
    ['service.http.port', '80 ', /not a number/],
    ['service.http.maxsessions', '-1', /not a number/],
    ['caldb.berkeleydb.homedir.path', 'csdb', /not an absolute path/],
    ['caldb.berkeleydb.archive.mindays', '0', /it can be 1 to 366/],
    ['service.ens.host', 'a b', /not a host name/],
    ['local.user', 'ics user', /not the name of a user/],
  ] as const)
    it(`refuses ${name} = "${value}"`, () =>
      expect(() => of({ [name]: value })).to.throw(SettingError, says));

  it('of an empty value say that it is not set', () =>
    expect(() => of({ 'service.http.port': '' }).text('service.http.port')).to.throw(
      /does not set service\.http\.port/,
    ));

  it('show no password', () =>
    expect(shownSettings(of({ 'local.authldapbindcred': 'secret' }))).to.include({
      'local.authldapbindcred': '(hidden)',
    }));
});

describe('reading ics.conf', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conf-'));
  });
  afterEach(() => {
    delete process.env['HA_SABOTAGE'];
    rmSync(folder, { recursive: true });
  });
  const write = (text: string) => writeFileSync(join(folder, 'ics.conf'), text);

  it('names the line of a value that cannot be, also of one that a later line overrules', () => {
    write('! a comment\nservice.http.port = "http"\nservice.http.port = "80"\n');
    expect(() => readSettings(folder)).to.throw(
      ConfError,
      /^ics\.conf line 2: service\.http\.port is "http"; /,
    );
  });

  it('the last of two wins', () => {
    write('service.http.port="81"\nservice.http.port = "82"\n');
    expect(readSettings(folder).number('service.http.port')).to.equal(82);
  });

  const changed = () => {
    write('local.autorestart = "yes"');
    const settings = readSettings(folder);
    write('local.autorestart = "no"');
    return settings.yes('local.autorestart');
  };

  it('happens once', () => expect(changed()).to.equal(true));

  it('the sabotage "reread-config" is found by that', () => {
    process.env['HA_SABOTAGE'] = 'reread-config';
    expect(changed()).to.equal(false);
  });

  it('of any bytes: settings, or an error with a line of printable text', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
      fc.constantFrom('\u001b[2J', '\r', '\u202e', 'x'.repeat(2000)),
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom(...Object.keys(PARAMETERS)), fc.constantFrom('=', ' = ', ''), hostile)
        .map(([name, equals, value]) => `${name}${equals}"${value}"`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        write(lines.join('\n'));
        try {
          return typeof readSettings(folder).all() === 'object';
        } catch (error) {
          return (
            error instanceof ConfError && /^ics\.conf line \d+: [\x20-\x7e…]{1,400}$/.test(error.message)
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
