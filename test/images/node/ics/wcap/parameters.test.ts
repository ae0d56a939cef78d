import { expect } from 'chai';
import fc from 'fast-check';
import { Errno, Refused } from '../../../../../images/node/ics/wcap/errno.ts';
import { alarmMoment, isMoment, momentOf } from '../../../../../images/node/ics/wcap/moments.ts';
import { Parameters } from '../../../../../images/node/ics/wcap/parameters.ts';
import { sayable, unsayable } from '../../../../../images/node/ics/wcap/text.ts';

const parameters = (...queries: string[]) =>
  new Parameters(...queries.map((query) => new URLSearchParams(query)));

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) {
      expect(error.errno).to.equal(Errno.missing);
      return error.message;
    }
    throw error;
  }
  return 'not refused';
}

describe('parameters', () => {
  it('come from the address and from the form', () => {
    const both = parameters('calid=ann', 'uid=a%2Bb+c');
    expect([both.needed('calid'), both.needed('uid')]).to.deep.equal(['ann', 'a+b c']);
    expect(both.optional('summary')).to.equal(undefined);
  });

  it('are missing when they are not there, or empty', () => {
    expect(refusal(() => parameters('').needed('uid'))).to.equal('parameter uid is missing');
    expect(refusal(() => parameters('uid=').needed('uid'))).to.equal('parameter uid is missing');
    expect(refusal(() => parameters('uid=;;').list('uid'))).to.equal('parameter uid is missing');
    expect(refusal(() => parameters('a=').moment('a'))).to.equal('parameter a is missing');
    expect(refusal(() => parameters('a=').text('a'))).to.equal('parameter a is missing');
  });

  it('are given once, wherever', () => {
    expect(refusal(() => parameters('uid=a&uid=a').needed('uid'))).to.match(/more than once/);
    expect(refusal(() => parameters('uid=a', 'uid=b').needed('uid'))).to.match(/more than once/);
  });

  it('have 1024 characters at most, as people count them', () => {
    expect(parameters(`uid=${'x'.repeat(1024)}`).needed('uid')).to.have.length(1024);
    expect(refusal(() => parameters(`uid=${'x'.repeat(1025)}`).needed('uid'))).to.match(/1024 characters/);
    expect([...parameters(`s=${encodeURIComponent('🐧'.repeat(1024))}`).text('s')]).to.have.length(1024);
    const longer = `s=${encodeURIComponent('🐧'.repeat(1025))}`;
    expect(refusal(() => parameters(longer).text('s'))).to.match(/1024 characters/);
  });

  for (const bad of ['%00', '%07', '%1B', '%7F', '%C2%9F', '%FF', '%ED%A0%80', '%EF%BF%BE']) {
    it(`have no ${bad} in them`, () => {
      expect(refusal(() => parameters(`s=a${bad}b`).text('s'))).to.match(/control characters|UTF-8/);
      expect(refusal(() => parameters(`s=a${bad}b`).needed('s'))).to.match(/control characters|UTF-8/);
    });
  }

  it('have line breaks where they are a text, all of the one kind, and nowhere else', () => {
    expect(parameters('s=a%0D%0Ab%0Dc%0Ad%C2%85e%E2%80%A8f%09g').text('s')).to.equal('a\nb\nc\nd\ne\nf\tg');
    expect(refusal(() => parameters('uid=a%0Ab').needed('uid'))).to.match(/line break/);
    expect(refusal(() => parameters('uid=a%09b').needed('uid'))).to.match(/tabulator/);
  });

  it('name several, each once', () => {
    expect(parameters('uid=a;b;;a;c').list('uid')).to.deep.equal(['a', 'b', 'c']);
  });

  it('are numbers where they must be', () => {
    expect(parameters('n=0').optionalNumber('n')).to.equal(0);
    expect(parameters('').optionalNumber('n')).to.equal(undefined);
    for (const bad of ['-1', '1.5', 'x', '1e3', '1234567890'])
      expect(refusal(() => parameters(`n=${bad}`).optionalNumber('n'))).to.match(/no number/);
  });
});

describe('moments', () => {
  for (const moment of ['20261121T090000Z', '20240229T235959Z', '99991231T235959Z', '00010101T000000Z'])
    it(`${moment} is one`, () => expect(isMoment(moment)).to.equal(true));

  for (const not of [
    ...['20230229T000000Z', '20261321T090000Z', '20261100T090000Z', '20261121T240000Z', '20261121T096000Z'],
    ...['20261121T090060Z', '20261121T090000', '2026-11-21T09:00:00Z', '20261121', ' 20261121T090000Z', ''],
    ...['20261121T090000z', '020261121T090000Z', '２0261121T090000Z'],
  ])
    it(`"${not}" is none`, () => expect(isMoment(not)).to.equal(false));

  it('are what they are in the calendar, every second from 1 to 9999', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const moment = momentOf(date.getTime());
          expect(isMoment(moment), moment).to.equal(true);
          const { length } = moment.match(/\d/g) ?? [];
          expect(length).to.equal(14);
        },
      ),
    );
  });

  for (const [text, moment] of [
    ['20261121T085500Z', '20261121T085500Z'],
    ['-PT15M', '20261121T084500Z'],
    ['PT0S', '20261121T090000Z'],
    ['-P1DT2H', '20261120T070000Z'],
    ['+P2W', '20261205T090000Z'],
    ['PT99999H', '20380419T000000Z'],
  ] as const)
    it(`of an alarm "${text}" is ${moment}`, () =>
      expect(alarmMoment(text, '20261121T090000Z')).to.equal(moment));

  for (const text of [
    'P',
    'PT',
    '-',
    '',
    '15M',
    'PT1.5H',
    'P1W2D',
    'P99999W',
    'PT',
    'P1DT',
    '-P9999W',
    'soon',
  ])
    it(`of an alarm is not "${text}"`, () => {
      const beginning = text === '-P9999W' ? '00010101T000000Z' : '20261121T090000Z';
      expect(alarmMoment(text, beginning)).to.equal(undefined);
    });
});

describe('what a reply can carry', () => {
  it('is what is left when the rest is replaced', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), (text) => {
        const said = sayable(text);
        expect(unsayable(said.replaceAll('\uFFFD', ''))).to.equal(false);
        if (!unsayable(text)) expect(said).to.equal(text.replace(/\r\n|[\r\u0085\u2028\u2029]/g, '\n'));
      }),
    );
  });
});
