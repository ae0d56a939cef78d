/** What the shell does for a core beyond sending: the quorum device, fencing, methods; with the time they take. */
import type { Effect } from '../../images/node/cluster/core/types.ts';
import { SharedDisks } from './core-machines.ts';
import type { SimulatedNode } from './core-node.ts';
import { type Simulation, TIMES } from './core-simulation.ts';

type Run = Extract<Effect, { kind: 'run-method' }>;

/** Longer than it takes a core to learn that it was fenced, so that this last resort hides nothing. */
const FAILFAST_MS = 2500;
const FENCE_RETRY_MS = 200;

/** The request is on its way to the array even when its sender dies; the answer reaches this life only. */
export function askQuorumDevice(
  simulation: Simulation,
  node: SimulatedNode,
  generation: number,
  victims: string[],
): void {
  const { life, state } = node;
  const isBooting = state.view === null;
  simulation.agenda.after(simulation.random.integer(1, 40), () => {
    let granted = !(isBooting && wouldUsurp(simulation, victims));
    try {
      if (granted) simulation.disks.preemptQuorum(node.name, victims);
    } catch {
      granted = false;
    }
    if (granted) simulation.watch.granted(node.name, generation);
    simulation.agenda.after(simulation.random.integer(1, 10), () =>
      simulation.arrive(
        node,
        life,
        () => simulation.take(node, { kind: 'quorum-result', generation, granted }),
        false,
      ),
    );
  });
}

/**
 * A booting node has registered its key anew, and with it could take the quorum device from a running cluster that
 * it can't hear. The product prevents that together with amnesia (at boot a quorum device counts only for a node of
 * the last cluster); until the node's software does, the device does it here.
 */
function wouldUsurp(simulation: Simulation, victims: string[]): boolean {
  const members = simulation.nodes.filter((one) => one.isOn && one.state.view !== null);
  const isVictim = ({ name }: SimulatedNode) => victims.includes(name);
  const isRightful = ({ name }: SimulatedNode) =>
    simulation.disks.keys.isRegistered(name, SharedDisks.quorum);
  return members.some(isVictim) && !members.some((one) => !isVictim(one) && isRightful(one));
}

export function fence(
  simulation: Simulation,
  node: SimulatedNode,
  generation: number,
  victims: string[],
): void {
  const { life } = node;
  const victimNodes = simulation.nodes.filter(({ name }) => victims.includes(name));
  const meant = victimNodes.map((victim) => [victim, victim.life] as const);
  const late = simulation.broken.sabotage === 'mount-before-fence' ? 20 * TIMES.timeout : 0;
  simulation.agenda.after(late + simulation.random.integer(1, 60), () => {
    const fails = !simulation.isCalm && simulation.random.integer(1, 100) <= 10;
    let conflict = false;
    try {
      // A key registered after the request was sent stays: the life that it was meant for is over.
      const still = meant.filter(([victim, itsLife]) => victim.life === itsLife);
      if (!fails)
        simulation.disks.fence(
          node.name,
          still.map(([{ name }]) => name),
        );
    } catch {
      conflict = true;
    }
    for (const victim of victimNodes) failfast(simulation, victim);
    simulation.watch.look();
    const take = () => {
      if (conflict) simulation.panic(node);
      else simulation.take(node, { kind: 'fence-result', generation, ok: !fails, message: '' });
    };
    simulation.agenda.after(fails ? FENCE_RETRY_MS : 1, () => simulation.arrive(node, life, take, false));
  });
}

/** The disk driver's own last resort on a node whose key is gone. */
function failfast(simulation: Simulation, victim: SimulatedNode): void {
  simulation.reach(victim, FAILFAST_MS, () => {
    if (simulation.disks.isFenced(victim.name)) simulation.panic(victim);
  });
}

export function runMethod(simulation: Simulation, node: SimulatedNode, call: Run): void {
  const { callId, resource, type, method } = call;
  const chance = (percent: number) => !simulation.isCalm && simulation.random.integer(1, 100) <= percent;
  node.calls.set(callId, { resource: resource.name, method });
  const isLifecycle = method !== 'VALIDATE' && method !== 'MONITOR_CHECK';
  if (method === 'START' || (method === 'PRENET_START' && type.kind === 'storage'))
    node.held.set(resource.name, resource.group);
  if (method === 'STOP') node.up.delete(resource.name);
  if (isLifecycle && chance(simulation.plan.hangsPercent)) return;
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () => {
    if (!node.calls.delete(callId)) return;
    const starting = method.endsWith('START');
    const unlucky = chance(starting ? simulation.plan.startFailsPercent : simulation.plan.stopFailsPercent);
    const needsDisk = type.kind !== 'address' && starting;
    const ok = !unlucky && !(needsDisk && simulation.disks.isCut(node.name, resource.group));
    if (ok) methodDone(node, call);
    simulation.take(node, { kind: 'method-result', callId, ok, message: ok ? '' : 'simulated' });
  });
}

function methodDone(node: SimulatedNode, { resource, type, method }: Run): void {
  if (method === 'START') node.up.add(resource.name);
  if (method === (type.methods.POSTNET_STOP ? 'POSTNET_STOP' : 'STOP')) node.held.delete(resource.name);
}

/** The call is over; its result comes all the same, too late, and is to be ignored. */
export function killMethod(simulation: Simulation, node: SimulatedNode, callId: number): void {
  if (!node.calls.delete(callId)) return;
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () =>
    simulation.take(node, { kind: 'method-result', callId, ok: true, message: 'too late' }),
  );
}
