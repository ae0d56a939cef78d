/** A node that is not the primary of a device group holds nothing of it: another one could not become it. */
import { expect } from 'chai';
import { until } from '../../../../../harness/clock.ts';
import type { State } from '../../../../../images/node/cluster/core/types.ts';
import { GlobalFileSystems } from '../../../../../images/node/cluster/global-file-systems.ts';
import { inUse } from '../../../../../images/node/cluster/types/volumes-in-use.ts';
import type { Volumes } from '../../../../../images/node/cluster/volumes.ts';
import { config } from '../../../../helpers/methods.ts';

const VFSTAB = '/dev/md/penguin/dsk/d500\t/dev/md/penguin/rdsk/d500\t/global\tufs\t2\tyes\tglobal,logging\n';
const volume = { name: 'd500', submirrors: [] };
const penguin = { name: 'penguin', nodes: ['Node1', 'Node2'], volumes: [volume] };

/** Node1, which masters the device group while an order wants it on `wanted`. */
function node(wanted: string, busy = false) {
  const released: string[] = [];
  let looks = 0;
  const volumes = {
    deviceGroups: [penguin],
    find: (path: string) =>
      path === '/dev/md/penguin/dsk/d500' ? { deviceGroup: penguin, volume } : undefined,
    release: async (group: string) => void released.push(group),
  } as unknown as Volumes;
  const state = {
    config: { self: 'Node1' },
    view: { generation: 1, members: ['Node1', 'Node2'] },
    peers: {},
    placement: { targets: {}, devices: { penguin: { node: wanted, maintenance: false, serial: 1 } } },
    repository: { resources: [] },
    groupStates: {},
    devices: { penguin: { mastered: true, serial: 1, busy, message: '' } },
    // Serving would need a disk: it may not start here.
    fencing: { done: false },
  } as unknown as State;
  const global = new GlobalFileSystems({
    config: { ...config, name: 'Node1', globalMounts: '127.0.0.1' },
    ...{ volumes, state: () => state },
    logger: { log: () => undefined } as never,
    panic: (reason) => {
      throw new Error(reason);
    },
    vfstab: async () => {
      looks += 1;
      return VFSTAB;
    },
  });
  const twoLooks = () => until('two looks', 20_000, () => looks > 2 || undefined);
  return { global, released, twoLooks };
}

describe('a node with a device group of global file systems', () => {
  const cases: [string, string, boolean, boolean][] = [
    [
      'gives it back when another one is to be the primary, though it never served anything',
      'Node2',
      false,
      true,
    ],
    ['keeps it while it is the primary', 'Node1', false, false],
    ['leaves it alone while it is on its way', 'Node2', true, false],
  ];
  for (const [what, wanted, busy, back] of cases)
    it(what, async () => {
      const { global, released, twoLooks } = node(wanted, busy);
      global.start();
      await twoLooks();
      await global.end();
      expect(released.includes('penguin')).to.equal(back);
    });

  it('keeps it for a failover file system that is mounted from it', async () => {
    const { global, released, twoLooks } = node('Node2');
    const user = 'storage /local';
    await inUse.master({ master: async () => undefined }, 'penguin', user);
    global.start();
    await twoLooks();
    await global.end();
    expect(released).to.deep.equal([]);
    await inUse.release({ release: async () => undefined }, 'penguin', user);
  });
});
