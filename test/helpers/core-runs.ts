/** Runs a schedule: nodes boot, things happen, faults end, the service comes back. */
import type { SimulatedNode } from './core-node.ts';
import { GROUPS, type Happening, repositoryFor, type Schedule } from './core-schedules.ts';
import { type Broken, Simulation } from './core-simulation.ts';

const BOOTED_MS = 2000;
const RECOVERED_MS = 12_000;

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
  heal(simulation, schedule.dead === null ? undefined : nodes[schedule.dead]);
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
function heal(simulation: Simulation, dead?: SimulatedNode): void {
  simulation.calmDown();
  if (dead) simulation.kill(dead);
  for (const one of simulation.nodes) {
    simulation.wake(one);
    if (Object.values(one.state.groupStates).includes('Error_stop_failed')) simulation.powerOff(one);
    simulation.powerOn(one);
  }
}

function allServed(simulation: Simulation): boolean {
  return simulation.groups.every((one) => simulation.isSettled(one));
}

function isQuiet(simulation: Simulation): boolean {
  const { watch, nodes } = simulation;
  const answered = [...watch.asked.values()].every(
    (asked) => asked.answer !== undefined || asked.node.life !== asked.life,
  );
  return answered && nodes.every((one) => one.isDead || (one.isOn && !one.hung)) && allServed(simulation);
}
