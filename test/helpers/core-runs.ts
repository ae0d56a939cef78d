/** Runs a schedule: nodes boot, things happen, faults end, the service comes back. */
import { majorityOf, votesOf } from '../../images/node/cluster/core/quorum.ts';
import type { Change } from '../../images/node/cluster/core/types.ts';
import type { SimulatedNode } from './core-node.ts';
import { differences, isSettled } from './core-rest.ts';
import { GROUPS, type Happening, repositoryFor, type Schedule } from './core-schedules.ts';
import { type Broken, Simulation } from './core-simulation.ts';

const BOOTED_MS = 2000;
const RECOVERED_MS = 12_000;
/** An operator looks after stops that failed as often as this: one that hung fails long after the faults have ended. */
const LOOKS_MS = 1500;

/** Boots all nodes, lets the events happen, heals everything, and waits for the service. @throws Violation */
export function run(schedule: Schedule, broken: Broken = {}, keepTrace = false): Simulation {
  const { nodes: count } = schedule;
  const storage = count === 2 && schedule.storage === 'no quorum device' ? 'one array' : schedule.storage;
  const repository = repositoryFor(count, storage, schedule.groupProperties, schedule.resourceProperties);
  const simulation = new Simulation({ ...schedule, storage }, repository, broken);
  simulation.keepTrace = keepTrace;
  const { agenda, nodes } = simulation;
  for (const one of nodes) agenda.after(simulation.random.integer(0, 50), () => simulation.powerOn(one));
  if (schedule.waits) agenda.runUntil(BOOTED_MS, () => allServed(simulation));
  let commands = 0;
  for (const { afterMs, event } of schedule.events) {
    agenda.runUntil(simulation.nowMs + afterMs, () => false);
    const target = nodes[event.node % nodes.length];
    if (target) happen(simulation, target, event, commands++);
  }
  agenda.runUntil(simulation.nowMs + 1000, () => false);
  const dead = schedule.dead === null ? undefined : nodes[schedule.dead];
  if (dead && !canDoWithout(simulation, dead)) {
    heal(simulation);
    agenda.runUntil(simulation.nowMs + RECOVERED_MS, () => isQuiet(simulation));
  }
  heal(simulation, dead);
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
    case 'split': {
      const isOne = (index: number) => ((event.sides >> index) & 1) === 1;
      const cut = (by: 1 | -1) => {
        for (const [at, from] of nodes.entries())
          for (const [index, to] of nodes.entries())
            if (isOne(at) !== isOne(index) && (isOne(at) || !event.oneWay))
              for (const interconnect of [0, 1]) links.cut(from.name, to.name, interconnect, by);
      };
      cut(1);
      agenda.after(event.forMs, () => cut(-1));
      return;
    }
    case 'silence':
    case 'unplug': {
      const array = simulation.disks.arrays[event.array % simulation.disks.arrays.length] ?? '';
      const what = event.kind === 'silence' ? array : `${target.name} ${array}`;
      simulation.disks.fault(what, 1);
      agenda.after(event.forMs, () => simulation.disks.fault(what, -1));
      return;
    }
    case 'restart-all':
      for (const [index, one] of nodes.entries()) {
        simulation.powerOff(one);
        agenda.after(event.forMs[index] ?? 0, () => simulation.powerOn(one));
      }
      return;
    case 'probe':
      // Far enough apart that it is restarted, or given over, in between.
      for (let time = 0; time < event.times; time++)
        agenda.after(1 + time * 400, () => simulation.probeFails(target, `${GROUPS[event.group]}-cal`));
      return;
    case 'command':
      if (isPossible(simulation, event.change))
        simulation.request(target, { id: `${target.name}-${target.life}-${number}`, change: event.change });
  }
}

/** No operator gives a group a node that is not wired to its disk; VALIDATE can't tell while that node is down. */
function isPossible({ disks }: Simulation, change: Change): boolean {
  if (change.do !== 'change-group' || change.nodelist === null) return true;
  const disk = disks.diskOf(change.group);
  return disk === undefined || change.nodelist.every((node) => disks.wiredTo(node).includes(disk));
}

/** Ends all faults. */
function heal(simulation: Simulation, dead?: SimulatedNode): void {
  simulation.calmDown();
  if (dead) simulation.kill(dead);
  for (const one of simulation.nodes) {
    simulation.wake(one);
    simulation.powerOn(one);
  }
  mendStops(simulation, 0);
}

/** What only an operator can mend, an operator mends: by a reboot, or by hand and clearing the flag. */
function mendStops(simulation: Simulation, looks: number): void {
  for (const one of simulation.nodes.filter(({ isOn }) => isOn)) {
    const failed = Object.entries(one.state.local).filter(([, { state }]) => state === 'Stop_failed');
    if (failed.length === 0) continue;
    if (simulation.plan.seed % 2 === 0) {
      simulation.powerOff(one);
      simulation.powerOn(one);
      continue;
    }
    const resources = failed.map(([name]) => name);
    for (const name of resources) mendedByHand(one, name);
    const change = { do: 'clear-stop-failed' as const, resources, nodes: [one.name] };
    simulation.request(one, { id: `${one.name}-${one.life}-mend-${looks}`, change });
  }
  simulation.agenda.after(LOOKS_MS, () => mendStops(simulation, looks + 1));
}

/** Stopped and unmounted. The disk's reservation is left for the manager to give back. */
function mendedByHand(node: SimulatedNode, resource: string): void {
  const group = node.held.get(resource) ?? '';
  node.held.delete(resource);
  if (resource.endsWith('-disk')) node.mounted.delete(group);
}

/** Whether the others may form a cluster: not if only the node that is to die for good knows what they have missed. */
function canDoWithout({ nodes, disks }: Simulation, dead: SimulatedNode): boolean {
  // It may be about to win.
  if (Object.values(dead.state.quorum?.devices ?? {}).includes('asked')) return false;
  const others = nodes.filter((one) => one !== dead);
  const devices = disks.quorumDevices.filter(({ name }) =>
    others.some((one) => disks.keys.isRegistered(one.name, name)),
  );
  const votes = devices.reduce((sum, device) => sum + votesOf(device), others.length);
  const config = others[0]?.state.config;
  return config !== undefined && votes >= majorityOf(config);
}

function allServed(simulation: Simulation): boolean {
  return simulation.groups.every((one) => isSettled(simulation, one));
}

function isQuiet(simulation: Simulation): boolean {
  const { watch, nodes } = simulation;
  const answered = [...watch.asked.values()].every(
    (asked) => asked.answer !== undefined || asked.node.life !== asked.life,
  );
  const left = nodes.filter(({ isDead }) => !isDead);
  const isMember = ({ isOn, hung, state }: SimulatedNode) =>
    isOn && !hung && state.joined && state.proposal === null && state.view?.members.length === left.length;
  return answered && left.every(isMember) && allServed(simulation) && differences(simulation).length === 0;
}
