/** What the shell does for a core beyond sending and keys: methods, and the local disk; with the time they take. */
import { DeviceBusy, ReservationConflict } from '../../images/array/reservations.ts';
import type { Effect, Repository } from '../../images/node/cluster/core/types.ts';
import type { SimulatedNode } from './core-node.ts';
import { type Simulation, TIMES } from './core-simulation.ts';

type Run = Extract<Effect, { kind: 'run-method' }>;

const RELEASE_RETRY_MS = 200;

export function runMethod(
  simulation: Simulation,
  node: SimulatedNode,
  { callId, resource, method }: Run,
): void {
  const { group } = resource;
  const starting = method === 'START' || method === 'PRENET_START';
  if (method === 'START') node.held.set(resource.name, group);
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () => {
    const percent = starting ? simulation.plan.startFailsPercent : simulation.plan.stopFailsPercent;
    const unlucky = !simulation.isCalm && simulation.random.integer(1, 100) <= percent;
    const needsDisk = resource.type !== 'SUNW.LogicalHostname' && starting;
    let ok = !unlucky && !(needsDisk && simulation.disks.isCut(node.name, group));
    if (ok && method === 'PRENET_START') ok = master(simulation, node, group);
    if (!node.isOn) return;
    if (ok && method === 'PRENET_START') node.held.set(resource.name, group);
    if (ok && !starting) node.held.delete(resource.name);
    if (ok && method === 'POSTNET_STOP') release(simulation, node, group);
    if (ok && starting) node.up.add(resource.name);
    if (!starting) node.up.delete(resource.name);
    simulation.take(node, { kind: 'method-result', callId, ok, message: ok ? '' : 'simulated' });
  });
}

/** Reserves the disk, unless its array does not answer, or may still have keys of those that had it before. */
function master(simulation: Simulation, node: SimulatedNode, group: string): boolean {
  const disk = simulation.disks.diskOf(group);
  if (disk === undefined) return true;
  const isFenced = (node.desk?.unfenced(disk.array) ?? []).length === 0;
  const sabotaged =
    simulation.broken.sabotage === 'mount-before-fence' || simulation.broken.openDisks === true;
  if (!simulation.disks.answers(node.name, disk.array) || !(isFenced || sabotaged)) return false;
  try {
    simulation.disks.reserve(node.name, disk);
    return true;
  } catch (error) {
    if (error instanceof ReservationConflict) simulation.panic(node);
    else if (!(error instanceof DeviceBusy)) throw error;
    return sabotaged && node.isOn;
  }
}

function release(simulation: Simulation, node: SimulatedNode, group: string): void {
  const disk = simulation.disks.diskOf(group);
  if (disk === undefined) return;
  if (simulation.disks.answers(node.name, disk.array)) simulation.disks.release(node.name, disk);
  else simulation.reach(node, RELEASE_RETRY_MS, () => release(simulation, node, group));
}

/** One after another, so that the newest stays. */
export function save(simulation: Simulation, node: SimulatedNode, repository: Repository): void {
  const { nowMs, random } = simulation;
  node.savedAtMs = Math.max(node.savedAtMs, nowMs) + random.integer(1, 25);
  simulation.reach(node, node.savedAtMs - nowMs, () => {
    node.saved = repository;
    simulation.take(node, { kind: 'saved', version: repository.version });
  });
}
