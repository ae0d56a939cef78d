import { expect } from 'chai';
import fc from 'fast-check';
import { operationsOf, outagesOf, SUSTAINED, sustainedAgainUntilMs } from '../harness/outage.ts';
import type { Outcome } from '../images/common/protocol.ts';
import { facts, operation, service, sorted, told } from './helpers/told.ts';

interface Write {
  outcome: Outcome;
  latencyMs: number;
}

const INTERVAL_MS = 20;
const APPLIED_MS = 1000;
const applied = told('drill', APPLIED_MS, {
  kind: 'fault',
  fault: 'power-loss',
  target: 'Node1',
  stage: 'applied',
});

function outagesIn(writes: readonly Write[]) {
  const operations = writes.map(({ outcome, latencyMs }, index) =>
    operation('write', `w${index}`, index * INTERVAL_MS, index * INTERVAL_MS + latencyMs, outcome),
  );
  return outagesOf(sorted([applied, ...operations]), service, facts);
}

/** Writes that are answered after `latencyMs`, "." for ok, "x" for failed, "?" for indeterminate. */
function writesFrom(pattern: string, latencyMs = 5): Write[] {
  const outcomes: Record<string, Outcome> = { '.': 'ok', x: 'failed', '?': 'indeterminate' };
  return [...pattern].map((sign) => ({ outcome: outcomes[sign] ?? 'ok', latencyMs }));
}

const before = '.'.repeat(60);
const back = '.'.repeat(SUSTAINED);
const outcome = fc.constantFrom<Outcome[]>('ok', 'failed', 'indeterminate');
/** Runs of one outcome, long and short of what counts as sustained. */
const runs = fc.array(
  fc
    .tuple(outcome, fc.integer({ min: 1, max: 2 * SUSTAINED }))
    .map(([one, length]) => Array(length).fill(one)),
  { maxLength: 8 },
);
const prompt = runs.map((some) => some.flat().map((one: Outcome): Write => ({ outcome: one, latencyMs: 5 })));
const straggling = fc.array(fc.record({ outcome, latencyMs: fc.integer({ min: 1, max: 1500 }) }), {
  maxLength: 150,
});

describe('outages', () => {
  it('last from the last success before to the first sustained success after', () => {
    const [outage, ...others] = outagesIn(writesFrom(`${before}xx?x${back}`));
    expect(others).to.deep.equal([]);
    expect(outage).to.deep.include({ fromMs: 59 * 20 + 5, untilMs: 64 * 20 + 5, censored: false });
    expect(outage?.probeIntervalMs).to.equal(20);
  });

  it('contain the flapping', () => {
    const flapping = `x${'.'.repeat(SUSTAINED - 1)}x`;
    const outages = outagesIn(writesFrom(`${before}${flapping}${back}`));
    expect(outages.map(({ untilMs }) => untilMs)).to.deep.equal([(60 + SUSTAINED + 1) * 20 + 5]);
  });

  it('are censored when the load ends before the service is back for good', () => {
    const outages = outagesIn(writesFrom(`${before}x${back.slice(1)}`));
    expect(outages.map(({ censored, untilMs }) => [censored, untilMs])).to.deep.equal([
      [true, (60 + SUSTAINED - 1) * 20 + 5],
    ]);
  });

  it('count again when the service goes away a second time', () => {
    expect(outagesIn(writesFrom(`${before}x${back}x${back}`))).to.have.length(2);
  });

  it('leave out what ended before the fault', () => {
    expect(outagesIn(writesFrom(`..x...${before}`))).to.deep.equal([]);
  });

  it('include a write under way when the fault came', () => {
    const writes = writesFrom(`${before}${back}`);
    writes[45] = { outcome: 'indeterminate', latencyMs: 1000 };
    expect(outagesIn(writes)[0]?.fromMs).to.equal(44 * 20 + 5);
  });

  it('do not begin with a straggler that is answered after the service is back', () => {
    const writes = writesFrom(`${before}x${back}`);
    writes[59] = { outcome: 'ok', latencyMs: 900 };
    const [outage] = outagesIn(writes);
    expect([outage?.fromMs, outage?.untilMs]).to.deep.equal([58 * 20 + 5, 61 * 20 + 5]);
  });

  it('need a fault', () => {
    const failed = operation('write', 'w', 2000, 2001, 'failed');
    expect(outagesOf([failed], service, facts)).to.deep.equal([]);
  });

  it('are never negative, in whatever order the answers come', () => {
    fc.assert(
      fc.property(straggling, (writes) => {
        for (const { fromMs, untilMs } of outagesIn(writes)) expect(fromMs).to.be.at.most(untilMs);
      }),
    );
  });

  it('cover every write that failed after the fault, and none overlaps the next', () => {
    fc.assert(
      fc.property(prompt, (writes) => {
        const outages = outagesIn(writes);
        for (const [index, write] of writes.entries()) {
          const atMs = index * INTERVAL_MS + write.latencyMs;
          if (write.outcome === 'ok' || atMs < APPLIED_MS) continue;
          expect(outages.some(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs)).to.equal(true);
        }
        for (const [index, { fromMs }] of outages.entries())
          expect(fromMs).to.be.at.least(outages[index - 1]?.untilMs ?? 0);
      }),
    );
  });

  it('are as many as the stretches with a failure between sustained successes', () => {
    fc.assert(
      fc.property(prompt, (writes) => {
        const signs = writes
          .slice(APPLIED_MS / INTERVAL_MS)
          .map(({ outcome: one }) => (one === 'ok' ? '.' : 'x'))
          .join('');
        const stretches = signs.replace(/^\.+/, '').split(new RegExp(`\\.{${SUSTAINED},}`));
        const outages = outagesIn(writes);
        expect(outages.length).to.equal(stretches.filter((signs) => signs.includes('x')).length);
        expect(outages.some(({ censored }) => censored)).to.equal(stretches.at(-1)?.includes('x') ?? false);
      }),
    );
  });
});

describe('when a service is known to be sustained again', () => {
  /** Writes and reads in turn, 10 ms apart; an operation that is missing is still under way. */
  function untilMs(writes: string, reads: string): number | null {
    const kind = (pattern: string, name: 'write' | 'read', offset: number) =>
      [...pattern].flatMap((sign, index) => {
        const plannedMs = index * INTERVAL_MS + offset;
        const one = sign === '.' ? 'ok' : 'failed';
        return sign === '_' ? [] : [operation(name, `${name}${index}`, plannedMs, plannedMs + 5, one)];
      });
    const timeline = sorted([applied, ...kind(writes, 'write', 0), ...kind(reads, 'read', 10)]);
    const kinds = (['write', 'read'] as const).map((name) => operationsOf(timeline, service, name));
    return sustainedAgainUntilMs(kinds, APPLIED_MS, INTERVAL_MS);
  }

  it('is after 20 writes and 20 reads in a row', () => {
    expect(untilMs(`${before}xx${back}.`, `${before}xx${back}`)).to.equal(
      (60 + 2 + SUSTAINED - 1) * INTERVAL_MS + 10,
    );
    expect(untilMs(`${before}xx${back}`, `${before}xx${back.slice(1)}`)).to.equal(null);
    expect(untilMs(`${before}xx${back}`, `${before}xx`)).to.equal(null);
  });

  it('is never without an operation that the fault cut off', () => {
    expect(untilMs(`${before}${back}${back}`, `${before}${back}${back}`)).to.equal(null);
  });

  it('is not while one among them is still under way, since it may yet fail', () => {
    const hole = `${back.slice(0, 9)}_${back.slice(0, 10)}`;
    expect(untilMs(`${before}xx${hole}`, `${before}xx${back}`)).to.equal(null);
  });

  it('is not when one kind has failed again by then', () => {
    expect(untilMs(`${before}xx${back}x`, `${before}xx${back}.`)).to.equal(null);
  });

  it('ends the observation: what fails while the load is ending is no outage', () => {
    const operations = [...`${before}xx${back}xxx`].map((sign, index) =>
      operation(
        'write',
        `w${index}`,
        index * INTERVAL_MS,
        index * INTERVAL_MS + 5,
        sign === '.' ? 'ok' : 'failed',
      ),
    );
    const observed = (until: number) =>
      told('drill', until, { kind: 'observed', service: service.name, untilMs: until });
    const end = (60 + 2 + SUSTAINED - 1) * INTERVAL_MS;
    expect(outagesOf(sorted([applied, ...operations, observed(end)]), service, facts)).to.have.length(1);
    expect(outagesOf(sorted([applied, ...operations]), service, facts).at(-1)?.censored).to.equal(true);
  });
});
