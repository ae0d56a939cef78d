/** Who owned a disk, when arrays were lost or ports cut: single-mount and old-owner-fenced on plain LUNs and mirrors. */
import { expect } from 'chai';
import { oldOwnerFenced } from '../../harness/checkers/old-owner-fenced.ts';
import { singleMount } from '../../harness/checkers/single-mount.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { MountSeen } from '../../images/common/protocol.ts';
import { mountsOn, told } from '../helpers/told.ts';
import { back, faultOf, lost, mirrored, onOne, recordedOf } from '../helpers/told-storage.ts';

const plain = (device: string, more: Partial<MountSeen> = {}): MountSeen => ({
  point: '/one',
  device,
  backing: '/ha-drills/r/penguin/d400',
  cut: false,
  readOnly: false,
  ...more,
});
const mirror = (node: string, device: string): MountSeen => ({
  ...plain(device),
  backing: `/ha-drills/r/${node}/penguin/d400`,
});
const port = (node: string, lun: string, device: string, atMs = 100) =>
  told(lun.split('/')[0] ?? '', atMs, { kind: 'port-attached', node, lun, device });
const cut = (node: string, lun: string, device: string, atMs: number, because: 'fault' | 'preempted') =>
  told(lun.split('/')[0] ?? '', atMs, { kind: 'port-cut', node, lun, device, because });
const preempted = (lun: string, atMs: number) =>
  told(lun.split('/')[0] ?? '', atMs, {
    kind: 'preempted',
    node: 'Node2',
    victim: 'Node1',
    lun,
    granted: true,
  });
const looks = [1000, 2000, 3000, 4000, 5000, 6000].map((atMs) =>
  told('witness', atMs, { kind: 'looks', looks: 40, longestGapMs: 20 }),
);
const gone = (atMs: number) => told('witness', atMs, { kind: 'node-gone', node: 'Node1', pid: 1 });
const applied = faultOf('port-cut', 'Node1:penguin/d400', { planned: 2990, applied: 3000, complete: 3010 });

const own = (...events: TimelineEvent[]) => {
  const { timeline, facts } = recordedOf(
    [onOne],
    [
      mountsOn('Node1', 200, plain('7:1')),
      port('Node1', 'penguin/d400', '7:1'),
      ...applied,
      ...looks,
      ...events,
    ],
  );
  return [oldOwnerFenced, singleMount].map(({ check }) => check(timeline, facts).verdict);
};

describe('a LUN whose port was cut by a fault', () => {
  const dead = mountsOn('Node1', 3005, plain('7:1', { cut: true, readOnly: true }));
  const cable = cut('Node1', 'penguin/d400', '7:1', 3002, 'fault');
  const taken = mountsOn('Node2', 4000, plain('7:4'));

  it('was left once the node has unmounted it', () => {
    expect(own(cable, dead, mountsOn('Node1', 3500), taken)).to.deep.equal(['upheld', 'upheld']);
  });

  it('was not left while it is mounted: then it must be taken', () => {
    expect(own(cable, dead, taken)[0]).to.equal('refuted');
    expect(own(cable, dead, preempted('penguin/d400', 3900), taken)[0]).to.equal('upheld');
  });

  it('was not left by a node that is gone', () => {
    expect(own(cable, dead, gone(3500), taken)[0]).to.equal('refuted');
  });
});

describe('a LUN whose array was lost', () => {
  it('was left by whoever unmounted it, and whoever mounts it when it is back is alone', () => {
    const events = [
      lost('penguin', 3001),
      mountsOn('Node1', 3050, plain('7:1', { readOnly: true })),
      mountsOn('Node1', 3500),
      back('penguin', 5000),
      mountsOn('Node2', 5500, plain('7:4')),
    ];
    expect(own(...events)).to.deep.equal(['upheld', 'upheld']);
  });

  it('is not to be mounted on two nodes when it is back', () => {
    const events = [lost('penguin', 3001), back('penguin', 5000), mountsOn('Node2', 5500, plain('7:4'))];
    expect(own(...events, mountsOn('Node2', 5900))[1]).to.equal('refuted');
  });
});

describe('a mirror with one array lost', () => {
  const ports = [
    port('Node1', 'penguin/d401', '7:1'),
    port('Node1', 'polarbear/d402', '7:2'),
    mountsOn('Node1', 200, mirror('Node1', '7:3')),
  ];
  const taken = mountsOn('Node2', 4500, mirror('Node2', '7:9'));
  const on = (...events: TimelineEvent[]) => {
    const { timeline, facts } = recordedOf([mirrored], [...ports, ...applied, ...looks, ...events]);
    return [oldOwnerFenced, singleMount].map(({ check }) => check(timeline, facts).verdict);
  };

  it('is taken by fencing its owner on the array that is left', () => {
    const fenced = [
      preempted('polarbear/d402', 4000),
      cut('Node1', 'polarbear/d402', '7:2', 4000, 'preempted'),
    ];
    expect(on(lost('penguin', 3001), ...fenced, taken)).to.deep.equal(['upheld', 'upheld']);
  });

  it('is not taken by fencing on one array while the other is there', () => {
    const fenced = [
      preempted('polarbear/d402', 4000),
      cut('Node1', 'polarbear/d402', '7:2', 4000, 'preempted'),
    ];
    expect(on(...fenced, taken, mountsOn('Node2', 5000))).to.deep.equal(['refuted', 'refuted']);
  });

  it('is taken from a node that is gone, with its ports cut', () => {
    const power = [
      cut('Node1', 'polarbear/d402', '7:2', 3100, 'fault'),
      cut('Node1', 'penguin/d401', '7:1', 3100, 'fault'),
      gone(3200),
      preempted('polarbear/d402', 4000),
    ];
    expect(on(lost('penguin', 3001), ...power, taken)).to.deep.equal(['upheld', 'upheld']);
  });
});
