import { expect } from 'chai';
import fc from 'fast-check';
import { SCRIPT } from '../../reports/html/page-script.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { hostileReport, sampleReport } from '../fixtures/report.ts';
import { named, only, parsePage, plain, textOf } from './html-tree.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></title></textarea></svg><iframe src="https://example.com">',
  ']]><!-- -->',
  '\u0000\u0007\u001b[31m\u202egnp.exe',
  '\ud800 lone',
  'W'.repeat(3000),
  '../../javascript:alert(1)',
];

/** Of what breaks out of a place: tags, ends of places, quotes, entities, and what browsers forgive. */
const PIECES = [
  '<',
  '>',
  '"',
  "'",
  '`',
  '&',
  '&lt;',
  '&#60;',
  '/',
  '=',
  ' ',
  '\n',
  '\t',
  '-->',
  '<!--',
  ']]>',
  '<![CDATA[',
  '</script',
  '<script',
  '</style>',
  '</title>',
  '</svg>',
  '<svg onload=',
  '<img src=x onerror=',
  'javascript:',
  '\u0000',
  '\u2028',
  '\ufeff',
  '\ud83d',
  '😀',
  '${',
  '$&',
];

describe('the HTML report with hostile text', () => {
  const plainNames = new Set(
    parsePage(renderHtml(hostileReport(''))).elements.map((element) => element.tagName),
  );
  for (const hostile of HOSTILE) {
    it(`renders ${JSON.stringify(hostile.slice(0, 40))} as text alone`, () => {
      const text = renderHtml(hostileReport(hostile, { logLines: 30 }));
      const { elements, problems } = parsePage(text);
      expect(problems).to.deep.equal([]);
      expect(
        [...new Set(elements.map((element) => element.tagName))].filter((name) => !plainNames.has(name)),
      ).to.deep.equal([]);
      expect(textOf(only(named(elements, 'script')))).to.equal(SCRIPT);
      expect(named(elements, 'style')).to.have.length(1);
      expect(
        elements.flatMap((element) => element.attrs).filter(({ name }) => name.startsWith('on')),
      ).to.deep.equal([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
      expect(text).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    });
  }

  it('has the same elements whatever the text is', () => {
    const shape = (hostile: string) =>
      parsePage(renderHtml(hostileReport(hostile, { logLines: 3 })))
        .elements.filter(({ tagName }) => tagName !== 'title')
        .map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(' ')}`)
        .join('\n');
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    // As long, so that labels are as wide; a name breaks after a hyphen, and a path has its parts and its dots.
    const plainOf = (hostile: string) =>
      Array.from(hostile, (one) => (one.length > 1 ? '😀' : '-/.'.includes(one) ? one : 'x')).join('');
    fc.assert(
      fc.property(nasty, (hostile) => {
        expect(shape(hostile)).to.equal(shape(plainOf(hostile)));
      }),
      { numRuns: 60 },
    );
  });

  it('points nowhere outside', () => {
    for (const report of [
      sampleReport(),
      ...HOSTILE.map((hostile) => hostileReport(`https://example.com/${hostile}`)),
    ]) {
      const { elements } = parsePage(renderHtml(report));
      for (const { name, value } of elements.flatMap((element) => element.attrs)) {
        expect(name).not.to.be.oneOf(['src', 'srcset', 'xlink:href', 'action', 'poster', 'ping']);
        if (name === 'href') expect(value).to.match(/^(#[\w-]+|\.\/[^:]*)$/);
        if (name === 'style') expect(value).to.match(/^(width|left):[\d.]+(%|px)$/);
      }
      const style = textOf(only(named(elements, 'style')));
      expect(style).not.to.match(/@import|https?:|url\((?!#)/);
    }
  });

  it('keeps the hostile text readable', () => {
    const { elements } = parsePage(renderHtml(hostileReport('<script>alert(1)</script>')));
    expect(plain(only(named(elements, 'h1')))).to.include('<script>alert(1)</script>');
    const control = parsePage(renderHtml(hostileReport('\u202e\u0007')));
    expect(plain(only(named(control.elements, 'h1')))).to.match(/\[U\+202E\]␇$/);
  });
});
