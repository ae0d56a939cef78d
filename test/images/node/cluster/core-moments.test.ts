import { expect } from 'chai';
import { monotonicMs, until } from '../../../../images/common/clock.ts';
import { boot } from '../../../../images/node/cluster/core/step.ts';
import type { State } from '../../../../images/node/cluster/core/types.ts';
import { CoreMoments } from '../../../../images/node/cluster/core-moments.ts';

const config = {
  self: 'n1',
  nodes: ['n1', 'n2'],
  heartbeatQuantumMs: 20,
  heartbeatTimeoutMs: 50,
  bootPatienceMs: 1000,
  quorumDevices: [],
  deviceGroups: [],
  sabotage: null,
};

describe('waking a core for its moments', () => {
  let state: State;
  let woken: number[];
  let moments: CoreMoments;
  beforeEach(() => {
    state = boot(config, 1, monotonicMs());
    woken = [];
    moments = new CoreMoments(
      () => state,
      () => {
        woken.push(monotonicMs());
        state = { ...state, silentFromMs: null };
        moments.arm(monotonicMs());
      },
    );
  });
  afterEach(() => moments.stop());
  const wakes = (count: number) =>
    until(`${count} wakes`, 60_000, () => (woken.length >= count ? true : undefined));

  it('comes at the moment, and once', async () => {
    const atMs = monotonicMs() + 30;
    state = { ...state, silentFromMs: atMs };
    moments.arm(monotonicMs());
    moments.arm(monotonicMs());
    await wakes(1);
    expect(woken[0]).to.be.at.least(atMs);
    expect(woken).to.have.length(1);
  });

  it('comes later when the moment has moved on, and sooner when an earlier one is named', async () => {
    const beganMs = monotonicMs();
    state = { ...state, silentFromMs: beganMs + 20 };
    moments.arm(monotonicMs());
    state = { ...state, silentFromMs: beganMs + 80 };
    await wakes(1);
    expect(woken[0]).to.be.at.least(beganMs + 80);

    state = { ...state, silentFromMs: monotonicMs() + 3_600_000 };
    moments.arm(monotonicMs());
    state = { ...state, silentFromMs: monotonicMs() + 10 };
    moments.arm(monotonicMs());
    await wakes(2);
  });

  it('is over once it has come, whatever the core makes of it', async () => {
    state = { ...state, silentFromMs: monotonicMs() + 10 };
    let woke = 0;
    const idle = new CoreMoments(
      () => state,
      () => {
        woke += 1;
        idle.arm(monotonicMs());
      },
    );
    idle.arm(monotonicMs());
    await until('the first', 60_000, () => (woke > 0 ? true : undefined));
    const sinceMs = monotonicMs();
    await until('more of them', 60_000, () => (monotonicMs() > sinceMs + 50 ? true : undefined));
    expect(woke).to.equal(1);
    idle.stop();
  });

  it('never comes after it is stopped', async () => {
    const atMs = monotonicMs() + 10;
    state = { ...state, silentFromMs: atMs };
    moments.arm(monotonicMs());
    moments.stop();
    moments.arm(monotonicMs());
    await until('the moment to have passed', 60_000, () => (monotonicMs() > atMs + 30 ? true : undefined));
    expect(woken).to.deep.equal([]);
  });
});
