/** Latencies before and after: slower, as fast, too few, and too near to tell. */
import { expect } from 'chai';
import { contention } from '../../harness/checkers/contention.ts';
import { noContention } from '../../harness/checkers/no-contention.ts';
import { randomFrom } from '../../harness/random.ts';
import type { ServiceFacts, Timeline, TimelineEvent } from '../../harness/timeline.ts';
import { sorted, told } from '../helpers/told.ts';
import { first, has, ofTwo, second, served } from '../helpers/two-instances.ts';

const BEFORE = { fromMs: 2000, untilMs: 5000 };
const AFTER = { fromMs: 8000, untilMs: 11_000 };

/** As `served`, with latencies around `latencyMs`, as uneven as real ones. */
function slow(
  service: ServiceFacts,
  node: string,
  window: typeof BEFORE,
  latencyMs: number,
): TimelineEvent[] {
  const random = randomFrom(7, `${service.name} ${latencyMs}`);
  return served(service, node, window.fromMs, window.untilMs).map((event) => ({
    ...event,
    atMs: (event.plannedMs ?? 0) + (latencyMs * random.integer(80, 120)) / 100,
  }));
}

const measured = (window: typeof BEFORE) =>
  told('drill', window.untilMs + 1, { kind: 'measured', ...window });

/** Each on its own node, then both on the spare, with these latencies of the second service. */
function both(beforeMs: number, afterMs: number, after = AFTER): Timeline {
  return sorted([
    ...has('Node1', 1000, first),
    ...has('Spare', 1000, second),
    ...slow(first, 'Node1', BEFORE, 5),
    ...slow(second, 'Spare', BEFORE, beforeMs),
    measured(BEFORE),
    ...has('Node1', 6000),
    ...has('Spare', 6010, first, second),
    ...slow(first, 'Spare', after, 5 * (afterMs / beforeMs)),
    ...slow(second, 'Spare', after, afterMs),
    measured(after),
  ]);
}

describe('contention', () => {
  const check = (timeline: Timeline) => contention.check(timeline, ofTwo);

  it('upholds what is slower than noise', () => {
    const { verdict, evidence } = check(both(5, 10));
    expect(verdict, evidence.join(' ')).to.equal('upheld');
    expect(evidence).to.have.length(2);
    expect(evidence[0]).to.match(/95 % interval [\d.]+ to [\d.]+, p/);
  });

  it('refutes what is as fast as before', () => {
    expect(check(both(5, 5)).verdict).to.equal('refuted');
  });

  it('does not decide what is just as much slower as noise is', () => {
    expect(check(both(5, 6.25)).verdict).to.equal('inconclusive');
  });

  it('says so when there is too little of it, or nothing to compare', () => {
    const { verdict, evidence } = check(both(5, 10, { fromMs: 8000, untilMs: 8600 }));
    expect(verdict).to.equal('inconclusive');
    expect(evidence.join()).to.include('Too few to tell');
    expect(check([]).verdict).to.equal('inconclusive');
  });
});

describe('no-contention', () => {
  const facts = { ...ofTwo, services: [first] };
  const moved = (afterMs: number, host = 'Spare') =>
    sorted([
      ...has('Node1', 1000, first),
      ...slow(first, 'Node1', BEFORE, 5),
      measured(BEFORE),
      ...has('Node1', 6000),
      ...has(host, 6010, first),
      ...slow(first, host, AFTER, afterMs),
      measured(AFTER),
    ]);
  const verdictOf = (timeline: Timeline) => noContention.check(timeline, facts).verdict;

  it('upholds a backup that is as fast, or a little slower', () => {
    expect(verdictOf(moved(5))).to.equal('upheld');
    expect(verdictOf(moved(6))).to.equal('upheld');
  });

  it('refutes one that is twice as slow', () => {
    expect(verdictOf(moved(10))).to.equal('refuted');
  });

  it('says nothing of a service that never came to its backup', () => {
    expect(verdictOf(moved(5, 'Node2'))).to.equal('inconclusive');
  });
});
