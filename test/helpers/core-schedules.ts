/** Random schedules for the simulated cores, as data that fast-check can draw and shrink, and their running. */
import fc from 'fast-check';
import type { Change, Repository } from '../../images/node/cluster/core/types.ts';
import { type Broken, type SimulatedNode, Simulation, type WorldPlan } from './core-simulation.ts';

type Happening =
  | { kind: 'power-loss'; node: number; forMs: number }
  | { kind: 'hang'; node: number; forMs: number }
  | { kind: 'partition'; node: number; peer: number; interconnects: number[]; oneWay: boolean; forMs: number }
  | { kind: 'isolate'; node: number; forMs: number }
  | { kind: 'probe'; node: number; group: number }
  | { kind: 'command'; node: number; change: Change };

export interface Schedule extends WorldPlan {
  events: { afterMs: number; event: Happening }[];
}

const BOOTED_MS = 2000;
const RECOVERED_MS = 12_000;

const GROUPS = ['g1', 'g2'];

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
      resources: fc.constantFrom(['g1-cal'], ['g1-host'], ['g2-cal'], ['g2-disk']),
      enabled: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('add-group' as const),
      group: fc.constantFrom('g3', 'g4', 'g1'),
      nodelist: fc.constant(['n1', 'n2']),
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
    interconnects: fc.constantFrom([0], [1], [0, 1], [0, 1]),
    oneWay: fc.boolean(),
    forMs,
  }),
  fc.record({ kind: fc.constant('isolate' as const), node, forMs }),
  fc.record({ kind: fc.constant('probe' as const), node, group: fc.nat({ max: 1 }) }),
  fc.record({ kind: fc.constant('command' as const), node, change }),
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
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
  events: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 1000 }), event: happening }), {
    maxLength: 8,
  }),
});

/** Boots all nodes, lets the events happen, heals everything, and waits for the service. @throws Violation */
export function run(schedule: Schedule, broken: Broken = {}, keepTrace = false): Simulation {
  const plan = { ...schedule, quorumDevice: schedule.quorumDevice || schedule.nodes === 2 };
  const simulation = new Simulation(plan, repositoryFor(schedule.nodes), broken);
  simulation.keepTrace = keepTrace;
  const { agenda, nodes } = simulation;
  for (const one of nodes) agenda.after(simulation.random.integer(0, 50), () => simulation.powerOn(one));
  agenda.runUntil(BOOTED_MS, () => allServed(simulation));
  let commands = 0;
  for (const { afterMs, event } of schedule.events) {
    agenda.runUntil(simulation.nowMs + afterMs, () => false);
    const target = nodes[event.node % nodes.length];
    if (target) happen(simulation, target, event, commands++);
  }
  agenda.runUntil(simulation.nowMs + 1000, () => false);
  heal(simulation);
  agenda.runUntil(simulation.nowMs + RECOVERED_MS, () => isQuiet(simulation));
  simulation.watch.concluded();
  return simulation;
}

function happen(simulation: Simulation, target: SimulatedNode, event: Happening, number: number): void {
  const { agenda, nodes, links } = simulation;
  switch (event.kind) {
    case 'power-loss':
      simulation.powerOff(target);
      agenda.after(event.forMs, () => simulation.powerOn(target));
      return;
    case 'hang':
      simulation.hang(target);
      agenda.after(event.forMs, () => simulation.wake(target));
      return;
    case 'isolate':
    case 'partition': {
      const peers =
        event.kind === 'isolate' ? nodes : nodes.filter((_, index) => index === event.peer % nodes.length);
      const cut = (by: 1 | -1) => {
        for (const peer of peers) {
          for (const interconnect of event.kind === 'isolate' ? [0, 1] : event.interconnects) {
            links.cut(target.name, peer.name, interconnect, by);
            if (event.kind === 'isolate' || !event.oneWay)
              links.cut(peer.name, target.name, interconnect, by);
          }
        }
      };
      cut(1);
      agenda.after(event.forMs, () => cut(-1));
      return;
    }
    case 'probe':
      simulation.probeFails(target, `${GROUPS[event.group]}-cal`);
      return;
    case 'command':
      simulation.request(target, { id: `${target.name}-${target.life}-${number}`, change: event.change });
  }
}

/** Ends all faults. What only an operator can mend (a failed stop) an operator mends, by a reboot. */
function heal(simulation: Simulation): void {
  simulation.calmDown();
  for (const one of simulation.nodes) {
    simulation.wake(one);
    if (Object.values(one.state.groupStates).includes('Error_stop_failed')) simulation.powerOff(one);
    simulation.powerOn(one);
  }
}

function allServed(simulation: Simulation): boolean {
  return simulation.groups.every((one) => simulation.isServed(one) || simulation.isSwitchedOff(one));
}

function isQuiet(simulation: Simulation): boolean {
  const { watch, nodes } = simulation;
  const answered = [...watch.asked.values()].every(
    (asked) => asked.answer !== undefined || asked.node.life !== asked.life,
  );
  return answered && nodes.every((one) => one.isOn && !one.hung) && allServed(simulation);
}
