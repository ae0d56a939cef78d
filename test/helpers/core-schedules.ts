/** Random schedules for the simulated cores, as data that fast-check can draw and shrink. */
import fc from 'fast-check';
import type { Change } from '../../images/node/cluster/core/types.ts';
import { GROUPS, TYPES } from './core-repository.ts';
import type { WorldPlan } from './core-simulation.ts';
import type { StoragePlan } from './core-storage.ts';
import { DEVICE_GROUP } from './core-storage.ts';

export type Happening =
  | { kind: 'power-loss'; node: number; forMs: number }
  | { kind: 'hang'; node: number; forMs: number }
  | { kind: 'partition'; node: number; peer: number; interconnects: number[]; oneWay: boolean; forMs: number }
  | { kind: 'isolate'; node: number; forMs: number }
  | { kind: 'split'; node: number; sides: number; oneWay: boolean; forMs: number }
  | { kind: 'silence'; node: number; array: number; forMs: number }
  | { kind: 'unplug'; node: number; array: number; forMs: number }
  | { kind: 'restart-all'; node: number; forMs: number[] }
  | { kind: 'probe'; node: number; group: number; times: number }
  | { kind: 'command'; node: number; change: Change };

export interface Schedule extends WorldPlan {
  /** Whether the service is online before the first of the events, or they come while the cluster forms. */
  waits: boolean;
  events: { afterMs: number; event: Happening }[];
  /** A node that is dead for good at the end, and whose groups the others must have. */
  dead: number | null;
  /** Properties of all groups. */
  groupProperties: Record<string, string>;
  /** Properties of all resources. */
  resourceProperties: Record<string, string>;
}

export { GROUPS, repositoryFor } from './core-repository.ts';

const node = fc.nat({ max: 3 });
const group = fc.constantFrom(...GROUPS);
/** Shorter and longer than the heartbeat timeout. */
const forMs = fc.integer({ min: 50, max: 3000 });

const nodeName = fc.constantFrom('n1', 'n1', 'n2', 'n2', 'n3', 'n4');
const groups: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 5, arbitrary: group.map((one) => [one]) },
  { weight: 1, arbitrary: fc.constant(GROUPS) },
);
const resources = fc.constantFrom('g1-cal', 'g1-host', 'g2-cal', 'g2-disk', 'g3-cal').map((one) => [one]);
const constant = <const T>(value: T) => fc.constant(value);
const deviceGroups: fc.Arbitrary<string[]> = fc.constant([DEVICE_GROUP]);

/** Each in as many tickets as it is to be drawn. */
const changes: [tickets: number, fc.Arbitrary<Change>][] = [
  [6, fc.record({ do: constant('switch'), groups, node: nodeName })],
  [1, fc.record({ do: constant('switch'), groups, node: constant(null) })],
  [2, fc.record({ do: constant('bring-online'), groups: fc.subarray(GROUPS) })],
  [1, fc.record({ do: constant('take-offline'), groups })],
  [2, fc.record({ do: constant('restart'), groups, nodes: nodeName.map((one) => [one]) })],
  [2, fc.record({ do: constant('evacuate'), node: nodeName })],
  [1, fc.record({ do: constant('quiesce'), groups: fc.subarray(GROUPS) })],
  [2, fc.record({ do: constant('set-enabled'), resources, enabled: fc.boolean() })],
  [1, fc.record({ do: constant('set-monitored'), resources, monitored: fc.boolean() })],
  [1, fc.record({ do: constant('set-managed'), groups, managed: fc.boolean() })],
  [1, fc.record({ do: constant('clear-stop-failed'), resources, nodes: nodeName.map((one) => [one]) })],
  [
    3,
    fc.record({
      do: constant('switch-device-group'),
      deviceGroups,
      node: nodeName,
    }),
  ],
  [1, fc.record({ do: constant('maintain-device-group'), deviceGroups })],
  [1, fc.record({ do: constant('register-type'), type: fc.constantFrom(...TYPES) })],
  [1, fc.record({ do: constant('unregister-type'), type: constant('SUNW.scics') })],
  [
    1,
    fc.record({
      do: constant('add-group'),
      group: fc.constantFrom('g3', 'g4', 'g1'),
      nodelist: fc.constantFrom<(string[] | null)[]>(['n1', 'n2'], ['n2', 'n1'], null),
      properties: fc.constantFrom<Record<string, string>[]>({}, { Failback: 'true' }),
    }),
  ],
  [
    1,
    fc.record({
      do: constant('change-group'),
      group: fc.constantFrom(...GROUPS, 'g3'),
      nodelist: fc.constantFrom<(string[] | null)[]>(['n2'], ['n2', 'n1'], null),
      properties: fc.constantFrom<Record<string, string>[]>({}, { Pingpong_interval: '2' }),
    }),
  ],
  [1, fc.record({ do: constant('remove-group'), group: fc.constantFrom('g3', 'g1') })],
  [
    1,
    fc.record({
      do: constant('add-resource'),
      resource: fc.constantFrom('g3-cal', 'g1-more'),
      type: constant('SUNW.scics'),
      group: fc.constantFrom('g3', 'g1'),
      given: constant({ standard: { Failover_mode: 'NONE' }, extension: {} }),
    }),
  ],
  [
    1,
    fc.record({
      do: constant('change-resource'),
      resource: fc.constantFrom('g1-cal', 'g3-cal'),
      given: fc
        .constantFrom('NONE', 'SOFT', 'HARD')
        .map((mode) => ({ standard: { Failover_mode: mode }, extension: {} })),
    }),
  ],
  [1, fc.record({ do: constant('remove-resource'), resource: fc.constantFrom('g3-cal', 'g1-more') })],
];

const change: fc.Arbitrary<Change> = fc.oneof(
  ...changes.map(([weight, arbitrary]) => ({ weight, arbitrary })),
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
  // Which nodes are on the one side, as bits.
  fc.record({
    kind: fc.constant('split' as const),
    node,
    sides: fc.integer({ min: 1, max: 14 }),
    oneWay: fc.boolean(),
    forMs,
  }),
  fc.record({ kind: fc.constant('silence' as const), node, array: fc.nat({ max: 1 }), forMs }),
  fc.record({ kind: fc.constant('unplug' as const), node, array: fc.nat({ max: 1 }), forMs }),
  fc.record({
    kind: fc.constant('restart-all' as const),
    node,
    forMs: fc.array(fc.integer({ min: 50, max: 3000 }), { minLength: 4, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('probe' as const),
    node,
    group: fc.nat({ max: 1 }),
    times: fc.constantFrom(1, 1, 3, 5),
  }),
  fc.record({ kind: fc.constant('command' as const), node, change }),
);

const mixed: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  nodes: fc.constantFrom(2, 2, 3, 3, 4),
  waits: fc.constantFrom(true, true, false),
  storage: fc.constantFrom<StoragePlan>(
    'no quorum device',
    'one array',
    'one array',
    'array each',
    'array each',
  ),
  links: fc.record({
    lossPercent: fc.constantFrom(0, 0, 5, 20),
    duplicatePercent: fc.constantFrom(0, 10),
    longestDelayMs: fc.constantFrom(2, 20, 150),
  }),
  startFailsPercent: fc.constantFrom(0, 0, 10),
  stopFailsPercent: fc.constantFrom(0, 0, 3),
  hangsPercent: fc.constantFrom(0, 0, 3),
  groupProperties: fc.constantFrom<Record<string, string>[]>(
    {},
    { Pingpong_interval: '2' },
    { Pingpong_interval: '0', Failback: 'true' },
    { Failback: 'true' },
  ),
  resourceProperties: fc.constantFrom<Record<string, string>[]>(
    {},
    {},
    { Failover_mode: 'NONE' },
    { Failover_mode: 'HARD', Retry_count: '0' },
  ),
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
    waits: true,
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

/** The configuration changes while a node is down; then all others go down, and that one is alone for a while. */
const changesWhileDown: fc.Arbitrary<Schedule> = fc
  .record({
    schedule: mixed,
    down: node,
    afterMs: fc.integer({ min: 500, max: 1500 }),
    aloneMs: fc.integer({ min: 500, max: 4000 }),
  })
  .map(({ schedule, down, afterMs, aloneMs }) => {
    const others = Array.from({ length: schedule.nodes }, (_, index) => index).filter(
      (one) => one !== down % schedule.nodes,
    );
    const [last = 0] = others;
    const change: Change = { do: 'add-group', group: 'g3', nodelist: ['n1', 'n2'], properties: {} };
    const power = (target: number, forMs: number) => ({ kind: 'power-loss', node: target, forMs }) as const;
    return {
      ...schedule,
      waits: true,
      dead: null,
      events: [
        { afterMs: 100, event: power(down, 2500) },
        { afterMs, event: { kind: 'command', node: last, change } },
        ...others.map((one) => ({ afterMs: one === last ? 600 : 0, event: power(one, 1500 + aloneMs) })),
        { afterMs: 2500 + aloneMs, event: { kind: 'probe', node: last, group: 0, times: 1 } },
        ...schedule.events.slice(0, 2),
      ],
    };
  });

/** All nodes lose their power just when the configuration changes. */
const outageAtChange: fc.Arbitrary<Schedule> = fc
  .record({
    schedule: mixed,
    target: node,
    afterMs: fc.integer({ min: 1, max: 60 }),
    forMs: fc.array(fc.integer({ min: 50, max: 3000 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ schedule, target, afterMs, forMs: outages }) => {
    const added: Change = { do: 'add-group', group: 'g3', nodelist: ['n1', 'n2'], properties: {} };
    return {
      ...schedule,
      waits: true,
      dead: null,
      events: [
        { afterMs: 300, event: { kind: 'command', node: target, change: added } },
        { afterMs, event: { kind: 'restart-all', node: target, forMs: outages } },
        ...schedule.events.slice(0, 2),
      ],
    };
  });

export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 5, arbitrary: mixed },
  { weight: 1, arbitrary: hangsWhileStarting },
  { weight: 1, arbitrary: changesWhileDown },
  { weight: 1, arbitrary: outageAtChange },
);
