/** What the shell does for a core beyond sending and keys: methods, and the local disk; with the time they take. */
import { DeviceBusy, ReservationConflict } from '../../images/array/reservations.ts';
import type { Effect, Repository } from '../../images/node/cluster/core/types.ts';
import type { SimulatedNode } from './core-node.ts';
import { type Simulation, TIMES } from './core-simulation.ts';

type Run = Extract<Effect, { kind: 'run-method' }>;

const RELEASE_RETRY_MS = 200;

export function runMethod(simulation: Simulation, node: SimulatedNode, call: Run): void {
  const { callId, resource, type, method } = call;
  const chance = (percent: number) => !simulation.isCalm && simulation.random.integer(1, 100) <= percent;
  node.calls.set(callId, { resource: resource.name, method });
  if (method === 'START') node.held.set(resource.name, resource.group);
  if (method === 'STOP') node.up.delete(resource.name);
  if (chance(simulation.plan.hangsPercent)) return;
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () => {
    if (!node.calls.delete(callId)) return;
    const { startFailsPercent, stopFailsPercent } = simulation.plan;
    const starting = method.endsWith('START');
    const unlucky = chance(method.endsWith('STOP') ? stopFailsPercent : startFailsPercent);
    const needsDisk = type.kind !== 'address' && starting;
    let ok = !unlucky && !(needsDisk && simulation.disks.isCut(node.name, resource.group));
    if (method === 'VALIDATE' && type.kind === 'storage') ok &&= isWired(simulation, node, resource.group);
    if (ok && method === 'PRENET_START' && type.kind === 'storage') ok = mount(simulation, node, call);
    if (!node.isOn) return;
    if (ok) methodDone(simulation, node, call);
    else simulation.failed.add(resource.group);
    simulation.take(node, { kind: 'method-result', callId, ok, message: ok ? '' : 'simulated' });
  });
}

/** As the device's path in /etc/vfstab tells. */
function isWired({ disks }: Simulation, { name }: SimulatedNode, group: string): boolean {
  const disk = disks.diskOf(group);
  return disk === undefined || disks.wiredTo(name).includes(disk);
}

function mount(simulation: Simulation, node: SimulatedNode, { resource }: Run): boolean {
  const mounted = master(simulation, node, resource.group);
  if (!mounted || !node.isOn) return mounted;
  node.held.set(resource.name, resource.group);
  if (simulation.disks.diskOf(resource.group) !== undefined) node.mounted.add(resource.group);
  return true;
}

function methodDone(simulation: Simulation, node: SimulatedNode, { resource, type, method }: Run): void {
  if (method === 'START') node.up.add(resource.name);
  if (method === (type.methods.POSTNET_STOP ? 'POSTNET_STOP' : 'STOP')) node.held.delete(resource.name);
  if (method !== 'POSTNET_STOP') return;
  node.mounted.delete(resource.group);
  release(simulation, node, resource.group);
}

/** The call is over; its result comes all the same, too late, and is to be ignored. */
export function killMethod(simulation: Simulation, node: SimulatedNode, callId: number): void {
  const call = node.calls.get(callId);
  if (!node.calls.delete(callId)) return;
  simulation.failed.add(call?.resource.replace(/-.*/, '') ?? '');
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () =>
    simulation.take(node, { kind: 'method-result', callId, ok: true, message: 'too late' }),
  );
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

/** Again and again until the array answers; not once the disk is mounted anew, which needs the reservation. */
function release(simulation: Simulation, node: SimulatedNode, group: string): void {
  const disk = simulation.disks.diskOf(group);
  if (disk === undefined || node.mounted.has(group)) return;
  if (simulation.disks.answers(node.name, disk.array)) simulation.disks.release(node.name, disk);
  else simulation.reach(node, RELEASE_RETRY_MS, () => release(simulation, node, group));
}

/** An operator's order about a device group, which is no resource's. */
export function masterDeviceGroup(simulation: Simulation, node: SimulatedNode, deviceGroup: string): void {
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () => {
    const mastered = master(simulation, node, deviceGroup);
    if (!node.isOn) return;
    if (mastered) {
      node.held.set(deviceGroup, deviceGroup);
      node.mounted.add(deviceGroup);
    }
    simulation.take(node, { kind: 'mastered', deviceGroup, mastered, message: mastered ? '' : 'simulated' });
    simulation.watch.look();
  });
}

export function releaseDeviceGroup(simulation: Simulation, node: SimulatedNode, deviceGroup: string): void {
  simulation.reach(node, simulation.random.integer(1, TIMES.longestMethod), () => {
    node.held.delete(deviceGroup);
    node.mounted.delete(deviceGroup);
    release(simulation, node, deviceGroup);
    simulation.take(node, { kind: 'mastered', deviceGroup, mastered: false, message: '' });
  });
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
