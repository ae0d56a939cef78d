import { expect } from 'chai';
import fc from 'fast-check';
import { outagesOf } from '../harness/outage.ts';
import { phasesOf } from '../harness/phases.ts';
import type { Timeline } from '../harness/timeline.ts';
import { healthy, type Recorded, retold, withAdded, without } from './helpers/timelines.ts';
import { facts, moments, service, told } from './helpers/told.ts';

const namesOf = ({ timeline }: Recorded) => phasesOf(timeline, service, facts).map(({ name }) => name);
const phaseIn = (timeline: Timeline, name: string) =>
  phasesOf(timeline, service, facts).find((phase) => phase.name === name);
const allNames = ['detection', 'membership', 'fencing', 'mount', 'address', 'service start', 'first success'];

describe('phases', () => {
  it('of a healthy takeover are all there, in order', () => {
    expect(namesOf(healthy()).filter((name) => name !== 'unexplained')).to.deep.equal(allNames);
  });

  it('without a marker are missing, and their time is unexplained', () => {
    const names = namesOf(without(({ kind }) => kind === 'suspected'));
    expect(names.filter((name) => name !== 'unexplained')).to.deep.equal(allNames.slice(2));
    expect(names.slice(0, 2)).to.deep.equal(['unexplained', 'unexplained']);
  });

  it('end membership with the first view that leaves the primary out', () => {
    const members = ['Node1', 'Node2'];
    const { timeline } = withAdded(
      told('Node2', 7005, { kind: 'view', members, generation: 1, quorum: true }),
    );
    expect(phaseIn(timeline, 'membership')?.untilMs).to.equal(moments.view);
  });

  it('count the failed tries of a method', () => {
    const failed = {
      method: 'ics_svc_start',
      resource: 'CAL-SVR-RS',
      group: service.name,
      ok: false,
    } as const;
    const { timeline } = withAdded(told('Node2', 7200, { kind: 'method-end', ...failed, message: '' }));
    expect(phaseIn(timeline, 'service start')?.untilMs).to.equal(7280);
  });

  it('are none without an outage', () => {
    expect(namesOf(without(({ kind }) => kind === 'operation'))).to.deep.equal([]);
  });

  it('have no first success when the service never came back', () => {
    const broken = retold((event) =>
      event.kind === 'operation' && (event.plannedMs ?? 0) > 6000 ? { ...event, outcome: 'failed' } : event,
    );
    expect(namesOf(broken)).not.to.include('first success');
    expect(namesOf(broken).at(-1)).to.equal('unexplained');
  });

  it('follow each other without a gap and add up to the outage, whatever the markers say', () => {
    const changes = fc.array(fc.option(fc.integer({ min: 5000, max: 9000 })), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(changes, (moved) => {
        let index = 0;
        const broken = retold((event) => {
          if (event.source !== 'Node2') return event;
          const atMs = moved[index++];
          return atMs === null ? [] : { ...event, atMs: atMs ?? event.atMs };
        });
        const [outage] = outagesOf(broken.timeline, service, facts);
        const phases = phasesOf(broken.timeline, service, facts);
        expect(phases[0]?.fromMs).to.equal(outage?.fromMs);
        expect(phases.at(-1)?.untilMs).to.equal(outage?.untilMs);
        for (const [place, { fromMs, untilMs }] of phases.entries()) {
          expect(untilMs).to.be.above(fromMs);
          expect(fromMs).to.equal(phases[place - 1]?.untilMs ?? outage?.fromMs);
        }
      }),
    );
  });
});
