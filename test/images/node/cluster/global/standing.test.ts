/** From the cluster's state to what decides about a device group. */
import { expect } from 'chai';
import type { LocalDevice, Resource } from '../../../../../images/node/cluster/core/types.ts';
import type { ClusterState } from '../../../../../images/node/cluster/global/standing.ts';
import { standingOf } from '../../../../../images/node/cluster/global/standing.ts';

const penguin = { name: 'penguin', nodes: ['Node1', 'Node2'], volumes: [{ name: 'd500', submirrors: [] }] };
const volumes = {
  find: (path: string) =>
    path === '/dev/md/penguin/dsk/d500'
      ? { deviceGroup: penguin, volume: { name: 'd500', submirrors: [] } }
      : undefined,
};
const mounts = new Map([
  ['/global', '/dev/md/penguin/dsk/d500'],
  ['/other', '/dev/md/polarbear/dsk/d1'],
]);
const mastered: LocalDevice = { mastered: true, serial: 0, busy: false, message: '' };

function storage(group: string, properties: Record<string, string>, type = 'SUNW.HAStoragePlus:4'): Resource {
  return { name: `${group}-rs`, type, group, properties } as unknown as Resource;
}

interface Picture {
  resources?: Resource[];
  own?: Record<string, string>;
  other?: Record<string, string>;
  targets?: Record<string, { node: string | null; serial: number }>;
  devices?: Record<string, { node: string | null; maintenance: boolean; serial: number }>;
  masters?: string[];
}

/** As Node1 sees it. */
function standing(picture: Picture) {
  const { resources = [], own = {}, other = {}, targets = {}, devices = {}, masters = [] } = picture;
  const devicesOf = (node: string) => (masters.includes(node) ? { penguin: mastered } : {});
  const state = {
    config: { self: 'Node1' },
    view: { generation: 1, members: ['Node1', 'Node2'] },
    peers: { Node2: { heartbeat: { groups: other, devices: devicesOf('Node2') } } },
    placement: { targets, devices },
    repository: { resources },
    groupStates: own,
    devices: devicesOf('Node1'),
  };
  return standingOf(state as unknown as ClusterState, penguin, volumes, mounts);
}

describe("a device group's standing", () => {
  it('has who masters it, this node and others', () => {
    expect(standing({ masters: ['Node1'] }).masters).to.deep.equal(['Node1']);
    expect(standing({ masters: ['Node2'] }).masters).to.deep.equal(['Node2']);
  });

  it('has where a group with a file system on it is, and where it is to be', () => {
    const picture = {
      resources: [storage('cal', { FilesystemMountPoints: '/other,/global' })],
      targets: { cal: { node: 'Node2', serial: 4 } },
    };
    const { holders, wishes } = standing({
      ...picture,
      own: { cal: 'Pending_offline' },
      other: { cal: 'Offline' },
    });
    expect(holders).to.deep.equal(['Node1']);
    expect(wishes).to.deep.equal([{ node: 'Node2', serial: 4 }]);
    expect(
      standing({ ...picture, own: { cal: 'Unmanaged' }, other: { cal: 'Online' } }).holders,
    ).to.deep.equal(['Node2']);
  });

  it('a group that is to be offline wishes for nothing', () => {
    const resources = [storage('cal', { FilesystemMountPoints: '/global' })];
    expect(standing({ resources, targets: { cal: { node: null, serial: 4 } } }).wishes).to.deep.equal([]);
  });

  const others: [string, Resource][] = [
    ['whose file systems are elsewhere', storage('cal', { FilesystemMountPoints: '/other' })],
    ['that is not to be followed', storage('cal', { FilesystemMountPoints: '/global', affinityon: 'false' })],
    ['of another type', storage('cal', { FilesystemMountPoints: '/global' }, 'SUNW.gds')],
  ];
  for (const [what, resource] of others)
    it(`does not count a resource ${what}`, () => {
      const picture = { resources: [resource], targets: { cal: { node: 'Node2', serial: 4 } } };
      const { holders, wishes } = standing({ ...picture, own: { cal: 'Online' } });
      expect({ holders, wishes }).to.deep.equal({ holders: [], wishes: [] });
    });

  for (const path of ['penguin', '/dev/md/penguin/dsk/d500'])
    it(`counts a group that has the device ${path}`, () => {
      const resources = [storage('raw', { GlobalDevicePaths: path })];
      expect(standing({ resources, own: { raw: 'Online' } }).holders).to.deep.equal(['Node1']);
    });

  it("has an operator's orders", () => {
    const devices = { penguin: { node: 'Node2', maintenance: true, serial: 9 } };
    expect(standing({ devices })).to.deep.include({
      maintenance: true,
      wishes: [{ node: 'Node2', serial: 9 }],
    });
  });
});
