import { expect } from 'chai';
import fc from 'fast-check';
import { LineReader } from '../../../../images/node/ics/json-lines.ts';

describe('JSON lines', () => {
  it('come out as they went in, however they are cut', () => {
    const messages = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (sent, sizes) => {
        const text = sent.map((message) => `${JSON.stringify(message)}\n`).join('');
        const reader = new LineReader(1_000_000);
        const got: unknown[] = [];
        for (let at = 0; at < text.length; ) {
          const size = sizes.next().value ?? 1;
          got.push(...reader.take(text.slice(at, at + size)));
          at += size;
        }
        expect(got).to.deep.equal(sent.map((message) => JSON.parse(JSON.stringify(message))));
      }),
    );
  });

  for (const [text, says] of [
    ['{"a":1', /more than 5 characters/],
    ['{\n', /not JSON/],
    ['[1]\n', /not a JSON object/],
    ['null\n', /not a JSON object/],
    ['"a"\n', /not a JSON object/],
  ] as const)
    it(`refuses ${JSON.stringify(text)}`, () =>
      expect(() => [...new LineReader(5).take(text)]).to.throw(says));

  it('keeps no more than a line', () => {
    const reader = new LineReader(10);
    for (let i = 0; i < 10; i++) expect([...reader.take('1')]).to.deep.equal([]);
    expect(() => [...reader.take('1')]).to.throw(/more than 10/);
  });
});
