/** The harness' hands on the storage: whole arrays, single ports, and the room on a file system. */
import { SetupError } from '../errors.ts';
import type { StorageLevers } from '../faults/fault.ts';
import type { Assembly } from './assembly.ts';
import type { Contained } from './contained.ts';

function found(all: ReadonlyMap<string, Contained>, what: string, name: string): Contained {
  const one = all.get(name);
  if (one === undefined)
    throw new SetupError(`there is no ${what} ${name}; there are ${[...all.keys()].join(', ')}`);
  return one;
}

export function handsOnStorage(assembly: Assembly): StorageLevers {
  const array = async (name: string, order: string, more: object = {}) =>
    (await found(assembly.arrays, 'array', name).channel.order(order, more)).began;
  const lever = async (order: string, node: string, more: object) =>
    (await assembly.levers.order(order, { pid: found(assembly.nodes, 'node', node).pid, ...more })).began;
  const parts = (path: string) => path.split('/') as [array: string, lun: string];
  return {
    loseArray: (name) => array(name, 'lose'),
    returnArray: (name) => array(name, 'restore'),
    slowArray: (name, ms) => array(name, 'latency', { ms }),
    cutPort: async (node, path) => {
      const [name, lun] = parts(path);
      // What is mounted through it goes down first: a kernel that goes on writing behind a cut port has broken down.
      const devices = (await found(assembly.arrays, 'array', name).channel.order('ports', { node, lun }))
        .value;
      const began = await lever('disk-down', node, { minors: devices });
      await array(name, 'cut', { node, lun });
      return began;
    },
    renewPort: async (node, path) => {
      const [name, lun] = parts(path);
      // The node looks after its ports, and asks for a new one where it has none.
      return await array(name, 'unplug', { node, lun });
    },
    fillDisk: (node, point) => lever('fill', node, { point }),
    makeRoom: (node, point) => lever('make-room', node, { point }),
  };
}

/** The sabotage "arrays-share-power": what one array suffers, all suffer. */
export function sharingPower(assembly: Assembly): Pick<StorageLevers, 'loseArray' | 'returnArray'> {
  const { loseArray, returnArray } = handsOnStorage(assembly);
  const all = async (of: (array: string) => Promise<number>) =>
    Math.min(...(await Promise.all([...assembly.arrays.keys()].map(of))));
  return { loseArray: () => all(loseArray), returnArray: () => all(returnArray) };
}

/** Has the witness watch what a fault of this target breaks; false when the target is no part of the storage. */
export async function prepareStorage(assembly: Assembly, target: string): Promise<boolean> {
  const { witness, arrays, nodes, plan } = assembly;
  const array = arrays.get(target);
  if (array !== undefined) {
    await witness.channel.order('watch-array', {
      array: target,
      pid: array.pid,
      file: plan.fileOfArray(target),
    });
    const lun = plan.slowLunOf(target);
    if (lun !== undefined) {
      const file = (await array.channel.order('measured-at', { lun })).value;
      await witness.channel.order('watch-speed', { array: target, pid: array.pid, file });
    }
    return true;
  }
  const [node = '', what = ''] = target.split(':');
  if (what === '') return false;
  const { pid } = found(nodes, 'node', node);
  if (what.startsWith('/')) await witness.channel.order('watch-room', { node, pid, point: what });
  return true;
}
