/** How faults of nodes and of their processes show to others than their author. */
import { expect } from 'chai';
import type { Fault } from '../../harness/faults/fault.ts';
import { hang } from '../../harness/faults/hang.ts';
import { panic } from '../../harness/faults/panic.ts';
import { processKill } from '../../harness/faults/process-kill.ts';
import { reboot } from '../../harness/faults/reboot.ts';
import { faultsOf, verifyFault } from '../../harness/faults/verification.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { addressesOn, processesOn, sorted, told } from '../helpers/told.ts';
import { fault, gone, looks } from '../helpers/two-instances.ts';

const up = (atMs: number) => told('witness', atMs, { kind: 'node-seen', node: 'Node1', pid: 2 });
const cpu = (atMs: number, cpuMs: number) => told('witness', atMs, { kind: 'cpu', node: 'Node1', cpuMs });
const cut = (atMs: number, because: 'fault' | 'preempted') =>
  told('penguin', atMs, { kind: 'port-cut', node: 'Node1', lun: 'penguin/d400', device: '7:1', because });
const before = [addressesOn('Node1', 0, '198.18.0.11'), processesOn('Node1', 1, ['watcher', 'cshttpd'])];
const silent = addressesOn('Node1', 1005);
const back = addressesOn('Node1', 3010, '198.18.0.11');

function verified({ name, target }: Fault, undoneMs: number | undefined, ...seen: TimelineEvent[]) {
  const timeline = sorted([
    ...before,
    ...fault(name, target, 1000, undoneMs),
    looks(900),
    looks(9000),
    ...seen,
  ]);
  const [one] = faultsOf(timeline);
  if (one === undefined) throw new Error('no fault in the timeline');
  return verifyFault(timeline, one);
}

const hung = hang('Node1');
const rebooted = reboot('Node1');
const panicked = panic('Node1');
const killed = processKill('Node1', 'cshttpd');

const RIGHT: [what: string, fault: Fault, undoneMs: number | undefined, seen: TimelineEvent[]][] = [
  ['hang: silent, and there', hung, undefined, [silent]],
  ['hang: fenced meanwhile', hung, undefined, [silent, cut(2000, 'preempted')]],
  ['hang, and back', hung, 3000, [silent, cpu(1500, 500), cpu(2500, 500), back]],
  ['hang, and down when it went on', hung, 3000, [silent, gone('Node1', 3100)]],
  ['panic: silent, then gone', panicked, undefined, [silent, gone('Node1', 1060)]],
  ['panic: fenced afterwards', panicked, undefined, [silent, gone('Node1', 1060), cut(2000, 'preempted')]],
  ['reboot: down', rebooted, undefined, [gone('Node1', 2000)]],
  ['reboot: up again', rebooted, 3000, [gone('Node1', 2000), up(3500)]],
  ['process-kill: another one is there', killed, undefined, [processesOn('Node1', 1050, ['watcher'])]],
];

const WRONG: [
  what: string,
  fault: Fault,
  undoneMs: number | undefined,
  seen: TimelineEvent[],
  why: RegExp,
][] = [
  ['hang: nobody saw it', hung, undefined, [], /did not see the addresses/],
  ['hang: it was gone', hung, undefined, [silent, gone('Node1', 1060)], /did not hang but was gone/],
  ['hang: it went on working', hung, 3000, [silent, cpu(1500, 500), cpu(2500, 900), back], /400 ms of CPU/],
  ['hang: it never woke up', hung, 3000, [silent], /no address .* again/],
  ['panic: it lives', panicked, undefined, [silent], /did not see Node1 go/],
  [
    'panic: its port was cut',
    panicked,
    undefined,
    [silent, cut(1020, 'fault'), gone('Node1', 1060)],
    /was cut/,
  ],
  ['reboot: it lives', rebooted, undefined, [], /did not see Node1 go/],
  [
    'reboot: its links went down first',
    rebooted,
    undefined,
    [silent, gone('Node1', 2000)],
    /before it had shut/,
  ],
  ['reboot: it did not boot', rebooted, 3000, [gone('Node1', 2000)], /did not see Node1 boot/],
  ['process-kill: it lives', killed, undefined, [], /still sees cshttpd/],
  ['process-kill: its node went', killed, undefined, [gone('Node1', 1050)], /still sees cshttpd|as a whole/],
];

describe('faults of nodes and of their processes', () => {
  for (const [what, of, undoneMs, seen] of RIGHT)
    it(`${what}: verified`, () => {
      const { verified: found, detail } = verified(of, undoneMs, ...seen);
      expect(found, detail).to.equal(true);
    });

  for (const [what, of, undoneMs, seen, why] of WRONG)
    it(`${what}: not verified`, () => {
      const { verified: found, detail } = verified(of, undoneMs, ...seen);
      expect(found, detail).to.equal(false);
      expect(detail).to.match(why);
    });

  it('a process that never ran there cannot have died', () => {
    expect(verified(processKill('Node1', 'csdwpd'), undefined).detail).to.match(
      /no csdwpd on Node1 beforehand/,
    );
  });

  it('what an author tells of takes place in order', async () => {
    const did: string[] = [];
    const levers = new Proxy({}, { get: (_, name) => async () => did.push(String(name)) });
    for (const one of [hung, panicked, rebooted, killed]) {
      did.length = 0;
      await one.apply(levers as never, (at) => did.push(`applied ${at}`));
      await one.undo?.(levers as never, () => did.push('undone'));
      expect(did.join(' ')).to.equal(
        {
          hang: 'hang applied 1 wake undone',
          panic: 'linksDown applied 1 halt kill',
          reboot: 'shutDown applied 1 boot undone',
          'process-kill': 'killDaemon applied 1',
        }[one.name],
      );
    }
  });
});
