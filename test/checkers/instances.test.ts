/** Two instances on one node: what the witness' close look must show, and what it must not. */
import { expect } from 'chai';
import { dualInstance } from '../../harness/checkers/dual-instance.ts';
import { onlyCpuShared } from '../../harness/checkers/only-cpu-shared.ts';
import type { ServiceFacts } from '../../harness/timeline.ts';
import type { InstanceSeen } from '../../images/common/protocol.ts';
import { sorted, told } from '../helpers/told.ts';
import { first, has, ofTwo, second, served, services } from '../helpers/two-instances.ts';

const WINDOW = { fromMs: 2000, untilMs: 4000 };

function instanceOf({ serverBase, mountPoint, address }: ServiceFacts, pid: number): InstanceSeen {
  return {
    base: serverBase,
    processes: ['watcher', 'csstored', 'cshttpd'].map((name, index) => ({
      program: `${serverBase}/lib/${name}.ts`,
      pid: pid + index,
    })),
    users: [6300],
    files: ['/usr/local/bin/node', `${mountPoint}/csdb/ics50events.db`, `${mountPoint}/logs/http.log`],
    mounts: [mountPoint],
    listening: [`${address}:80`],
    connected: ['198.18.0.5:389'],
  };
}

type Change = (instance: InstanceSeen) => InstanceSeen;

/** Both on the spare, as they should be but for what `change` does to the second. */
function timelineWith(change: Change = (instance) => instance, seen = services, answered = services) {
  const looked = [instanceOf(first, 10), change(instanceOf(second, 20))];
  const there = looked.filter(({ base }) => seen.some(({ serverBase }) => serverBase === base));
  return sorted([
    ...has('Spare', 1000, ...services),
    ...answered.flatMap((service) => served(service, 'Spare', 1500, 5000)),
    told('drill', 4001, { kind: 'measured', ...WINDOW }),
    told('witness', 4100, { kind: 'instances', node: 'Spare', instances: there }),
  ]);
}

const alone = sorted([
  ...has('Node1', 1000, first),
  ...has('Spare', 1000, second),
  told('drill', 4001, { kind: 'measured', ...WINDOW }),
  told('witness', 4100, { kind: 'instances', node: 'Spare', instances: [instanceOf(second, 20)] }),
]);

describe('dual-instance', () => {
  const verdictOf = (timeline: ReturnType<typeof sorted>) => dualInstance.check(timeline, ofTwo).verdict;

  it('upholds two that run each from its own installation and store, and serve', () => {
    const { verdict, evidence } = dualInstance.check(timelineWith(), ofTwo);
    expect(verdict).to.equal('upheld');
    expect(evidence).to.have.length(2);
    expect(evidence[0]).to.include(first.serverBase).and.include(`${first.mountPoint}/csdb`);
  });

  it('refutes one that runs programs of the other', () => {
    const foreign: Change = (one) => ({
      ...one,
      processes: one.processes.map(({ program, pid }) => ({
        program: program.replace(second.serverBase, first.serverBase),
        pid,
      })),
    });
    expect(verdictOf(timelineWith(foreign))).to.equal('refuted');
  });

  it('refutes one without its own store, one that is not there, and one that answers nobody', () => {
    const storeless: Change = (one) => ({ ...one, files: instanceOf(first, 1).files });
    expect(verdictOf(timelineWith(storeless))).to.equal('refuted');
    expect(verdictOf(timelineWith(undefined, [first] as never))).to.equal('refuted');
    expect(verdictOf(timelineWith(undefined, services, [first] as never))).to.equal('refuted');
  });

  it('upholds one that was starved in the end: what it answered since it came there counts', () => {
    const starved = sorted([
      ...timelineWith(undefined, services, [first] as never),
      ...served(second, 'Spare', 1100, 1300),
    ]);
    expect(verdictOf(starved)).to.equal('upheld');
  });

  it('refutes one whose answers came from where it was before', () => {
    const elsewhere = sorted([
      ...timelineWith(undefined, services, [first] as never),
      ...served(second, 'Node2', 1100, 1300),
      ...served(second, 'Spare', 100, 900),
    ]);
    expect(verdictOf(elsewhere)).to.equal('refuted');
  });

  it('says nothing where no node had both', () => {
    expect(verdictOf(alone)).to.equal('inconclusive');
    expect(verdictOf([])).to.equal('inconclusive');
  });
});

describe('only-cpu-shared', () => {
  const check = (timeline: ReturnType<typeof sorted>) => onlyCpuShared.check(timeline, ofTwo);

  it('upholds two that have nothing in common but the image that they run on', () => {
    const { verdict, evidence } = check(timelineWith());
    expect(verdict).to.equal('upheld');
    expect(evidence.join()).to.include('nothing in common');
  });

  const shared: Record<string, Partial<InstanceSeen>> = {
    'a file': { files: [`${second.mountPoint}/csdb/ics50events.db`, `${first.mountPoint}/logs/http.log`] },
    'a mount': { mounts: [first.mountPoint, second.mountPoint] },
    'an address, though on another port': { listening: [`${first.address}:8080`] },
    'a process': { processes: [{ program: `${second.serverBase}/lib/watcher.ts`, pid: 11 }] },
    'a connection': { connected: [`${first.address}:80`] },
  };
  for (const [what, change] of Object.entries(shared))
    it(`refutes ${what} in common`, () => {
      expect(check(timelineWith((one) => ({ ...one, ...change }))).verdict).to.equal('refuted');
    });

  it('the same port on two addresses, and the same directory server, are nothing in common', () => {
    expect(check(timelineWith((one) => ({ ...one, listening: [`${second.address}:80`] }))).verdict).to.equal(
      'upheld',
    );
  });

  it('says nothing where one was not seen to have what it must have, or no node had both', () => {
    expect(check(timelineWith((one) => ({ ...one, mounts: [] }))).verdict).to.equal('inconclusive');
    expect(check(alone).verdict).to.equal('inconclusive');
  });
});
