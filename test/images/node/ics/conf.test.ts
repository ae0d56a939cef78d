import { expect } from 'chai';
import fc from 'fast-check';
import { ConfError, parseConf } from '../../../../images/node/ics/conf.ts';

describe('ics.conf', () => {
  it('reads names and values, with or without blanks, with either line end', () => {
    const settings = parseConf('service.http.port = "80"\r\nlocal.servername="a host"\n  caldb.x  =  ""  \n');
    expect([...settings]).to.deep.equal([
      ['service.http.port', '80'],
      ['local.servername', 'a host'],
      ['caldb.x', ''],
    ]);
  });

  it('skips comments and empty lines, and leaves a ! in a value alone', () => {
    expect([...parseConf('! one = "1"\n\n  ! two\nthree = "3!"\n')]).to.deep.equal([['three', '3!']]);
  });

  it('lets the last of two equal names win', () => {
    expect(parseConf('a = "1"\nb = "2"\na = "3"').get('a')).to.equal('3');
  });

  for (const wrong of ['a = 1', 'a "1"', 'A = "1"', 'a = "1', 'a = "1" ! why', '= "1"', 'a = "1""']) {
    it(`refuses ${wrong}, with the line's number`, () =>
      expect(() => parseConf(`! first\nok = "1"\n${wrong}\n`)).to.throw(
        ConfError,
        /ics\.conf line 3: not of the form/,
      ));
  }

  for (const wrong of ['= "pass"word"', '="pass', ' pass', '="pass" ! why'])
    it(`refuses a password as ${wrong} without showing it`, () =>
      expect(() => parseConf(`local.authldapbindcred${wrong}`)).to.throw(
        ConfError,
        /in lower case: local\.authldapbindcred \(hidden\)$/,
      ));

  it('reads back what was written', () => {
    const name = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
    const value = fc.stringMatching(/^[^"\n\r]{0,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const text = pairs.map(([one, its]) => `${one} = "${its}"`).join('\n');
        expect([...parseConf(text)]).to.have.deep.members([...new Map(pairs)]);
      }),
    );
  });
});
