import { expect } from 'chai';
import fc from 'fast-check';
import { ReservationConflict, Reservations } from '../../../images/array/reservations.ts';

const NODES = ['n1', 'n2', 'n3'];

function registered(nodes = NODES): Reservations {
  const reservations = new Reservations();
  for (const node of nodes) reservations.register(node, 'lun');
  return reservations;
}

describe('reservations', () => {
  it('let the first of two that preempt each other win', () => {
    const reservations = registered();
    reservations.preempt('n2', 'n1', 'lun');
    expect(() => reservations.preempt('n1', 'n2', 'lun')).to.throw(ReservationConflict, /key of n1/);
    expect(reservations.isRegistered('n2', 'lun')).to.equal(true);
  });

  it('pass from the victim to who preempted it', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.preempt('n2', 'n1', 'lun');
    expect(reservations.holder('lun')).to.equal('n2');
    expect(() => reservations.reserve('n1', 'lun')).to.throw(ReservationConflict);
  });

  it('stay where they are when another than the holder is preempted', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.preempt('n2', 'n3', 'lun');
    expect(reservations.holder('lun')).to.equal('n1');
  });

  it('move to another registered node that asks', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.reserve('n2', 'lun');
    expect(reservations.holder('lun')).to.equal('n2');
  });

  it('are each of one LUN only', () => {
    const reservations = registered();
    reservations.register('n1', 'other');
    reservations.preempt('n2', 'n1', 'lun');
    expect(reservations.isRegistered('n1', 'other')).to.equal(true);
    expect(() => reservations.reserve('n2', 'other')).to.throw(ReservationConflict);
  });

  it('take a victim that is gone already, so that two may fence it', () => {
    const reservations = registered();
    reservations.preempt('n1', 'n3', 'lun');
    expect(() => reservations.preempt('n2', 'n3', 'lun')).not.to.throw();
  });

  it('can be had again after a new registration', () => {
    const reservations = registered();
    reservations.preempt('n1', 'n2', 'lun');
    reservations.register('n2', 'lun');
    expect(() => reservations.reserve('n2', 'lun')).not.to.throw();
  });

  it('leave exactly one winner of a race of nodes that preempt all others, whatever the order', () => {
    const order = fc.shuffledSubarray(
      NODES.flatMap((node) => NODES.filter((other) => other !== node).map((victim) => ({ node, victim }))),
      { minLength: 6, maxLength: 6 },
    );
    fc.assert(
      fc.property(order, (calls) => {
        const reservations = registered();
        const refused = new Set<string>();
        for (const { node, victim } of calls) {
          try {
            reservations.preempt(node, victim, 'lun');
          } catch (error) {
            expect(error).to.be.instanceOf(ReservationConflict);
            refused.add(node);
          }
        }
        const left = NODES.filter((node) => reservations.isRegistered(node, 'lun'));
        expect(left).to.have.length(1);
        expect(left.filter((node) => refused.has(node))).to.deep.equal([]);
      }),
    );
  });
});
