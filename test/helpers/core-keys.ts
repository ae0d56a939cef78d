/** What keys.ts does for a core, played in virtual time: the same desk, above arrays that may not answer. */
import { ReservationConflict } from '../../images/array/reservations.ts';
import type { Effect } from '../../images/node/cluster/core/types.ts';
import { KeyDesk, type KeyOrder } from '../../images/node/cluster/key-desk.ts';
import type { LunKeys, Outcome, Task } from '../../images/node/cluster/lun-keys.ts';
import type { SimulatedNode } from './core-node.ts';
import { type Simulation, TIMES } from './core-simulation.ts';

/** A look at the own keys comes seldom enough to leave it to the core to learn first that it was fenced. */
const LOOK_MS = 2500;
const SILENT_MS = 300;
const RETRY_MS = 200;

export function deskFor(simulation: Simulation, node: SimulatedNode): KeyDesk {
  return new KeyDesk(node.name, simulation.disks.wiredTo(node.name), {
    take: (input) => simulation.take(node, input),
    panic: () => simulation.panic(node),
  });
}

/** The request reaches the array even when its sender dies in the meantime; the answer reaches this life only. */
function call<T>(
  simulation: Simulation,
  node: SimulatedNode,
  array: string,
  request: () => T,
  answered: (answer: T | 'silent') => void,
): void {
  const { life } = node;
  const { agenda, random, disks } = simulation;
  agenda.after(random.integer(1, 40), () => {
    const answers = disks.answers(node.name, array);
    const answer = answers ? request() : 'silent';
    simulation.watch.look();
    agenda.after(answers ? random.integer(1, 10) : SILENT_MS, () =>
      simulation.arrive(node, life, () => answered(answer), false),
    );
  });
}

/** Runs a request to an array that may refuse it. */
function trying<T>(request: () => T): T | ReservationConflict {
  try {
    return request();
  } catch (error) {
    if (error instanceof ReservationConflict) return error;
    throw error;
  }
}

export function askQuorumDevice(
  simulation: Simulation,
  node: SimulatedNode,
  { generation, device, victims }: Extract<Effect, { kind: 'ask-quorum-device' }>,
): void {
  const [array = ''] = device.split('/');
  const request = () => {
    const later = trying(() => simulation.disks.preempt(node.name, device, victims, generation - 1));
    const granted = Array.isArray(later) && later.length === 0;
    if (granted) simulation.watch.granted(node.name, generation, device);
    return granted;
  };
  call(simulation, node, array, request, (answer) => {
    const result = { granted: answer === true, answered: answer !== 'silent' };
    simulation.take(node, { kind: 'quorum-result', generation, device, ...result });
  });
}

export function orderKeys(simulation: Simulation, node: SimulatedNode, order: KeyOrder): void {
  const { desk } = node;
  const late =
    order.kind === 'fence' && simulation.broken.sabotage === 'mount-before-fence' ? 20 * TIMES.timeout : 0;
  const begin = () => {
    desk?.order(order);
    pump(simulation, node);
  };
  if (late === 0) begin();
  else simulation.reach(node, late, begin);
}

function pump(simulation: Simulation, node: SimulatedNode): void {
  const { desk, life } = node;
  if (!node.isOn) return;
  for (const { keys, task } of desk?.begin() ?? []) {
    const request = (): Outcome => {
      const answer = trying(() => perform(simulation, node, life, keys, task));
      return answer instanceof ReservationConflict
        ? { kind: 'conflict', barred: answer.barred }
        : { kind: 'done' };
    };
    call(simulation, node, keys.lun.array, request, (answer) => {
      desk?.ended(keys, task, answer === 'silent' ? { kind: 'silent' } : answer);
      pump(simulation, node);
    });
  }
  if (!desk?.isStuck || node.retrying) return;
  node.retrying = true;
  simulation.reach(node, RETRY_MS, () => {
    node.retrying = false;
    desk.retry();
    pump(simulation, node);
  });
}

function perform(simulation: Simulation, node: SimulatedNode, life: number, keys: LunKeys, task: Task): void {
  const { disks } = simulation;
  if (task.kind === 'register') disks.register(node.name, keys.lun, task.generation);
  if (task.kind === 'preempt') disks.preempt(node.name, keys.lun, task.victims, task.generation);
  // The device is made by the node, which a life that is over does not do any more.
  if (task.kind === 'attach' && node.life === life) disks.attach(node.name, keys.lun);
}

/** The background look at the own keys, for as long as this life lasts. */
export function watchKeys(simulation: Simulation, node: SimulatedNode): void {
  simulation.reach(node, simulation.random.integer(LOOK_MS - 500, LOOK_MS + 500), () => {
    const { desk } = node;
    for (const keys of desk?.idle() ?? []) {
      const { turn } = keys;
      call(
        simulation,
        node,
        keys.lun.array,
        () => trying(() => simulation.disks.check(node.name, keys.lun)),
        (answer) => {
          desk?.looked(keys, turn, answer === 'silent' ? null : answer);
          pump(simulation, node);
        },
      );
    }
    watchKeys(simulation, node);
  });
}
