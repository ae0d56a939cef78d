/** How faults of the storage show to others than their author. */
import { expect } from 'chai';
import { arrayLoss } from '../../harness/faults/array-loss.ts';
import { diskFull } from '../../harness/faults/disk-full.ts';
import { portCut } from '../../harness/faults/port-cut.ts';
import { faultsOf, signs, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { mountOf, mountsOn, sorted, told } from '../helpers/told.ts';
import { back, faultOf, lost } from '../helpers/told-storage.ts';

const APPLIED = { planned: 2990, applied: 3000, complete: 3100 };
const UNDONE = { ...APPLIED, undone: 5000 };

function verdictOn(name: string, target: string, stages: Partial<typeof UNDONE>, ...seen: TimelineEvent[]) {
  const timeline = sorted([...faultOf(name, target, stages), ...seen]);
  const [first] = faultsOf(timeline);
  if (first === undefined) throw new Error('no fault in the timeline');
  return verifyFault(timeline, first);
}

const disks = (atMs: number, readable: boolean) =>
  told('witness', atMs, { kind: 'disks', array: 'penguin', readable });
const attached = (node: string, atMs: number, device: string) =>
  told('penguin', atMs, { kind: 'port-attached', node, lun: 'penguin/d400', device });
const up = (node: string) => told('witness', 100, { kind: 'node-seen', node, pid: 1 });
const room = (atMs: number, full: boolean) =>
  told('witness', atMs, { kind: 'room', node: 'Node1', point: '/cal', freeBytes: 0, full });
const cutEvent = (atMs: number, device = '7:1') =>
  told('penguin', atMs, { kind: 'port-cut', node: 'Node1', lun: 'penguin/d400', device, because: 'fault' });
const mounted = mountsOn('Node1', 200, mountOf('7:1'));
const dead = mountsOn('Node1', 3020, { ...mountOf('7:1'), cut: true, readOnly: true });

const before = [disks(2900, true), up('Node1'), attached('Node1', 150, '7:1')];
const gone = [...before, lost('penguin', 3001), disks(3010, false)];
const returned = [...gone, back('penguin', 5050), disks(5060, true)];
const port = [attached('Node1', 150, '7:1'), mounted];

describe('faults of the storage', () => {
  it('each has a sign, and one for its end', () => {
    for (const { name, undo } of [arrayLoss('a'), diskFull('n', '/'), portCut('n', 'a/l')]) {
      expect(undo).to.not.equal(undefined);
      expect(signs[name]).to.have.all.keys('applied', 'undone');
    }
  });

  for (const [what, name, target, stages, seen] of [
    ['an array that is lost', 'array-loss', 'penguin', APPLIED, gone],
    ['an array that is back', 'array-loss', 'penguin', UNDONE, [...returned, attached('Node1', 5200, '7:4')]],
    [
      'an array that is back, with a node gone meanwhile',
      'array-loss',
      'penguin',
      UNDONE,
      [...returned, told('witness', 4000, { kind: 'node-gone', node: 'Node1', pid: 1 })],
    ],
    ['a port cut below a mount', 'port-cut', 'Node1:penguin/d400', APPLIED, [...port, cutEvent(3010), dead]],
    [
      'a port cut that nothing is mounted through',
      'port-cut',
      'Node1:penguin/d400',
      APPLIED,
      [attached('Node1', 150, '7:1'), cutEvent(3010)],
    ],
    [
      'a new port',
      'port-cut',
      'Node1:penguin/d400',
      UNDONE,
      [
        ...port,
        cutEvent(3010),
        dead,
        told('penguin', 5001, { kind: 'port-detached', node: 'Node1', lun: 'penguin/d400', device: '7:1' }),
        attached('Node1', 5300, '7:5'),
      ],
    ],
    ['a full disk', 'disk-full', 'Node1:/cal', APPLIED, [room(2900, false), room(3050, true)]],
    [
      'room again',
      'disk-full',
      'Node1:/cal',
      UNDONE,
      [room(2900, false), room(3050, true), room(5010, false)],
    ],
  ] as [string, string, string, Partial<typeof UNDONE>, TimelineEvent[]][])
    it(`is believed: ${what}`, () => {
      const { verified, detail } = verdictOn(name, target, stages, ...seen);
      expect(verified, detail).to.equal(true);
    });

  for (const [what, name, target, stages, seen, why] of [
    [
      'lost, and the array says nothing',
      'array-loss',
      'penguin',
      APPLIED,
      [...before, disks(3010, false)],
      /did not say/,
    ],
    [
      'lost, and its disks can be read',
      'array-loss',
      'penguin',
      APPLIED,
      [...before, lost('penguin', 3001)],
      /still be read/,
    ],
    [
      'lost, and nobody looked before',
      'array-loss',
      'penguin',
      APPLIED,
      [lost('penguin', 3001), disks(3010, false)],
      /beforehand/,
    ],
    [
      'another array is lost',
      'array-loss',
      'penguin',
      APPLIED,
      [...before, lost('polarbear', 3001), disks(3010, false)],
      /did not say/,
    ],
    [
      'back, and its disks cannot be read',
      'array-loss',
      'penguin',
      UNDONE,
      [...gone, back('penguin', 5050)],
      /still not be read/,
    ],
    [
      'back, and a node has no new port',
      'array-loss',
      'penguin',
      UNDONE,
      returned,
      /no new port to penguin for Node1/,
    ],
    [
      'cut by fencing',
      'port-cut',
      'Node1:penguin/d400',
      APPLIED,
      [...port, { ...cutEvent(3010), because: 'preempted' } as TimelineEvent],
      /did not see the fault cut/,
    ],
    [
      'cut, and the mount goes on',
      'port-cut',
      'Node1:penguin/d400',
      APPLIED,
      [...port, cutEvent(3010)],
      /as if nothing had happened/,
    ],
    [
      'cut, and there was no port',
      'port-cut',
      'Node1:penguin/d400',
      APPLIED,
      [cutEvent(3010)],
      /had no port/,
    ],
    [
      'a new port that never came',
      'port-cut',
      'Node1:penguin/d400',
      UNDONE,
      [...port, cutEvent(3010), dead],
      /got no new port/,
    ],
    [
      'a new port beside the cut one',
      'port-cut',
      'Node1:penguin/d400',
      UNDONE,
      [...port, cutEvent(3010), dead, attached('Node1', 5300, '7:5')],
      /still had the cut port 7:1/,
    ],
    ['full, and there is room', 'disk-full', 'Node1:/cal', APPLIED, [room(2900, false)], /still saw room/],
    [
      'full, and it was before',
      'disk-full',
      'Node1:/cal',
      APPLIED,
      [room(2900, true), room(3050, true)],
      /full already/,
    ],
    ['full, and nobody looked before', 'disk-full', 'Node1:/cal', APPLIED, [room(3050, true)], /beforehand/],
    [
      'room again, and it is full',
      'disk-full',
      'Node1:/cal',
      UNDONE,
      [room(2900, false), room(3050, true)],
      /no room/,
    ],
  ] as [string, string, string, Partial<typeof UNDONE>, TimelineEvent[], RegExp][])
    it(`is not believed: ${what}`, () => {
      const { verified, detail } = verdictOn(name, target, stages, ...seen);
      expect(verified).to.equal(false);
      expect(detail).to.match(why);
    });
});
