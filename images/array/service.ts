/** The array's service on the storage network: calls of nodes about keys, reservations and ports, over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tell } from '../common/tell.ts';
import type { Disks } from './disks.ts';
import { DeviceBusy, ReservationConflict, type Reservations } from './reservations.ts';

/** What the service needs of the disks. */
export type Ports = Pick<Disks, 'attach' | 'detach' | 'cut' | 'has' | 'nameOf' | 'isLost' | 'isAttached'>;

interface Call {
  lun: string;
  /** All of this array that a look is about. */
  luns: string[];
  victims: string[];
  /** Of the caller's view. */
  generation: number;
  /** Of the caller's paths to the LUN, for attach and detach; its only one, if it says nothing. */
  path?: string;
}

/** The array has lost its power or its disks: keys are kept, but nobody answers for them. */
class ArrayLost extends Error {
  constructor(array: string) {
    super(`array ${array} is lost`);
    this.name = 'ArrayLost';
  }
}

const STATUS: [kind: new (...given: never[]) => Error, status: number][] = [
  [ReservationConflict, 409],
  [DeviceBusy, 423],
  [ArrayLost, 503],
];

/** A node is known by the address that it calls from, as an initiator is known by its cable. */
export function serviceOf(
  array: string,
  initiators: Record<string, string>,
  disks: Ports,
  keys: Reservations,
  told: typeof tell = tell,
): (request: IncomingMessage, response: ServerResponse) => void {
  const calls = callsOf(disks, keys, told);

  async function perform(request: IncomingMessage): Promise<object> {
    let text = '';
    for await (const piece of request) text += piece;
    const node = initiators[request.socket.remoteAddress ?? ''];
    const call = calls[request.url ?? ''];
    if (node === undefined || call === undefined)
      throw new Error(`no call ${request.url} for ${request.socket.remoteAddress}`);
    const given = { luns: [], victims: [], generation: 0, ...(JSON.parse(text) as Partial<Call>) };
    const { lun } = given;
    if (lun === undefined || !disks.has(lun)) throw new Error(`array ${array} has no LUN ${lun}`);
    if (disks.isLost) throw new ArrayLost(array);
    return await call(node, { ...given, lun });
  }

  return (request, response) => {
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    perform(request).then(
      (result) => answer(200, result),
      (error: Error) => {
        const status = STATUS.find(([kind]) => error instanceof kind)?.[1] ?? 500;
        const barred = error instanceof ReservationConflict ? { barred: error.barred } : {};
        answer(status, { error: error.message, ...barred });
      },
    );
  };
}

function callsOf(
  disks: Ports,
  keys: Reservations,
  told: typeof tell,
): Record<string, (node: string, call: Call) => Promise<object> | object> {
  const inTurn = queues();
  return {
    '/register': (node, { lun, generation }) => {
      keys.register(node, lun, generation);
      told({ kind: 'key-registered', node });
      return {};
    },
    '/attach': (node, { lun, path }) =>
      inTurn(lun, async () => {
        keys.check(node, lun);
        return { minor: await disks.attach(node, lun, path) };
      }),
    '/detach': (node, { lun, path }) =>
      inTurn(lun, async () => {
        await disks.detach(node, lun, path);
        return {};
      }),
    '/reserve': (node, { lun }) => {
      const had = keys.holder(lun) === node;
      keys.reserve(node, lun);
      if (!had) told({ kind: 'reserved', node, lun: disks.nameOf(lun) });
      return {};
    },
    '/release': (node, { lun }) => ({ released: keys.release(node, lun) }),
    '/check': (node, { luns }) =>
      Object.fromEntries(
        luns.map((lun) => [
          lun,
          keys.isRegistered(node, lun)
            ? { attached: disks.isAttached(node, lun) }
            : { barred: keys.barred(node, lun) },
        ]),
      ),
    '/preempt': (node, { lun, victims, generation }) =>
      // In turn with attaching: a port on its way to a victim is cut when it is there, before the answer goes out.
      inTurn(lun, () => preempt(node, lun, victims, generation)),
  };

  /** All victims at once, so that of two nodes that preempt each other the second takes no key at all. */
  async function preempt(node: string, lun: string, victims: string[], generation: number): Promise<object> {
    const name = disks.nameOf(lun);
    const found = victims.map((victim) => {
      try {
        return { victim, result: keys.preempt(node, victim, lun, generation) };
      } catch (error) {
        told({ kind: 'preempted', node, victim, lun: name, granted: false });
        throw error;
      }
    });
    if (victims.length === 0) keys.check(node, lun);
    for (const { victim, result } of found) {
      if (result === 'later' || result === 'none') continue;
      await disks.cut(victim, 'preempted', lun);
      told({ kind: 'preempted', node, victim, lun: name, granted: true });
    }
    return { later: found.filter(({ result }) => result === 'later').map(({ victim }) => victim) };
  }
}

/** Runs what is about the same LUN one after another. */
function queues(): <T>(lun: string, action: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (lun, action) => {
    const turn = (last.get(lun) ?? Promise.resolve()).then(action, action);
    last.set(
      lun,
      turn.catch(() => undefined),
    );
    return turn;
  };
}
