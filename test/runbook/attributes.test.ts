/** The grammar of attributes: whatever is written comes back, and nothing else is taken for one. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parseBraces, written } from '../../harness/runbook/attributes.ts';

const key = fc.stringMatching(/^[A-Za-z][\w-]{0,12}$/);
const value = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\n\r]/.test(text));

describe('attributes in braces', () => {
  it('come back as they were written, whatever their values', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key, value }), { maxLength: 6 }), (attributes) => {
        const { attributes: found, problems } = parseBraces(written(attributes), 1, 1);
        expect(problems).to.deep.equal([]);
        expect(found.map((one) => ({ key: one.key, value: one.value }))).to.deep.equal(attributes);
      }),
    );
  });

  it('stand where they are said to stand', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key, value }), { minLength: 1, maxLength: 6 }), (attributes) => {
        const text = written(attributes);
        for (const one of parseBraces(text, 3, 5).attributes)
          expect(text.slice(one.column - 5, one.column - 5 + one.key.length)).to.equal(one.key);
      }),
    );
  });

  it('any text either reads or is told what is wrong with it, at a place within it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const { problems } = parseBraces(`{${text}`, 1, 1);
        for (const { column } of problems) expect(column).to.be.within(1, text.length + 2);
        if (!text.includes('}')) expect(problems).to.not.be.empty;
      }),
      { numRuns: 500 },
    );
  });

  for (const [text, says] of [
    ['{ name=x', /1:1 .*not closed/],
    ['{ name="x }', /1:8 .*quotation mark of name/],
    ['{ name= node=x }', /1:8 .*name has no value/],
    ['{ =x }', /1:3 "=x" is no attribute/],
    ['{ #id }', /1:3 "#id" is no attribute/],
    ['{ name=x } more', /1:12 "more" stands behind/],
    ['{ name:x }', /1:7 ":x" behind "name"/],
  ] as const)
    it(`${text}: told`, () => {
      const { problems } = parseBraces(text, 1, 1);
      expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n')).to.match(
        says,
      );
    });

  it('a key alone is true; quotation marks of both kinds', () => {
    const { attributes } = parseBraces(`{ interactive a='it "is"' b="it \\"is\\"" c=/\\d+/ }`, 1, 1);
    expect(attributes.map(({ value: text }) => text)).to.deep.equal(['true', 'it "is"', 'it "is"', '/\\d+/']);
  });
});
