/** Claims that compare models, over the drills of a run: upheld, refuted, and not exercised without both sides. */
import { expect } from 'chai';
import { judgeRun } from '../../harness/guide/comparisons.ts';
import { formsOf, setUpEffort } from '../../harness/guide/set-up-effort.ts';
import { topologies } from '../../harness/topology.ts';
import type { DrillResult } from '../../reports/model.ts';
import { sampleDrill } from '../fixtures/report.ts';

const verdictOf = (id: string, drills: DrillResult[]) =>
  judgeRun(drills, null).find((one) => one.id === id)?.verdict;

function on(model: string, change: Partial<DrillResult> = {}): DrillResult {
  return { ...sampleDrill(), model, ...change };
}

describe('symmetric-better-use', () => {
  const id = '6.1.4/symmetric-better-use';
  const using = (model: string, served: number[], change: Partial<DrillResult> = {}) =>
    on(model, {
      faults: [],
      cpuPerNode: 0.5,
      ratePerSecond: 100,
      measurements: [
        {
          fromMs: 0,
          untilMs: 3000,
          services: served.map((count, index) => ({
            service: `CAL-CS${index}-RG`,
            node: `Node${index}`,
            served: count,
            medianWriteMs: 5,
          })),
          nodes: ['Node1', 'Node2'].map((node) => ({ node, cpuMs: 500 })),
        },
      ],
      ...change,
    });

  it('is upheld when the same nodes serve more, and refuted when they do not', () => {
    expect(verdictOf(id, [using('asymmetric', [300]), using('symmetric', [300, 300])])).to.equal('upheld');
    expect(verdictOf(id, [using('asymmetric', [300]), using('symmetric', [150, 100])])).to.equal('refuted');
  });

  it('is not exercised with one side, other loads, a broken variant, or after a fault', () => {
    const one = using('asymmetric', [300]);
    const others: DrillResult[] = [
      one,
      using('symmetric', [600], { ratePerSecond: 200 }),
      using('symmetric', [600], { cpuPerNode: 1 }),
      using('symmetric', [600], { sabotage: 'cpu-not-fixed' }),
      using('symmetric', [600], {
        faults: [{ name: 'power-loss', target: 'Node1', appliedMs: 10, verified: true, detail: '' }],
      }),
    ];
    for (const other of others) expect(verdictOf(id, [one, other])).to.equal('not exercised');
    expect(verdictOf(id, [one, using('symmetric', [600], { cpuPerNode: 0.6 })])).to.equal('upheld');
  });
});

describe('symmetric-higher-availability', () => {
  const id = '6.1.4/symmetric-higher-availability';
  const cut = (model: string, name: string, fault: string, ms: number, services = 1) =>
    on(model, {
      name,
      faults: [{ name: fault, target: 'x', appliedMs: 0, verified: true, detail: '' }],
      outages: [
        { service: 'a', kind: 'write', fromMs: 0, untilMs: ms, censored: false, probeIntervalMs: 20 },
      ],
      operations: Array.from({ length: services }, (_, index) => ({
        service: String(index),
        ok: 1,
        failed: 0,
        indeterminate: 0,
        lost: 0,
        duplicated: 0,
      })),
    });
  const kill = [
    cut('asymmetric', 'node-kill', 'power-loss', 1300),
    cut('symmetric', 'node-kill', 'power-loss', 1500, 2),
  ];

  it('is judged by the mean service, over the same faults, an array loss among them', () => {
    const loss = (symmetricMs: number) => [
      ...kill,
      cut('asymmetric', 'disk-array-loss', 'array-loss', 9000),
      cut('symmetric', 'disk-array-loss', 'array-loss', symmetricMs, 2),
    ];
    expect(verdictOf(id, loss(100))).to.equal('upheld');
    expect(verdictOf(id, loss(60_000))).to.equal('refuted');
  });

  it('is not exercised without the loss of an array on both', () => {
    expect(verdictOf(id, kill)).to.equal('not exercised');
    expect(verdictOf(id, [...kill, cut('symmetric', 'disk-array-loss', 'array-loss', 0)])).to.equal(
      'not exercised',
    );
  });
});

describe('backup-reserved', () => {
  const id = '6.1.4/backup-reserved';
  const looked = (verdict: 'upheld' | 'refuted') =>
    on('asymmetric', {
      checks: [
        {
          name: 'backup-idle',
          question: '?',
          verdict,
          expected: 'upheld',
          validity: false,
          evidence: ['seen'],
        },
      ],
    });

  it('is upheld when no drill saw the backup at work, and refuted by one that did', () => {
    expect(verdictOf(id, [looked('upheld'), looked('upheld')])).to.equal('upheld');
    expect(verdictOf(id, [looked('upheld'), looked('refuted')])).to.equal('refuted');
    expect(verdictOf(id, [on('symmetric')])).to.equal('not exercised');
  });
});

describe('asymmetric-simple', () => {
  it('counts the commands that set up each model, and what they make', () => {
    const efforts = new Map(setUpEffort().map((one) => [one.model, one]));
    expect(efforts.get('asymmetric')).to.include({ groups: 1, resources: 3 });
    expect(efforts.get('8+1')).to.include({ groups: 8, resources: 24 });
    expect(verdictOf('6.1.4/asymmetric-simple', [])).to.equal('upheld');
  });
});

describe('same-procedure', () => {
  const id = '6.1.3/same-procedure';
  it('is upheld by a cluster of N+1 that served, and not exercised without one', () => {
    expect(verdictOf(id, [on('2+1')])).to.equal('upheld');
    expect(verdictOf(id, [on('symmetric')])).to.equal('not exercised');
  });

  it('rests on forms that differ where more is typed', () => {
    const forms = (model: string) => topologies.filter((one) => one.model === model).flatMap(formsOf);
    const [asymmetric = []] = forms('asymmetric');
    expect(asymmetric).to.have.length(5);
    expect(forms('2+1')).to.deep.equal([asymmetric, asymmetric]);
    expect(forms('symmetric')[0]).to.not.deep.equal(asymmetric);
  });
});

describe('a run', () => {
  it('expects of what it has no sides for that it is not exercised', () => {
    for (const { verdict, expected } of judgeRun([], null))
      expect(expected).to.equal(verdict === 'not exercised' ? verdict : 'upheld');
  });
});
