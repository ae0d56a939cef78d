/** Random schedules for the simulated cores, as data that fast-check can draw and shrink. */
import fc from 'fast-check';
import type { Change, Repository } from '../../images/node/cluster/core/types.ts';
import type { WorldPlan } from './core-simulation.ts';

export type Happening =
  | { kind: 'power-loss'; node: number; forMs: number }
  | { kind: 'hang'; node: number; forMs: number }
  | { kind: 'partition'; node: number; peer: number; interconnects: number[]; oneWay: boolean; forMs: number }
  | { kind: 'isolate'; node: number; forMs: number }
  | { kind: 'probe'; node: number; group: number }
  | { kind: 'command'; node: number; change: Change };

export interface Schedule extends WorldPlan {
  events: { afterMs: number; event: Happening }[];
  /** A node that is dead for good at the end, and whose groups the others must have. */
  dead: number | null;
}

export const GROUPS = ['g1', 'g2'];

export function repositoryFor(nodes: number): Repository {
  const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
  return {
    version: 1,
    types: [
      { name: 'SUNW.LogicalHostname', kind: 'address' },
      { name: 'SUNW.HAStoragePlus', kind: 'storage' },
      { name: 'SUNW.scics', kind: 'application' },
    ],
    groups: GROUPS.map((name, index) => ({
      name,
      nodelist: index === 0 ? names : [...names].reverse(),
      managed: true,
      properties: {},
    })),
    resources: GROUPS.flatMap((group) => [
      { name: `${group}-host`, type: 'SUNW.LogicalHostname', group, enabled: true, properties: {} },
      { name: `${group}-disk`, type: 'SUNW.HAStoragePlus', group, enabled: true, properties: {} },
      {
        name: `${group}-cal`,
        type: 'SUNW.scics',
        group,
        enabled: true,
        properties: { Resource_dependencies: `${group}-disk` },
      },
    ]),
  };
}

const node = fc.nat({ max: 2 });
const group = fc.constantFrom(...GROUPS);
/** Shorter and longer than the heartbeat timeout. */
const forMs = fc.integer({ min: 50, max: 3000 });

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      groups: group.map((one) => [one]),
      node: fc.constantFrom('n1', 'n2', 'n3'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      groups: group.map((one) => [one]),
      node: fc.constant(null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('bring-online' as const), groups: fc.subarray(GROUPS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('set-enabled' as const),
      resources: fc.constantFrom('g1-cal', 'g1-host', 'g2-cal', 'g2-disk').map((one) => [one]),
      enabled: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('add-group' as const),
      group: fc.constantFrom('g3', 'g4', 'g1'),
      nodelist: fc.constant('n1,n2').map((one) => one.split(',')),
      properties: fc.constant({}),
    }),
  },
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('power-loss' as const), node, forMs }),
  fc.record({ kind: fc.constant('hang' as const), node, forMs }),
  fc.record({
    kind: fc.constant('partition' as const),
    node,
    peer: node,
    interconnects: fc.constantFrom<number[]>([0], [1], [0, 1], [0, 1]),
    oneWay: fc.boolean(),
    forMs,
  }),
  fc.record({ kind: fc.constant('isolate' as const), node, forMs }),
  fc.record({ kind: fc.constant('probe' as const), node, group: fc.nat({ max: 1 }) }),
  fc.record({ kind: fc.constant('command' as const), node, change }),
);

const mixed: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  nodes: fc.constantFrom(2, 2, 3),
  quorumDevice: fc.boolean(),
  links: fc.record({
    lossPercent: fc.constantFrom(0, 0, 5, 20),
    duplicatePercent: fc.constantFrom(0, 10),
    longestDelayMs: fc.constantFrom(2, 20, 150),
  }),
  startFailsPercent: fc.constantFrom(0, 0, 10),
  stopFailsPercent: fc.constantFrom(0, 0, 3),
  dead: fc.constantFrom(null, null, 0, 1),
  events: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 1000 }), event: happening }), {
    maxLength: 8,
  }),
});

/** A node hangs while a group comes to it, long enough to be fenced, and goes on with what it was about to do. */
const hangsWhileStarting: fc.Arbitrary<Schedule> = fc
  .record({
    schedule: mixed,
    afterMs: fc.integer({ min: 50, max: 450 }),
    hangMs: fc.integer({ min: 700, max: 1500 }),
  })
  .map(({ schedule, afterMs, hangMs }) => ({
    ...schedule,
    startFailsPercent: 0,
    events: [
      {
        afterMs: 100,
        event: { kind: 'command', node: 0, change: { do: 'switch', groups: ['g1'], node: 'n2' } },
      },
      { afterMs, event: { kind: 'hang', node: 1, forMs: hangMs } },
      ...schedule.events.slice(0, 2),
    ],
  }));

export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 5, arbitrary: mixed },
  { weight: 1, arbitrary: hangsWhileStarting },
);
