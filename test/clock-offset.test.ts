import { expect } from 'chai';
import { clockOffset } from '../harness/containers/clock-offset.ts';

describe('the offset of an engine’s clock', () => {
  /** A container whose clock is `aheadMs` ahead, reached over a way that takes the given times there and back. */
  async function measured(aheadMs: number, ways: [there: number, back: number][]) {
    let nowMs = 5000;
    let ping = 0;
    const order = async () => {
      const [there, back] = ways[ping++ % ways.length] ?? [0, 0];
      nowMs += there;
      const at = nowMs + aheadMs;
      nowMs += back;
      return { began: at, at, value: null };
    };
    return await clockOffset({ order }, () => nowMs);
  }

  it('is exact when the way there takes as long as the way back', async () => {
    expect(await measured(123_456, [[4, 4]])).to.deep.equal({ offsetMs: 123_456, uncertaintyMs: 4 });
  });

  it('is taken from the quickest round trip, and is no further off than it says', async () => {
    const { offsetMs, uncertaintyMs } = await measured(-7000, [
      [40, 300],
      [1, 3],
      [200, 2],
    ]);
    expect(uncertaintyMs).to.equal(2);
    expect(Math.abs(offsetMs + 7000)).to.be.at.most(uncertaintyMs);
  });
});
