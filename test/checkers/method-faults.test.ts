/** How what keeps methods from their work shows to the witness. */
import { expect } from 'chai';
import { busyFileSystem, portTaken, startHangs } from '../../harness/faults/method-faults.ts';
import { faultsOf, signs, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { FaultStage } from '../../images/common/protocol.ts';
import { mountOf, mountsOn, sorted, told } from '../helpers/told.ts';

const server = { pid: 9, command: 'node /opt/SUNWics5/cal/lib/cshttpd.ts /opt/SUNWics5/cal' };
const taker = { pid: 10, command: 'port-taker has port 80' };
const waits = { pid: 10, command: 'port-taker waits for port 80' };
const processes = (atMs: number, ...running: { pid: number; command: string }[]) =>
  told('witness', atMs, { kind: 'processes', node: 'Node1', processes: running });
const file = (atMs: number, text: string | null) =>
  told('witness', atMs, { kind: 'file', node: 'Node1', path: '/opt/SUNWics5/cal/sbin/start-cal', text });
const [was, hangs] = ['#!/bin/sh\nexec node start-cal.ts\n', '#!/bin/sh\n# start-hangs\nsleep 3600\n'];
const inside = { ...mountOf('7:1'), point: '/cal/tmp' };

function verdictOn(fault: string, seen: TimelineEvent[], undone = false) {
  const stage = (name: FaultStage, atMs: number) =>
    told('drill', atMs, { kind: 'fault', fault, target: 'Node1', stage: name });
  const stages = [stage('planned', 200), stage('applied', 500), stage('complete', 600)];
  const [first] = faultsOf(sorted([...stages, ...(undone ? [stage('undone', 900)] : [])]));
  if (first === undefined) throw new Error('no fault in the timeline');
  return verifyFault(sorted(seen), first);
}

describe('a fault of a method', () => {
  it('each has signs of its beginning and its end', () => {
    for (const { name } of [portTaken('Node1'), startHangs('Node1', '/opt'), busyFileSystem('Node1', '/cal')])
      expect(signs[name]?.undone, name).to.not.equal(undefined);
  });

  const taken = [processes(100, server), processes(550, taker)];
  const hanging = [file(100, was), file(510, hangs)];
  const busy = [mountsOn('Node1', 100, mountOf('7:1')), mountsOn('Node1', 510, mountOf('7:1'), inside)];
  for (const [what, fault, seen, undone] of [
    ['its port is taken', 'port-taken', taken, false],
    ['its port is taken where it did not run', 'port-taken', [processes(100), processes(550, taker)], false],
    ['its port is free again', 'port-taken', [...taken, processes(950)], true],
    ['start-cal hangs', 'start-hangs', hanging, false],
    ['start-cal is as it was', 'start-hangs', [...hanging, file(950, was)], true],
    ['the file system is busy', 'busy-file-system', busy, false],
    ['it is not any more', 'busy-file-system', [...busy, mountsOn('Node1', 950, mountOf('7:1'))], true],
  ] as [string, string, TimelineEvent[], boolean][])
    it(`is believed: ${what}`, () => {
      const { verified, detail } = verdictOn(fault, seen, undone);
      expect(verified, detail).to.equal(true);
    });

  for (const [what, fault, seen, undone, why] of [
    [
      'the program still waits',
      'port-taken',
      [processes(100, server), processes(550, server, waits)],
      false,
      /no program on Node1 that has taken/,
    ],
    [
      'the server is still there',
      'port-taken',
      [processes(100, server), processes(550, server, taker)],
      false,
      /did not see the web server/,
    ],
    ['the port is still taken', 'port-taken', taken, true, /still sees the program/],
    [
      'the command is as it was',
      'start-hangs',
      [file(100, was)],
      false,
      /did not see start-cal on Node1 replaced/,
    ],
    ['the command is gone', 'start-hangs', [...hanging, file(950, null)], true, /as it was/],
    ['nothing inside', 'busy-file-system', busy.slice(0, 1), false, /did not see a mount inside/],
    [
      'another disk beside',
      'busy-file-system',
      [mountsOn('Node1', 510, mountOf('7:1'), { ...inside, device: '7:2' })],
      false,
      /did not see a mount inside/,
    ],
    ['still busy', 'busy-file-system', busy, true, /still sees a mount inside/],
  ] as [string, string, TimelineEvent[], boolean, RegExp][])
    it(`is not believed: ${what}`, () => {
      const { verified, detail } = verdictOn(fault, seen, undone);
      expect(verified).to.equal(false);
      expect(detail).to.match(why);
    });
});
