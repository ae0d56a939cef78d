/** Checks of failover drills, each with what it upholds, refutes, and cannot tell. */
import { expect } from 'chai';
import { backupServes } from '../../harness/checkers/backup-serves.ts';
import type { Checker } from '../../harness/checkers/checker.ts';
import { failbackAsSet } from '../../harness/checkers/failback-as-set.ts';
import { goesDownWhenFenced } from '../../harness/checkers/goes-down-when-fenced.ts';
import { listensOnLogicalAddress } from '../../harness/checkers/listens-on-logical-address.ts';
import { loadDistributed } from '../../harness/checkers/load-distributed.ts';
import { processDeaths } from '../../harness/checkers/process-deaths.ts';
import { servedByOne } from '../../harness/checkers/served-by-one.ts';
import { stopThenStart } from '../../harness/checkers/stop-then-start.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { sorted, told } from '../helpers/told.ts';
import {
  command,
  daemon,
  fault,
  first,
  gone,
  has,
  lists,
  looks,
  ofTwo,
  second,
  served,
} from '../helpers/two-instances.ts';

const before = [
  ...has('Node1', 0, first),
  ...has('Node2', 0, second),
  ...has('Spare', 0),
  ...served(first, 'Node1', 100, 1000),
  ...served(second, 'Node2', 100, 1000),
  looks(900),
];

function find(checker: Checker, ...events: (TimelineEvent | TimelineEvent[])[]) {
  return checker.check(sorted([...before, ...events.flat(), looks(9500)]), ofTwo);
}

const verdict = (checker: Checker, ...events: (TimelineEvent | TimelineEvent[])[]) =>
  find(checker, ...events).verdict;

describe('backup-serves', () => {
  const bothDie = [fault('power-loss', 'Node1', 1000), fault('panic', 'Node2', 1005)].flat();
  const ends = [gone('Node1', 1050), gone('Node2', 1055)];

  it('upholds that one node takes all, with how many ran there at once', () => {
    const { verdict: found, evidence } = find(
      backupServes,
      bothDie,
      ends,
      has('Spare', 2000, first, second),
      served(first, 'Spare', 2100, 3000),
      served(second, 'Spare', 2100, 3000),
    );
    expect(found).to.equal('upheld');
    expect(evidence.join('\n')).to.match(/CAL-CS2-RG, after panic of Node2 .* served on Spare/);
    expect(evidence.join('\n')).to.match(/Spare ran 2 instances .*: CAL-CS1-RG, CAL-CS2-RG/);
  });

  it('refutes that one of them is left behind', () => {
    const one = [has('Spare', 2000, first), served(first, 'Spare', 2100, 3000)].flat();
    expect(verdict(backupServes, bothDie, ends, one)).to.equal('refuted');
    const claimed = [...one, ...served(second, 'Spare', 2100, 3000)];
    expect(verdict(backupServes, bothDie, ends, claimed), 'by its replies alone').to.equal('refuted');
  });

  it('judges an ordered switch by the node that it names', () => {
    const line = `scswitch -z -g ${first.name} -h Spare`;
    const moved = [has('Node1', 1100), has('Spare', 1200, first), served(first, 'Spare', 1300, 1600)];
    expect(verdict(backupServes, command('Node1', line, 1000), ...moved)).to.equal('upheld');
    const stayed = served(first, 'Node1', 1000, 1600);
    expect(verdict(backupServes, command('Node1', line, 1000), stayed)).to.equal('refuted');
  });

  it('cannot tell when nothing had to leave, or its backup was down as well', () => {
    expect(verdict(backupServes, fault('power-loss', 'Spare', 1000), gone('Spare', 1050))).to.equal(
      'inconclusive',
    );
    const dead = [gone('Spare', 500), ...fault('power-loss', 'Node1', 1000), gone('Node1', 1050)];
    expect(verdict(backupServes, dead)).to.equal('inconclusive');
  });
});

describe('stop-then-start', () => {
  const switched = command('Node1', `scswitch -z -g ${first.name} -h Spare`, 1000);

  it('upholds a stop before the start, and tells when each was', () => {
    const { verdict: found, evidence } = find(
      stopThenStart,
      switched,
      has('Node1', 1100),
      has('Spare', 1300, first),
    );
    expect(found).to.equal('inconclusive');
    expect(evidence.join()).to.match(
      /CAL-CS1-RG: The last process on Node1 had ended by 1,102 ms; .* 1,302 ms/,
    );
    const alone = stopThenStart.check(
      sorted([...before, ...switched, ...has('Node1', 1100), ...has('Spare', 1300, first)]),
      { ...ofTwo, services: [first] },
    );
    expect(alone.verdict).to.equal('upheld');
  });

  it('refutes a process of the old instance that goes on', () => {
    const left = lists('Node1', 1100, daemon(first, 'cshttpd', 1001));
    const found = find(stopThenStart, switched, left, has('Spare', 1300, first), has('Node1', 1900));
    expect(found.verdict).to.equal('refuted');
    expect(found.evidence.join()).to.match(/On Node1 cshttpd went on until 1,902 ms/);
  });

  it('refutes one that appears on the old node after all had ended', () => {
    const late = [has('Node1', 1100), [lists('Node1', 1150, daemon(first, 'csadmind', 77))]].flat();
    expect(verdict(stopThenStart, switched, late, has('Spare', 1300, first))).to.equal('refuted');
  });

  it('refutes that processes ended with their node: nothing was stopped', () => {
    const crash = [...fault('power-loss', 'Node1', 1000), gone('Node1', 1050)];
    expect(verdict(stopThenStart, crash, has('Spare', 2000, first))).to.equal('refuted');
  });

  it('does not take the end of processes for a stop when they were seen to go just before their node', () => {
    const crash = [...fault('power-loss', 'Node1', 1000), lists('Node1', 1040), gone('Node1', 1090)];
    expect(verdict(stopThenStart, crash, has('Spare', 2000, first))).to.equal('refuted');
  });

  it('upholds a stop whose node goes down when the new instance runs', () => {
    const orderly = [...fault('reboot', 'Node1', 1000), ...has('Node1', 1100), ...has('Spare', 1300, first)];
    const timeline = sorted([...before, ...orderly, gone('Node1', 2500), looks(9500)]);
    expect(stopThenStart.check(timeline, { ...ofTwo, services: [first] }).verdict).to.equal('upheld');
  });

  it('does not mind another instance on the same node', () => {
    const events = [switched, has('Node1', 1100), has('Spare', 1300, first)].flat();
    const timeline = sorted([...before, ...events, ...has('Spare', 1400, first, second)]);
    expect(stopThenStart.check(timeline, { ...ofTwo, services: [first] }).verdict).to.equal('upheld');
  });
});

describe('served-by-one', () => {
  const moved = [has('Node1', 1100), has('Spare', 1300, first)].flat();

  it('upholds replies of whoever has the disk, before and after', () => {
    expect(verdict(servedByOne, moved, served(first, 'Spare', 1400, 1600))).to.equal('upheld');
  });

  it('refutes a reply of the old owner once another has the disk', () => {
    expect(verdict(servedByOne, moved, served(first, 'Node1', 1400, 1440))).to.equal('refuted');
  });

  it('refutes one of a node that still has the mount, but whose port is cut', () => {
    const cut = told('witness', 1100, {
      kind: 'mounts',
      node: 'Node1',
      mounts: [
        {
          ...{ point: first.mountPoint, device: '7:1', backing: `/array/${first.volume}` },
          ...{ cut: true, readOnly: true },
        },
      ],
    });
    expect(verdict(servedByOne, cut, has('Spare', 1300, first), served(first, 'Node1', 1400, 1440))).to.equal(
      'refuted',
    );
  });

  it('cannot blame a reply that was on its way while the disk changed hands', () => {
    const late = served(first, 'Node1', 1090, 1110).map((event) => ({ ...event, atMs: 1400 }));
    expect(verdict(servedByOne, moved, late)).to.equal('upheld');
  });

  it('cannot tell who gave a reply that names no node', () => {
    expect(verdict(servedByOne, moved, served(first, '', 1400, 1600))).to.equal('inconclusive');
  });

  it('cannot tell without replies, or without an owner', () => {
    expect(servedByOne.check(sorted(has('Node1', 0, first)), ofTwo).verdict).to.equal('inconclusive');
    expect(servedByOne.check(sorted(served(first, 'Node1', 0, 100)), ofTwo).verdict).to.equal('inconclusive');
  });
});

describe('load-distributed', () => {
  const struck = fault('power-loss', 'Node1', 1000);

  it('upholds a share of each, with the numbers', () => {
    const { verdict: found, evidence } = find(loadDistributed, struck, served(first, 'Spare', 2000, 9000));
    expect(found).to.equal('upheld');
    expect(evidence).to.deep.equal([
      'Node1 served 45 operations of 90.',
      'Node2 served 45 operations of 90.',
    ]);
  });

  it('refutes that one serves all', () => {
    const alone = [...served(first, 'Spare', 100, 1000), ...served(second, 'Spare', 100, 1000), ...struck];
    expect(loadDistributed.check(sorted(alone), ofTwo).verdict).to.equal('refuted');
  });

  it('cannot tell without load', () => {
    expect(loadDistributed.check(sorted(struck), ofTwo).verdict).to.equal('inconclusive');
  });
});

describe('listens-on-logical-address', () => {
  const listening = (node: string, of: typeof first, ...at: string[]) =>
    told('witness', 300, {
      kind: 'listening',
      node,
      sockets: at.map((one) => ({ ...daemon(of, 'cshttpd', 5), at: one })),
    });
  const right = [listening('Node1', first, '198.18.0.101:80'), listening('Node2', second, '198.18.0.102:80')];

  it('upholds sockets of the logical address alone', () => {
    expect(verdict(listensOnLogicalAddress, right)).to.equal('upheld');
  });

  for (const at of ['0.0.0.0:80', '198.18.0.10:80', '198.18.0.10:8080', '[0000:0000]:80'])
    it(`refutes ${at}, there too`, () => {
      expect(
        verdict(listensOnLogicalAddress, right, listening('Spare', first, '198.18.0.101:80', at)),
      ).to.equal('refuted');
    });

  it('cannot tell of an instance whose sockets nobody saw', () => {
    expect(verdict(listensOnLogicalAddress, right[0] ?? [])).to.equal('inconclusive');
  });
});

describe('goes-down-when-fenced', () => {
  const fenced = told('penguin1', 1500, {
    kind: 'preempted',
    ...{ node: 'Spare', victim: 'Node1', lun: first.volume, granted: true },
  });
  const hung = fault('hang', 'Node1', 1000, 2000);

  const load = served(second, 'Node2', 2000, 5000);

  it('upholds that it goes after it woke up', () => {
    expect(verdict(goesDownWhenFenced, hung, fenced, gone('Node1', 2200), load)).to.equal('upheld');
  });

  it('refutes that it stays up, until the drill switches it off', () => {
    expect(verdict(goesDownWhenFenced, hung, fenced, load)).to.equal('refuted');
    expect(verdict(goesDownWhenFenced, hung, fenced, load, gone('Node1', 5100))).to.equal('refuted');
  });

  it('cannot tell of one that was not fenced, or never woke up', () => {
    expect(verdict(goesDownWhenFenced, hung, gone('Node1', 2200))).to.equal('inconclusive');
    expect(verdict(goesDownWhenFenced, fault('hang', 'Node1', 1000), fenced)).to.equal('inconclusive');
  });
});

describe('failback-as-set', () => {
  const crash = [...fault('panic', 'Node1', 1000), gone('Node1', 1050), ...has('Spare', 1500, first)];
  const boot = told('drill', 3000, { kind: 'boot', nodes: ['Node1'] });
  const set = (to: string) => command('Spare', `scrgadm -c -g ${first.name} -y Failback=${to}`, 2000);
  const back = [has('Spare', 3500), has('Node1', 3600, first)].flat();
  const ends = served(second, 'Node2', 3000, 4000);

  it('upholds what is set, and no return where nothing is', () => {
    expect(verdict(failbackAsSet, crash, set('true'), boot, back, ends)).to.equal('upheld');
    expect(verdict(failbackAsSet, crash, set('false'), boot, ends)).to.equal('upheld');
    expect(verdict(failbackAsSet, crash, boot, ends)).to.equal('upheld');
  });

  it('refutes the other way round', () => {
    expect(verdict(failbackAsSet, crash, set('true'), boot, ends)).to.equal('refuted');
    expect(verdict(failbackAsSet, crash, boot, back, ends)).to.equal('refuted');
  });

  it('does not take an ordered switch for a return', () => {
    const ordered = command('Spare', `scswitch -z -g ${first.name} -h Node1`, 3400);
    expect(verdict(failbackAsSet, crash, boot, ordered, back, ends)).to.equal('upheld');
  });

  it('cannot tell when no primary came back', () => {
    expect(verdict(failbackAsSet, crash, ends)).to.equal('inconclusive');
  });
});

describe('process-deaths', () => {
  const [watcher, server] = [daemon(first, 'watcher', 1000), daemon(first, 'cshttpd', 1001)];
  const another = daemon(first, 'cshttpd', 1101);
  const firstDeath = [
    ...fault('process-kill', 'Node1/cshttpd', 1000),
    lists('Node1', 1050, watcher),
    lists('Node1', 1090, watcher, another),
  ];
  const secondDeath = fault('process-kill', 'Node1/cshttpd', 2000);
  const instance = [daemon(first, 'watcher', 2000), daemon(first, 'cshttpd', 2001)];

  it('upholds a restart in place, under the same watcher', () => {
    expect(before.some(({ kind }) => kind === 'processes')).to.equal(true);
    expect(find(processDeaths, firstDeath).evidence.join()).to.match(/another was there 40 ms later/);
    expect(verdict(processDeaths, firstDeath)).to.equal('upheld');
  });

  it('refutes that nobody starts it, or only with the whole instance', () => {
    const killed = firstDeath.filter(({ atMs }) => atMs < 1090);
    expect(verdict(processDeaths, killed)).to.equal('refuted');
    expect(verdict(processDeaths, killed, lists('Node1', 1100), lists('Node1', 1200, ...instance))).to.equal(
      'refuted',
    );
  });

  for (const node of ['Node1', 'Spare'])
    it(`upholds that the second death ends all, and the instance begins anew on ${node}`, () => {
      expect(
        verdict(
          processDeaths,
          ...[firstDeath, secondDeath, lists('Node1', 2100), lists(node, 2300, ...instance)],
        ),
      ).to.equal('upheld');
    });

  it('does not take what the watcher forks for another watcher', () => {
    const fork = daemon(first, 'watcher', 1077);
    const forked = lists('Node1', 1070, watcher, fork);
    const ends = [
      lists('Node1', 2050, watcher, fork),
      lists('Node1', 2100),
      lists('Spare', 2300, ...instance),
    ];
    expect(verdict(processDeaths, firstDeath, forked, secondDeath, ends)).to.equal('upheld');
  });

  it('refutes a second restart in place, and an end without a new beginning', () => {
    const again = lists('Node1', 2050, watcher, daemon(first, 'cshttpd', 1201));
    expect(verdict(processDeaths, firstDeath, secondDeath, again)).to.equal('refuted');
    expect(verdict(processDeaths, firstDeath, secondDeath, lists('Node1', 2100))).to.equal('refuted');
  });

  it('refutes a new instance beside what is left of the old one', () => {
    const beside = lists('Node1', 2100, watcher);
    expect(
      verdict(processDeaths, firstDeath, secondDeath, beside, lists('Spare', 2300, ...instance)),
    ).to.equal('refuted');
  });

  it('cannot tell when nothing was killed', () => {
    expect(server.pid).to.equal(1001);
    expect(verdict(processDeaths, fault('panic', 'Node1', 1000))).to.equal('inconclusive');
  });
});
