/** The judge of procedures: each of its judgements can turn red, and says why. */
import { expect } from 'chai';
import { runbookChecks } from '../../harness/runbook/judged/checks.ts';
import { runbookResult } from '../../harness/runbook/judged/result.ts';
import { deviationsOf } from '../../harness/runbook/outputs.ts';
import type { Timeline, TimelineEvent } from '../../harness/timeline.ts';
import {
  blockEvents,
  documentOf,
  FRONT,
  load,
  MOVE_AND_PATCH,
  ownedBy,
  runbookFacts,
  runbookOf,
  snapshot,
  stage,
  stepEvents,
  timelineOf,
  wentWell,
} from '../helpers/runbooks.ts';
import { addressesOn, mountsOn, service, told } from '../helpers/told.ts';

const runbook = runbookOf(MOVE_AND_PATCH);
const facts = runbookFacts(runbook);

function judgedBy(timeline: Timeline, of = facts): Record<string, { verdict: string; evidence: string }> {
  const checks = runbookChecks(timeline, of);
  return Object.fromEntries(
    checks.map(({ name, verdict, evidence }) => [name, { verdict, evidence: evidence.join('\n') }]),
  );
}

/** The procedure that went well, but for the events that `changed` makes of it. */
function with_(changed: (event: TimelineEvent) => TimelineEvent[]): Timeline {
  return timelineOf(wentWell().flatMap(changed));
}

const without = (wanted: (event: TimelineEvent) => boolean) =>
  with_((event) => (wanted(event) ? [] : [event]));

describe('the judge of procedures', () => {
  it('finds nothing in a procedure that went well', () => {
    const checks = judgedBy(timelineOf(wentWell()));
    for (const name of ['runbook-steps', 'runbook-outage', 'runbook-at-end'])
      expect(checks[name]?.verdict, checks[name]?.evidence).to.equal('upheld');
  });

  const ends: [
    what: string,
    changed: Partial<Extract<TimelineEvent, { kind: 'block-end' }>>,
    says: RegExp,
  ][] = [
    [
      'another exit status',
      { exit: 1, output: 'no such patch\n' },
      /exit status 1 instead of 0: no such patch/,
    ],
    [
      'an output that lacks what it must have',
      { output: 'nothing done\n' },
      /"applied" is not in its output, which ends with: nothing done/,
    ],
    ['a command that never ends', { ended: 'timeout', exit: null }, /had not ended after 60 s/],
    [
      'input that nobody gives',
      { ended: 'waiting', exit: null, asked: 'Sure? [y/n]' },
      /waits for input that the document does not give: it asks "Sure\? \[y\/n\]"/,
    ],
    ['a node that is down', { ended: 'node-down', exit: null }, /the node is down/],
    ['answers that nobody asked for', { output: 'applied', unasked: ['Sure?'] }, /never asked "Sure\?"/],
  ];
  for (const [what, changed, says] of ends)
    it(`${what}: the step is red, at its place in the document`, () => {
      const timeline = with_((event) =>
        event.kind === 'block-end' && event.block === 'patch'
          ? [{ ...event, ...changed } as TimelineEvent]
          : [event],
      );
      const steps = judgedBy(timeline)['runbook-steps'];
      expect(steps?.verdict).to.equal('refuted');
      expect(steps?.evidence)
        .to.match(/x\.md:14: patch: /)
        .and.match(says);
    });

  it('users cut off for longer than a step allows, and than the whole does', () => {
    const timeline = timelineOf(
      wentWell().filter(({ kind }) => kind !== 'operation'),
      load(16_000, [
        [4100, 5400],
        [6100, 7100],
      ]),
    );
    const { 'runbook-steps': steps, 'runbook-outage': outage } = judgedBy(timeline);
    expect(steps?.evidence).to.match(
      /x\.md:8 \(§6.8\): move: users of CAL-RG were cut off for 1\.\d s, 1 s are allowed/,
    );
    expect(steps?.evidence).to.match(/patch: users of CAL-RG were cut off for 1(\.\d)? s, 0 s are allowed/);
    expect(outage?.verdict).to.equal('refuted');
    expect(outage?.evidence).to.match(/cut off for 2\.\d s in total; 2 s are allowed/);
  });

  it('a procedure that was stopped: what was not run is said, and its end is not judged', () => {
    const timeline = timelineOf(
      wentWell().filter(
        (event) =>
          !('step' in event && event.step === 'patch') &&
          !('block' in event && event.block === 'patch') &&
          event.kind !== 'runbook-stage',
      ),
      [stage(8000, 'procedure-over', 'it was stopped')],
    );
    const checks = judgedBy(timeline);
    expect(checks['runbook-steps']).to.deep.include({ verdict: 'inconclusive' });
    expect(checks['runbook-at-end']?.verdict).to.equal('not exercised');
    expect(runbookResult(timeline, facts).steps[1]?.verdict).to.equal('not run');
  });

  const endings: [what: string, timeline: Timeline, says: RegExp][] = [
    [
      'the service is on another node',
      timelineOf(wentWell(), ownedBy('Node1', 7800)),
      /CAL-RG on Node2: no\. CAL-RG: Node1/,
    ],
    [
      'nobody is served',
      timelineOf(
        wentWell().filter(({ kind }) => kind !== 'operation'),
        load(16_000, [[7000, 9000]]),
      ),
      /CAL-RG on Node2: no\. .*users are not served/,
    ],
    [
      'the patch is not there',
      without((event) => event.kind === 'file-seen' && event.atMs > 6000),
      /patch 963001-01 on Node1: no\. Node1: 6\.3\./,
    ],
    [
      'the nodes differ',
      timelineOf(
        wentWell().filter((event) => event.kind !== 'snapshot' || event.when === 'start'),
        [
          snapshot(8500, 'end', {
            Node1: { '/etc/vfstab': 'one line\n' },
            Node2: { '/etc/vfstab': 'another\n' },
          }),
        ],
      ),
      /no drift: no\. Node2 against Node1: \/etc\/vfstab/,
    ],
    [
      'nobody takes over from the node that is killed',
      timelineOf(
        wentWell().filter(({ kind }) => kind !== 'operation'),
        load(16_000, [
          [4100, 4700],
          [10_000, 99_000],
        ]),
      ),
      /survives node-kill: no\. node-kill of Node2: users were cut off for at least/,
    ],
    [
      'no node could be killed',
      with_((event) =>
        event.kind === 'runbook-stage' && event.stage === 'at-end-fault'
          ? [{ ...event, detail: '' }]
          : [event],
      ),
      /survives node-kill: no\. No node had CAL-RG/,
    ],
  ];
  for (const [what, timeline, says] of endings)
    it(`at the end ${what}: red`, () => {
      const end = judgedBy(timeline)['runbook-at-end'];
      expect(end?.verdict).to.equal('refuted');
      expect(end?.evidence).to.match(says);
    });

  it('texts in files, versions, services that are nowhere, and the way it was', () => {
    const other = runbookFacts(
      runbookOf(
        documentOf(
          [
            ...FRONT,
            'at-end:',
            `  - '"hello" in /etc/motd on Node1'`,
            `  - 'no /^bye/ in /etc/motd on Node1'`,
            '  - version 6.3 on all',
            '  - CAL-RG nowhere',
            '  - CAL-RG serves',
            '  - as at start',
            '  - no patch 963001-01 on Node1',
          ],
          '```sh { name=move node=Node1 }\ntrue\n```',
        ),
      ),
    );
    const motd = (content: string): TimelineEvent[] => [
      {
        kind: 'file-seen',
        source: 'witness',
        atMs: 8100,
        node: 'Node1',
        path: '/etc/motd',
        is: 'file',
        real: '',
        content,
        names: [],
        digest: '',
      },
    ];
    const held = (timeline: Timeline) => runbookResult(timeline, other).atEnd.map(({ verdict }) => verdict);
    const nothing = timelineOf(
      wentWell().filter(
        ({ kind }) =>
          kind !== 'runbook-stage' &&
          kind !== 'mounts' &&
          kind !== 'addresses' &&
          kind !== 'processes' &&
          kind !== 'operation',
      ),
      [stage(8000, 'procedure-over')],
      motd('hello\n'),
    );
    expect(held(nothing)).to.deep.equal([
      'upheld',
      'upheld',
      'upheld',
      'upheld',
      'refuted',
      'upheld',
      'refuted',
    ]);
    expect(held(timelineOf(wentWell(), motd('bye\n')))).to.deep.equal([
      'refuted',
      'refuted',
      'upheld',
      'refuted',
      'upheld',
      'upheld',
      'refuted',
    ]);
    expect(held(timelineOf(wentWell()))[0], 'a file that nobody read').to.equal('inconclusive');
  });

  it('a repair puts right what a step got wrong, and the step stays red', () => {
    const repaired = runbookFacts(
      runbookOf(
        documentOf(
          [...FRONT, 'on-failure: continue'],
          '```sh { name=a node=Node1 repair=b }\nfalse\n```\n```sh { name=b node=Node1 }\ntrue\n```',
        ),
      ),
    );
    const course = (exit: number) =>
      timelineOf(
        stepEvents('a', 1000, 3000),
        blockEvents({ block: 'a', node: 'Node1', fromMs: 1001, untilMs: 1500, exit: 1 }),
        blockEvents({ block: 'b', node: 'Node1', role: 'repair', fromMs: 1600, untilMs: 1700, exit }),
        [stage(4000, 'procedure-over')],
      );
    expect(runbookResult(course(0), repaired).steps[0]).to.include({ verdict: 'otherwise', repaired: true });
    const failed = runbookResult(course(3), repaired).steps[0];
    expect(failed).to.include({ verdict: 'otherwise', repaired: false });
    expect(failed?.findings.join()).to.match(/its repair b failed: exit status 3/);
  });

  it('the certificate says where, how long, how much, who and which', () => {
    const { steps, outages, drift } = runbookResult(timelineOf(wentWell()), facts);
    const [move, patch] = steps;
    expect(move?.owners).to.deep.equal([{ service: 'CAL-RG', before: 'Node1', after: 'Node2' }]);
    expect(move?.cutOff[0]?.ms).to.be.within(580, 640);
    expect(patch?.versions).to.deep.equal([
      { node: 'Node1', before: '6.3', after: '6.3 (963001-01)' },
      { node: 'Node2', before: '6.3', after: '6.3' },
    ]);
    expect(patch?.runs[0]).to.include({ node: 'Node1', exit: 0, output: 'Patch applied\n' });
    expect(outages[0]).to.include({ service: 'CAL-RG', allowedMs: 2000, open: false });
    expect(drift).to.deep.equal([]);
  });

  it('what was shown until a run was cut off is kept', () => {
    const timeline = timelineOf(stepEvents('move', 1000, 1000).slice(0, 1), [
      { kind: 'block-begin', block: 'move', node: 'Node2', role: 'step', source: 'drill', atMs: 1001 },
      { kind: 'block-output', block: 'move', node: 'Node2', text: 'half way', source: 'drill', atMs: 1500 },
    ]);
    const [step] = runbookResult(timeline, facts).steps;
    expect(step?.runs[0]).to.include({ output: 'half way', ended: null });
    expect(step?.findings.join()).to.include('cut off while it was typed');
  });
});

describe('boundaries', () => {
  const struck = runbookFacts(runbook, { kind: 'fault', fault: 'power-loss', after: 1 });
  const course = (cutOff: [number, number][]) =>
    timelineOf(
      load(20_000, cutOff),
      ownedBy('Node1', 500),
      stepEvents('move', 3000, 4000),
      [told('drill', 5001, { kind: 'fault', fault: 'power-loss', target: 'Node1', stage: 'applied' })],
      [stage(5000, 'struck', 'power-loss of Node1'), stage(9000, 'by-itself'), stage(14_000, 'rest-over')],
      stepEvents('patch', 10_000, 12_000),
      blockEvents({ block: 'patch', node: 'Node1', fromMs: 10_100, untilMs: 10_200, output: 'applied' }),
    );

  it('served again by itself, or after the rest: safe; unable to serve: not', () => {
    const check = (cutOff: [number, number][], of = struck) =>
      judgedBy(course(cutOff), of)['runbook-safe-point'];
    expect(check([[5000, 6500]])?.verdict).to.equal('upheld');
    expect(check([[5000, 6500]])?.evidence).to.match(
      /after move, power-loss of Node1: users served again by itself, cut off for 1,/,
    );
    expect(check([[5000, 11_000]])?.evidence).to.match(/only after the rest/);
    expect(check([[5000, 99_000]])).to.deep.include({ verdict: 'refuted' });
    expect(check([[5000, 99_000]])?.evidence).to.match(/unable to serve, cut off for at least/);
  });

  it('longer than is allowed at a fault: not safe', () => {
    const strict = runbookFacts(
      runbookOf(MOVE_AND_PATCH.replace('outage: 2s', 'outage: 2s\noutage-at-fault: 1s')),
      struck.runbook.variation,
    );
    expect(judgedBy(course([[5000, 6500]]), strict)['runbook-safe-point']?.verdict).to.equal('refuted');
  });

  it('a boundary that was not reached is inconclusive', () => {
    expect(judgedBy(timelineOf(load(5000, [])), struck)['runbook-safe-point']?.verdict).to.equal(
      'inconclusive',
    );
  });

  describe('taken back', () => {
    const back = runbookFacts(runbook, { kind: 'rollback', from: 2 });
    const files = { '/etc/vfstab': 'one line\n' };
    const way = (after: Record<string, string>, exit = 0, owner: 'Node1' | 'Node2' = 'Node1') =>
      timelineOf(
        load(20_000, []),
        ownedBy('Node1', 500),
        [snapshot(3000, 'start', { Node1: files, Node2: files })],
        stepEvents('move', 4000, 5000),
        stepEvents('patch', 6000, 7000),
        blockEvents({ block: 'unpatch', node: 'Node1', role: 'rollback', fromMs: 8000, untilMs: 8100, exit }),
        ownedBy(owner, 8200),
        [snapshot(9000, 'rolled-back', { Node1: after, Node2: files }), stage(9500, 'rolled-back')],
      );
    const check = (timeline: Timeline) => judgedBy(timeline, back)['runbook-way-back'];

    it('as at the start: upheld', () => expect(check(way(files))?.verdict).to.equal('upheld'));
    it('a file that stayed, a rollback that failed, an owner that moved: refuted', () => {
      const stayed = check(way({ ...files, '/etc/rc3.d/S99': 'x' }));
      expect(stayed?.verdict).to.equal('refuted');
      expect(stayed?.evidence).to.match(/Node1 since the start: \/etc\/rc3\.d\/S99/);
      expect(check(way(files, 1))?.evidence).to.match(/unpatch on Node1: exit status 1/);
      expect(check(way(files, 0, 'Node2'))?.evidence).to.match(/CAL-RG was with Node1 and is with Node2/);
    });
  });
});

describe('services that clients use by commands', () => {
  const database = {
    ...service,
    name: 'PG-RG',
    address: '198.18.0.101',
    serverBase: '',
    mountPoint: '/pg',
    volume: 'penguin/d500',
    luns: ['penguin/d500'],
  };
  const own = { ...runbookFacts(runbook), servicesByCommand: [database] };
  const writes = load(5000, []).map((event) => ({ ...event, service: 'PG-RG' }) as TimelineEvent);
  const ids = writes.flatMap((event) =>
    event.kind === 'operation' && event.operation === 'write' ? [event.uid] : [],
  );
  const readBack = (uids: readonly string[], sequences = [0]): TimelineEvent =>
    told('client-PG-RG', 9000, {
      kind: 'read-back',
      service: 'PG-RG',
      asked: ids.length,
      found: uids.map((uid) => ({ uid, sequences })),
      problem: '',
    });
  const mounted = (node: string, atMs: number): TimelineEvent =>
    mountsOn(node, atMs, {
      point: '/pg',
      device: node === 'Node1' ? '7:2' : '7:3',
      backing: '/array/penguin/d500',
      cut: false,
      readOnly: false,
    });
  const looks = (atMs: number): TimelineEvent =>
    told('witness', atMs, { kind: 'looks', looks: 50, longestGapMs: 20 });
  const check = (...events: TimelineEvent[]) =>
    judgedBy(
      timelineOf(writes, [
        mounted('Node1', 500),
        addressesOn('Node1', 501, database.address),
        looks(900),
        looks(9500),
        ...events,
      ]),
      own,
    )['runbook-clients'];

  it('every acknowledged write is there once: upheld', () => {
    const found = check(readBack(ids));
    expect(found?.verdict, found?.evidence).to.equal('upheld');
  });
  it('one is missing, or there twice, or the disk was on two nodes: refuted; nobody read back: inconclusive', () => {
    expect(check(readBack(ids.slice(1)))?.evidence).to.include('1 missing when read back');
    expect(check(readBack(ids.slice(1)))?.verdict).to.equal('refuted');
    expect(check(readBack(ids, [0, 1]))?.verdict).to.equal('refuted');
    expect(check(readBack(ids), mounted('Node2', 3000))?.verdict).to.equal('refuted');
    expect(check()?.verdict).to.equal('inconclusive');
  });
});

describe('drift', () => {
  it('is shown as a unified diff, and what differs by nature is left out', () => {
    const timeline = timelineOf(
      wentWell().filter(({ kind }) => kind !== 'snapshot'),
      [
        snapshot(3500, 'start', { Node1: { '/etc/a': 'one\ntwo\n' } }),
        snapshot(8500, 'end', {
          Node1: { '/etc/a': 'one\nthree\n', '/var/adm/x.log': 'l', '/etc/new': 'n\n' },
        }),
      ],
    );
    const { drift } = runbookResult(timeline, facts);
    expect(drift.map(({ kind, what, path }) => [kind, what, path])).to.deep.equal([
      ['start', 'Node1 since the start', '/etc/a'],
      ['start', 'Node1 since the start', '/etc/new'],
    ]);
    expect(drift[0]?.diff).to.equal('--- /etc/a\n+++ /etc/a\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n');
    expect(drift[1]?.diff).to.include('--- /dev/null\n+++ /etc/new\n');
  });
});

describe('deviations', () => {
  it('several statuses, any, and texts that must not be there', () => {
    const end = { exit: 9, output: 'half done', ended: 'exited' as const };
    const promised = { expect: [], notExpect: [{ text: 'HALF', flags: 'i' }], timeoutMs: 1000 };
    expect(deviationsOf({ ...promised, exit: [0, 9] }, end)).to.deep.equal(['/HALF/i is in its output']);
    expect(deviationsOf({ ...promised, exit: null, notExpect: [] }, end)).to.deep.equal([]);
  });
});
