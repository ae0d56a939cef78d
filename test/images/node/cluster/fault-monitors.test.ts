import { expect } from 'chai';
import { moment, monotonicMs, until } from '../../../../harness/clock.ts';
import { FaultMonitors, untilProbed } from '../../../../images/node/cluster/fault-monitors.ts';
import type { Probe } from '../../../../images/node/cluster/types/type.ts';

const base = { name: 'svc_probe', intervalMs: 5, timeoutMs: 1000 };

function monitored(probe: Probe): { monitors: FaultMonitors; failures: string[]; log: string[] } {
  const [failures, log]: [string[], string[]] = [[], []];
  const monitors = new FaultMonitors();
  const keep = (severity: string, text: string, ...values: string[]) =>
    void log.push([severity, text, ...values].join(' '));
  monitors.start('svc-rs', probe, keep, (message) => failures.push(message));
  return { monitors, failures, log };
}

const some = (list: unknown[], count = 1) =>
  until(`${count} of them`, 5000, () => (list.length >= count ? true : undefined), { everyMs: 1 });

describe('fault monitors', () => {
  it('tell each failed probe, and log it', async () => {
    const { monitors, failures, log } = monitored({ ...base, run: () => Promise.reject(new Error('deaf')) });
    await some(failures, 2);
    await monitors.end();
    expect(failures.slice(0, 2)).to.deep.equal(['deaf', 'deaf']);
    expect(log[0]).to.match(/^err .* deaf$/);
  });

  it('say nothing of a service that works', async () => {
    const looks: number[] = [];
    const { monitors, failures } = monitored({ ...base, run: async () => void looks.push(1) });
    await some(looks, 3);
    await monitors.end();
    expect(failures).to.deep.equal([]);
  });

  it('end a probe that takes too long, and count it as failed', async () => {
    let ended = false;
    const run = async (signal: AbortSignal) => {
      await moment(60_000, signal).catch(() => {
        ended = true;
        throw new Error('ended');
      });
    };
    const { monitors, failures } = monitored({ ...base, timeoutMs: 20, run });
    await some(failures);
    await monitors.end();
    expect(failures[0]).to.equal('no answer within 0.02 seconds');
    expect(ended).to.equal(true);
  });

  it('never have two probes of a resource at work', async () => {
    let [now, most, looks] = [0, 0, 0];
    const run = async () => {
      now += 1;
      most = Math.max(most, now);
      looks += 1;
      await moment(15);
      now -= 1;
    };
    const { monitors } = monitored({ ...base, intervalMs: 1, run });
    await until('three looks', 5000, () => (looks >= 3 ? true : undefined));
    await monitors.end();
    expect(most).to.equal(1);
  });

  it('tell nothing once they are stopped, and have then no probe at work', async () => {
    let working = 0;
    const run = async (signal: AbortSignal) => {
      working += 1;
      try {
        await moment(60_000, signal);
      } finally {
        // As a program does that is still ending when it has been killed.
        await moment(20);
        working -= 1;
      }
    };
    const { monitors, failures } = monitored({ ...base, run });
    await until('a probe', 5000, () => (working > 0 ? true : undefined), { everyMs: 1 });
    await monitors.stop('svc-rs');
    expect(working).to.equal(0);
    expect(failures).to.deep.equal([]);
  });

  it('tell a death at once, and once', async () => {
    let looks = 0;
    const death = () => {
      looks += 1;
      return 'no process is left';
    };
    const { monitors, failures } = monitored({
      ...base,
      intervalMs: 60_000,
      run: async () => undefined,
      death,
    });
    await until('three looks', 5000, () => (looks >= 3 ? true : undefined));
    await monitors.end();
    expect(failures).to.deep.equal(['no process is left']);
  });
});

describe('waiting for a service to answer', () => {
  const options = { deadlineMs: 5000, probeTimeoutMs: 1000, signal: new AbortController().signal };

  it('ends with the first probe that succeeds', async () => {
    let tries = 0;
    await untilProbed(
      'svc',
      async () => {
        tries += 1;
        if (tries < 4) throw new Error('not yet');
      },
      options,
    );
    expect(tries).to.equal(4);
  });

  it('fails at once when the process has died', async () => {
    const begunMs = monotonicMs();
    const work = untilProbed('svc', () => Promise.reject(new Error('deaf')), {
      ...options,
      deadlineMs: 60_000,
      death: () => (monotonicMs() - begunMs > 20 ? 'it died' : undefined),
    });
    expect(await work.catch((error: Error) => error.message)).to.equal('it died');
  });

  it('fails at its deadline with what the last probe said', async () => {
    const work = untilProbed('svc to serve', () => Promise.reject(new Error('deaf')), {
      ...options,
      deadlineMs: 30,
    });
    expect(await work.catch((error: Error) => error.message)).to.match(
      /svc to serve: not within 30 ms; deaf/,
    );
  });
});
