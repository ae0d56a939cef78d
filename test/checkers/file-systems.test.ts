/** File systems as vfstab says: of its types, failover ones on one node at a time, global ones on all. */
import { expect } from 'chai';
import { failoverOnly } from '../../harness/checkers/failover-only.ts';
import { fileSystemsAsVfstab } from '../../harness/checkers/file-systems-as-vfstab.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { MountSeen } from '../../images/common/protocol.ts';
import { mountsOn, told } from '../helpers/told.ts';
import { onOne, recordedOf } from '../helpers/told-storage.ts';

const fileSystems = [
  { mountPoint: '/one', type: 'ext4', global: false },
  { mountPoint: '/archive', type: 'xfs', global: false },
  { mountPoint: '/shared', type: 'ext4', global: true },
];
const mount = (point: string, device: string, type: string, backing = `/r/penguin${point}`): MountSeen => ({
  ...{ point, device, type, backing },
  cut: false,
  readOnly: false,
});
const failover = [mount('/one', '7:1', 'ext4'), mount('/archive', '7:2', 'xfs')];
const shared = mount('/shared', '7:3', 'ext4');
const view = mount('/shared', '0:50', 'fuse.sshfs', '');
const typed = (line: string, stage: 'begin' | 'end', atMs: number, exit: number | null = 0, output = '') =>
  told('drill', atMs, { kind: 'command', node: 'Node1', line, stage, exit, output });
const looks = [1000, 2000, 3000, 4000].map((atMs) =>
  told('witness', atMs, { kind: 'looks', looks: 40, longestGapMs: 20 }),
);

const verdictOf = (check: typeof failoverOnly.check, ...events: TimelineEvent[]) => {
  const { timeline, facts } = recordedOf([onOne], [...looks, ...events]);
  return check(timeline, { ...facts, fileSystems }).verdict;
};

describe('file-systems-as-vfstab', () => {
  const before = [mountsOn('Node1', 200, ...failover, shared), mountsOn('Node2', 210, view)];
  const move = [
    typed('scswitch -z', 'begin', 3000),
    mountsOn('Node1', 3100, shared),
    mountsOn('Node2', 3200, view, ...failover),
  ];

  it('is upheld when all is as it says', () => {
    expect(verdictOf(fileSystemsAsVfstab.check, ...before, ...move)).to.equal('upheld');
  });

  for (const [what, events] of [
    [
      'a type is another one',
      [
        mountsOn('Node1', 200, mount('/one', '7:1', 'xfs'), mount('/archive', '7:2', 'xfs'), shared),
        mountsOn('Node2', 210, view),
      ],
    ],
    [
      'one was never mounted',
      [mountsOn('Node1', 200, mount('/one', '7:1', 'ext4'), shared), mountsOn('Node2', 210, view)],
    ],
    [
      'a global one is on one node alone',
      [mountsOn('Node1', 200, ...failover, shared), mountsOn('Node2', 210), ...move.slice(0, 1)],
    ],
    [
      'a failover one is on both nodes',
      [...before, mountsOn('Node2', 1500, view, ...failover), mountsOn('Node2', 2500, view)],
    ],
  ] as [string, TimelineEvent[]][])
    it(`is refuted when ${what}`, () => {
      expect(verdictOf(fileSystemsAsVfstab.check, ...events)).to.equal('refuted');
    });

  it('is inconclusive when nobody noted what should be', () => {
    const { timeline, facts } = recordedOf([onOne], before);
    expect(fileSystemsAsVfstab.check(timeline, facts).verdict).to.equal('inconclusive');
  });
});

describe('failover-only', () => {
  const made = typed('scrgadm -a -g TWICE-RG -h Node1,Node2 -y Maximum_primaries=2', 'end', 1000);
  const add = 'scrgadm -a -j X -g TWICE-RG -t SUNW.HAStoragePlus -x FilesystemMountPoints=/archive';
  const clear = 'scrgadm: /archive is a failover file system, and TWICE-RG may be online twice';

  it('is upheld by a refusal that says why', () => {
    expect(verdictOf(failoverOnly.check, made, typed(add, 'end', 1100, 1, clear))).to.equal('upheld');
  });
  it('is refuted when it is taken, or refused without a reason', () => {
    expect(verdictOf(failoverOnly.check, made, typed(add, 'end', 1100, 0))).to.equal('refuted');
    expect(verdictOf(failoverOnly.check, made, typed(add, 'end', 1100, 1, 'failed'))).to.equal('refuted');
  });
  it('is inconclusive when the group was not made, or nobody tried', () => {
    expect(verdictOf(failoverOnly.check, typed(add, 'end', 1100, 1, clear))).to.equal('inconclusive');
    expect(verdictOf(failoverOnly.check, made)).to.equal('inconclusive');
  });
});
