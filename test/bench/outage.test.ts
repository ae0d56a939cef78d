import { expect } from 'chai';
import { type Operation, SUSTAINED } from '../../harness/outage.ts';
import { cutOff, durability, servedInRow } from './outage.ts';

const PERIOD_MS = 10;
const TIMEOUT_MS = 1000;

/** Requests 10 ms apart, answered 2 ms later: "." ok, "x" failed, "_" not answered yet. */
function requests(pattern: string): Operation[] {
  return [...pattern].flatMap((sign, index) => {
    if (sign === '_') return [];
    const plannedMs = index * PERIOD_MS;
    const outcome = sign === '.' ? ('ok' as const) : ('failed' as const);
    return [request(String(index), plannedMs, plannedMs + 2, outcome)];
  });
}

function request(uid: string, plannedMs: number, atMs: number, outcome: Operation['outcome']): Operation {
  const fields = { kind: 'operation', service: 'bench', operation: 'write', detail: '', node: '' } as const;
  return { ...fields, instance: '', source: 'client', uid, plannedMs, plannedAt: plannedMs, atMs, outcome };
}

const before = '.'.repeat(50);
const back = '.'.repeat(SUSTAINED);

describe('bench: an interruption', () => {
  it('lasts from the last acknowledgement before to the first of a row after', () => {
    const found = cutOff(requests(`${before}xxxxx${back}`), 500, 10_000, TIMEOUT_MS);
    expect(found).to.deep.equal({ fromMs: 492, untilMs: 552, censored: false, times: 1, failed: 5 });
  });

  it('contains a short recovery, and is the longest when there are several', () => {
    const found = cutOff(requests(`${before}xx..xx${back}x${back}`), 500, 10_000, TIMEOUT_MS);
    expect(found).to.deep.equal({ fromMs: 492, untilMs: 562, censored: false, times: 2, failed: 4 });
  });

  it('is no hiccup that comes before it', () => {
    const found = cutOff(requests(`${before}x${back}xxxxx${back}`), 500, 10_000, TIMEOUT_MS);
    expect(found).to.include({ times: 2, fromMs: 702, untilMs: 762 });
  });

  it('leaves out what was planned after the observation', () => {
    const all = requests(`${before}xx${back}xxx`);
    expect(cutOff(all, 500, 500 + 21 * PERIOD_MS, TIMEOUT_MS).times).to.equal(1);
    expect(cutOff(all, 500, 10_000, TIMEOUT_MS).times).to.equal(2);
  });

  it('has no end when the service does not come back', () => {
    const found = cutOff(requests(`${before}xx${back.slice(1)}`), 500, 700, TIMEOUT_MS);
    expect(found.censored).to.equal(true);
    expect(found.untilMs).to.be.at.least(700);
  });

  it('is the longest silence when every request was answered late but in time', () => {
    const held = Array.from({ length: 30 }, (_, index) => request(`h${index}`, 500 + index * 10, 810, 'ok'));
    const found = cutOff([...requests(before), ...held], 500, 10_000, TIMEOUT_MS);
    expect(found).to.deep.equal({ fromMs: 492, untilMs: 810, censored: false, times: 0, failed: 0 });
  });
});

describe('bench: served in a row', () => {
  it('needs 20 successes that were planned late enough', () => {
    const all = requests(`x${back}`);
    expect(servedInRow(all, 0, 0, PERIOD_MS)).to.equal(SUSTAINED * PERIOD_MS);
    expect(servedInRow(all, 0, 2 * PERIOD_MS, PERIOD_MS)).to.equal(null);
    expect(servedInRow(requests(`x${back.slice(1)}`), 0, 0, PERIOD_MS)).to.equal(null);
  });

  it('ends at a request that is not answered yet', () => {
    expect(servedInRow(requests(`x${back}_${back}`), 0, 0, PERIOD_MS)).to.equal(SUSTAINED * PERIOD_MS);
    expect(servedInRow(requests(`x_${back}`), 0, 0, PERIOD_MS)).to.equal(null);
  });

  it('is broken by a failure among the last', () => {
    expect(servedInRow(requests(`${back}.x.`), 0, 0, PERIOD_MS)).to.equal(null);
  });
});

describe('bench: what became of acknowledged requests', () => {
  it('counts what is lost and what is there twice; what was not acknowledged may be either', () => {
    expect(durability(requests('...x.'), ['0', '2', '2', '4', '4', '3', '3'])).to.deep.equal({
      acknowledged: 4,
      lost: 1,
      duplicated: 2,
    });
  });
});
