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

  it('goes on until it is stopped', async () => {
    let looks = 0;
    const stop = keepLooking(() => {
      looks += 1;
    }, 1);
    await until('three looks', 60_000, () => (looks >= 3 ? true : undefined));
    stop();
  });
});
