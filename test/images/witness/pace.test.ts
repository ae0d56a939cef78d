import { expect } from 'chai';
import { monotonicMs, ownCpuMs, until } from '../../../images/common/clock.ts';
import { keepLooking, restMs } from '../../../images/witness/pace.ts';

describe('the pace of the witness', () => {
  it('is that of the period while looking costs little', () => {
    expect(restMs(5, { tookMs: 1, cpuMs: 1 })).to.equal(4);
  });

  it('is slower where looking would take more than a fifth of a processor', () => {
    expect(restMs(5, { tookMs: 4, cpuMs: 4 })).to.equal(16);
  });

  it('makes no pause for time in which the machine stood still', () => {
    expect(restMs(5, { tookMs: 1000, cpuMs: 1 })).to.equal(4);
    expect(restMs(5, { tookMs: 1000, cpuMs: 0 })).to.equal(0);
  });

  it('knows waiting from working', async () => {
    const [beganMs, beganCpuMs] = [monotonicMs(), ownCpuMs()];
    await until('a tenth of a second', 60_000, () => (monotonicMs() - beganMs > 100 ? true : undefined));
    const waitedCpuMs = ownCpuMs() - beganCpuMs;
    while (ownCpuMs() - beganCpuMs - waitedCpuMs < 20);
    expect(waitedCpuMs).to.be.lessThan(100);
    expect(monotonicMs() - beganMs).to.be.at.least(100);
  });

  it('goes on at once after a look that stood still', async () => {
    const begins: number[] = [];
    const STOOD_MS = 500;
    const stop = keepLooking(() => {
      begins.push(monotonicMs());
      // Waits without working, as all processes of a machine do that stands still.
      if (begins.length === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STOOD_MS);
    }, 5);
    await until('two looks', 60_000, () => (begins.length >= 2 ? true : undefined));
    stop();
    const [first = 0, second = 0] = begins;
    expect(second - first).to.be.at.least(STOOD_MS - 1);
    expect(second - first, 'not a rest in proportion').to.be.below(4 * STOOD_MS);
  });

  it('goes on until it is stopped', async () => {
    let looks = 0;
    const stop = keepLooking(() => {
      looks += 1;
    }, 1);
    await until('three looks', 60_000, () => (looks >= 3 ? true : undefined));
    stop();
  });
});
