/** What drills of networks and of the directory ask: nobody notices, nothing moves, logins as the directory is there. */
import { expect } from 'chai';
import { loginsByDirectory } from '../../harness/checkers/logins-by-directory.ts';
import { staysPut } from '../../harness/checkers/stays-put.ts';
import { usersNoticeNothing } from '../../harness/checkers/users-notice-nothing.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import type { FaultStage, Outcome } from '../../images/common/protocol.ts';
import {
  addressesOn,
  daemons,
  facts,
  mountOf,
  mountsOn,
  operation,
  processesOn,
  service,
  sorted,
  told,
} from '../helpers/told.ts';

const [STRUCK, MENDED, END] = [5000, 7000, 9000];
const stage = (name: FaultStage, atMs: number, fault = 'interconnect-loss') =>
  told('drill', atMs, { kind: 'fault', fault, target: 'Node1', stage: name });
const struck = [
  stage('planned', 4900),
  stage('applied', STRUCK),
  stage('complete', STRUCK + 5),
  stage('undone', MENDED),
];

/** Every 10 ms from 2 s on; `outcomeOf` by the planned moment. */
const load = (outcomeOf: (plannedMs: number) => Outcome = () => 'ok') =>
  Array.from({ length: (END - 2000) / 10 }, (_, index) => {
    const plannedMs = 2000 + index * 10;
    return operation(
      index % 2 === 0 ? 'write' : 'read',
      `e${plannedMs}`,
      plannedMs,
      plannedMs + 4,
      outcomeOf(plannedMs),
    );
  });

const seen = [
  told('witness', 200, { kind: 'node-seen', node: 'Node1', pid: 1001 }),
  told('witness', 201, { kind: 'node-seen', node: 'Node2', pid: 1002 }),
  mountsOn('Node1', 300, mountOf('7:1')),
  addressesOn('Node1', 302, '198.18.0.11', service.address),
  processesOn('Node1', 304, daemons),
];
const verdictOf = (checker: { check: typeof staysPut.check }, ...events: TimelineEvent[]) => {
  const { verdict, evidence } = checker.check(sorted(events), facts);
  return `${verdict}: ${evidence.join(' ')}`;
};

describe('stays-put', () => {
  const still = [...seen, ...struck, ...load()];
  it('is upheld where nothing changed', () => {
    expect(verdictOf(staysPut, ...still)).to.match(/^upheld: CAL-RG: on Node1/);
  });

  for (const [what, change, why] of [
    ['the server ended', processesOn('Node1', 6000, []), /its processes ended on Node1 at 6,000 ms/],
    ['a process was replaced', processesOn('Node1', 6000, daemons.slice(1)), /its processes/],
    ['the address went', addressesOn('Node1', 6000, '198.18.0.11'), /its address ended/],
    ['the disk went elsewhere', mountsOn('Node2', 6000, mountOf('7:2')), /its disk began on Node2/],
    [
      'a node went down',
      told('witness', 6000, { kind: 'node-gone', node: 'Node2', pid: 1002 }),
      /Node2 went down/,
    ],
  ] as [string, TimelineEvent, RegExp][])
    it(`is refuted when ${what}`, () => {
      expect(verdictOf(staysPut, ...still, change))
        .to.match(/^refuted/)
        .and.to.match(why);
    });

  it('does not mind what happens after the load, nor a machine that is no node', () => {
    const client = told('witness', 6000, { kind: 'node-gone', node: 'client-CAL-RG', pid: 7 });
    expect(verdictOf(staysPut, ...still, client, processesOn('Node1', END + 1000, []))).to.match(/^upheld/);
  });

  it('is inconclusive where the service was never seen, or nothing was done', () => {
    expect(verdictOf(staysPut, ...struck, ...load())).to.match(/^inconclusive: .*were not seen anywhere/);
    expect(verdictOf(staysPut, ...seen, ...load())).to.match(/^inconclusive/);
  });
});

describe('users-notice-nothing', () => {
  it('is upheld where every operation succeeded', () => {
    expect(verdictOf(usersNoticeNothing, ...struck, ...load())).to.match(
      /^upheld: \d+ operations ended after/,
    );
  });

  it('is refuted by one operation that did not', () => {
    const one = (plannedMs: number): Outcome => (plannedMs === 6000 ? 'indeterminate' : 'ok');
    expect(verdictOf(usersNoticeNothing, ...struck, ...load(one))).to.match(
      /^refuted: 1 operation did not succeed/,
    );
  });

  it('does not mind what failed before, nor what came when the drill had seen enough', () => {
    const outside = (plannedMs: number): Outcome => (plannedMs < 4000 || plannedMs > 8000 ? 'failed' : 'ok');
    const enough = told('drill', 8100, { kind: 'observed', service: service.name, untilMs: 8000 });
    expect(verdictOf(usersNoticeNothing, ...struck, enough, ...load(outside))).to.match(/^upheld/);
  });

  it('is inconclusive with too few operations', () => {
    expect(verdictOf(usersNoticeNothing, ...struck, ...load().slice(0, 320))).to.match(/^inconclusive/);
  });
});

describe('logins-by-directory', () => {
  const away = [
    stage('planned', 4900, 'directory-silent'),
    stage('applied', STRUCK, 'directory-silent'),
    stage('complete', STRUCK + 5, 'directory-silent'),
    stage('undone', MENDED, 'directory-silent'),
  ];
  const login = (plannedMs: number, outcome: Outcome, detail = ''): TimelineEvent => {
    const event = operation('read', '', plannedMs, plannedMs + 20, outcome);
    return event.kind === 'operation' ? { ...event, operation: 'login', detail } : event;
  };
  const DOWN = 'WCAP error 1: directory-down: nobody can say';
  const before = login(3000, 'ok');
  const refused = login(6000, 'failed', DOWN);
  const after = login(8000, 'ok');

  it('is upheld where logins were refused while it was away, and let in before and after', () => {
    expect(verdictOf(loginsByDirectory, ...away, before, refused, after)).to.match(
      /^upheld: .*directory-down/,
    );
  });

  for (const [what, logins, why] of [
    ['somebody was let in without it', [before, login(6000, 'ok'), after], /ended as ok \(let in\)/],
    [
      'one got no answer',
      [before, login(6000, 'indeterminate', 'no reply in time'), after],
      /no reply in time/,
    ],
    ['the reason was not said', [before, login(6000, 'failed', 'WCAP error 1'), after], /WCAP error 1/],
    [
      'one was refused afterwards',
      [before, refused, after, login(8200, 'failed', DOWN)],
      /With the directory there/,
    ],
  ] as [string, TimelineEvent[], RegExp][])
    it(`is refuted when ${what}`, () => {
      expect(verdictOf(loginsByDirectory, ...away, ...logins))
        .to.match(/^refuted/)
        .and.to.match(why);
    });

  it('does not judge logins that were under way when it went or came back', () => {
    const across = [login(4990, 'failed', 'x'), login(6990, 'ok')];
    expect(verdictOf(loginsByDirectory, ...away, before, refused, after, ...across)).to.match(/^upheld/);
  });

  it('is inconclusive where nobody tried', () => {
    expect(verdictOf(loginsByDirectory, ...away, before, after)).to.match(/^inconclusive/);
    expect(verdictOf(loginsByDirectory, ...away, before, refused)).to.match(/^inconclusive/);
    expect(verdictOf(loginsByDirectory, before, after)).to.match(/^inconclusive/);
  });
});
