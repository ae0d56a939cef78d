import { expect } from 'chai';
import fc from 'fast-check';
import { explain, type Reason, reasonsOf } from '../harness/reasons.ts';
import type { ServiceFacts, TimelineEvent } from '../harness/timeline.ts';
import type { AnyEvent } from '../images/common/protocol.ts';
import { operation, processesOn, service, sorted, told } from './helpers/told.ts';

const group = service.name;
const members = ['Node1', 'Node2'];
const view = (node: string, atMs: number, quorum = true) =>
  told(node, atMs, { kind: 'view', members, generation: 1, quorum });
const seen = (node: string, atMs: number) => told('witness', atMs, { kind: 'node-seen', node, pid: 1 });
const gone = (node: string, atMs: number) => told('witness', atMs, { kind: 'node-gone', node, pid: 1 });
const state = (node: string, atMs: number, state: string) =>
  told(node, atMs, { kind: 'group-state', group, state });
const fault = (name: string, target: string, stage: 'applied' | 'undone', atMs: number) =>
  told('drill', atMs, { kind: 'fault', fault: name, target, stage });
const method = (node: string, atMs: number, name: string, stage: 'begin' | 'end'): TimelineEvent => {
  const what = { method: name, resource: 'CAL-SVR-RS', group };
  const event: AnyEvent =
    stage === 'begin'
      ? { kind: 'method-begin', ...what }
      : { kind: 'method-end', ...what, ok: true, message: '' };
  return told(node, atMs, event);
};
const command = (atMs: number, stage: 'begin' | 'end') =>
  told('drill', atMs, { kind: 'command', node: 'Node1', line: 'scswitch', stage, exit: null, output: '' });
const array = (name: string, atMs: number, kind: 'array-lost' | 'array-back') => told(name, atMs, { kind });

const found = (events: TimelineEvent[], of: ServiceFacts = service) => {
  const timeline = sorted(events);
  return reasonsOf(timeline, of).map(({ name, node, fromMs, untilMs }) => [name, node, fromMs, untilMs]);
};
const FOR_EVER = Number.POSITIVE_INFINITY;

describe('reasons for being cut off', () => {
  it('nodes that are off, that have not joined yet, and that have no majority', () => {
    const events = [
      ...['Node1', 'Node2'].flatMap((node) => [seen(node, 10), view(node, 20)]),
      view('Node2', 100, false),
      gone('Node1', 110),
      gone('Node2', 120),
      seen('Node2', 200),
      view('Node2', 300),
      seen('Node1', 310),
    ];
    expect(found(events)).to.deep.equal([
      ['no quorum', '', 110, 120],
      ['nodes down', '', 120, 200],
      ['cluster forms', '', 200, 300],
    ]);
  });

  it('not those of a node while another that can have the service is a member', () => {
    expect(found([view('Node1', 10), view('Node2', 10), gone('Node1', 20), seen('Node1', 50)])).to.deep.equal(
      [],
    );
  });

  it('a store of which every half is lost', () => {
    const mirrored = { ...service, luns: ['penguin/d401', 'polarbear/d402'] };
    const events = [
      array('penguin', 10, 'array-lost'),
      array('polarbear', 20, 'array-lost'),
      array('penguin', 30, 'array-back'),
      array('other', 40, 'array-lost'),
    ];
    expect(found(events, mirrored)).to.deep.equal([['storage lost', '', 20, 30]]);
    expect(found(events)).to.deep.equal([['storage lost', '', 10, 30]]);
  });

  it('a node’s try from which nobody was ever served', () => {
    const tried = [state('Node2', 10, 'Pending_online'), state('Node2', 60, 'Online')];
    const given = [state('Node2', 70, 'Pending_offline'), state('Node2', 90, 'Offline')];
    expect(found([...tried, ...given])).to.deep.equal([['failed start', 'Node2', 10, 90]]);
    expect(found([...tried, gone('Node2', 80)])).to.deep.include(['failed start', 'Node2', 10, 80]);
    const served = { ...operation('write', 'u', 61, 65, 'ok'), node: 'Node2' } as TimelineEvent;
    expect(found([...tried, served, ...given])).to.deep.equal([]);
  });

  it('a fault of which the cluster has not taken notice', () => {
    const kill = fault('process-kill', 'Node1', 'applied', 10);
    expect(
      found([
        kill,
        method('Node2', 20, 'ics_monitor_check', 'begin'),
        method('Node1', 30, 'ics_svc_stop', 'begin'),
      ]),
    ).to.deep.equal([['detection', 'Node1', 10, 30]]);
    const suspected = told('Node2', 50, { kind: 'suspected', peer: 'Node1' });
    expect(found([fault('hang', 'Node1', 'applied', 10), suspected])).to.deep.equal([
      ['detection', 'Node2', 10, 50],
    ]);
    expect(found([kill, command(20, 'begin'), method('Node1', 30, 'ics_svc_stop', 'begin')])).to.deep.equal(
      [],
    );
    expect(found([kill, method('Node1', 30, 'ics_svc_start', 'begin')])).to.deep.equal([]);
  });

  it('an operator who stopped the service, until it is started again', () => {
    const stopped = [
      command(10, 'begin'),
      method('Node1', 20, 'ics_svc_stop', 'begin'),
      method('Node1', 40, 'ics_svc_stop', 'end'),
      command(50, 'end'),
    ];
    const started = [command(90, 'begin'), method('Node2', 100, 'ics_svc_start', 'begin')];
    expect(found([...stopped, ...started])).to.deep.equal([['switched off', '', 50, 100]]);
    expect(found([...stopped, method('Node2', 45, 'ics_svc_start', 'begin')])).to.deep.equal([]);
    const later = stopped.map((event) =>
      event.kind === 'command' ? { ...event, atMs: event.atMs - 100 } : event,
    );
    expect(found([...later, ...started])).to.deep.equal([]);
  });

  it('a process that died, until the service answers again with its successor', () => {
    const died = [
      processesOn('Node1', 10, ['watcher', 'cshttpd']),
      processesOn('Node1', 20, ['watcher']),
      processesOn('Node1', 30, ['cshttpd', 'watcher']),
    ];
    const answer = operation('write', 'u', 40, 45, 'ok');
    const restart = ['process restart', 'Node1', 20, 45];
    expect(found([...died, answer])).to.deep.include(restart);
    const byCluster = [method('Node1', 25, 'ics_svc_start', 'begin'), answer];
    expect(found([...died, ...byCluster])).to.not.deep.include(restart);
    expect(found([...died, gone('Node1', 25), answer])).to.not.deep.include(restart);
  });

  it('a fault that cuts a service off where it is, while it lasts', () => {
    const full = fault('disk-full', 'CAL-RG', 'applied', 10);
    expect(found([full, fault('disk-full', 'CAL-RG', 'undone', 50)])).to.deep.equal([
      ['disk full', '', 10, 50],
    ]);
    expect(found([full])).to.deep.equal([['disk full', '', 10, FOR_EVER]]);
    expect(found([fault('interconnect-loss', 'Node1', 'applied', 10)])).to.deep.equal([]);
  });
});

describe('nodes that have left', () => {
  it('are given time to stop: until the first START of the group on the node that lost them', () => {
    const alone = told('Node2', 50, { kind: 'view', members: ['Node2'], generation: 2, quorum: true });
    const begun = ['hastorageplus_prenet_start', 'hafoip_monitor_start', 'hafoip_start', 'ics_svc_start'].map(
      (name, index) => method('Node2', 60 + index * 10, name, 'begin'),
    );
    expect(found([view('Node2', 10), alone, ...begun])).to.deep.equal([['grace', 'Node2', 50, 80]]);
    expect(found([alone, ...begun]), 'nobody was there before').to.deep.equal([]);
    expect(found([view('Node2', 10), view('Node2', 50), ...begun]), 'nobody left').to.deep.equal([]);
  });
});

describe('explaining a time', () => {
  const reason = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 }))
    .map(([name, fromMs, length]): Reason => ({ name, node: '', fromMs, untilMs: fromMs + length }));
  const whole: Reason = { name: 'unexplained', node: 'Node1', fromMs: 20, untilMs: 80 };

  it('leaves no gap, and each moment has the first reason that covers it', () => {
    fc.assert(
      fc.property(fc.array(reason, { maxLength: 8 }), (reasons) => {
        const pieces = explain(reasons, whole);
        expect(pieces[0]?.fromMs).to.equal(whole.fromMs);
        expect(pieces.at(-1)?.untilMs).to.equal(whole.untilMs);
        for (const [index, piece] of pieces.entries()) {
          if (index > 0) expect(piece.fromMs).to.equal(pieces[index - 1]?.untilMs);
          for (let atMs = piece.fromMs; atMs < piece.untilMs; atMs += 1) {
            const covers = (one: Reason) => one.fromMs <= atMs && one.untilMs > atMs;
            expect(piece.name).to.equal((reasons.find(covers) ?? whole).name);
          }
        }
      }),
    );
  });
});
