import { expect } from 'chai';
import { bothEnds } from '../harness/wording.ts';

describe('words for people', () => {
  it('a long text keeps its beginning and its end, a short one all', () => {
    expect(bothEnds('no such device', 100)).to.equal('no such device');
    const text = `no such device${'x'.repeat(1000)}usage`;
    expect(bothEnds(text, 100))
      .to.match(/^no such device.* … .*usage$/)
      .and.have.length(103);
  });
});
