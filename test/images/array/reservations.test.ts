import { expect } from 'chai';
import fc from 'fast-check';
import { DeviceBusy, ReservationConflict, Reservations } from '../../../images/array/reservations.ts';

const NODES = ['n1', 'n2', 'n3'];

/** All nodes with keys of generation 5. */
function registered(nodes = NODES): Reservations {
  const reservations = new Reservations();
  for (const node of nodes) reservations.register(node, 'lun', 5);
  return reservations;
}

describe('reservations', () => {
  it('let the first of two that preempt each other win', () => {
    const reservations = registered();
    reservations.preempt('n2', 'n1', 'lun', 5);
    expect(() => reservations.preempt('n1', 'n2', 'lun', 5)).to.throw(ReservationConflict, /keys of n1/);
    expect(reservations.isRegistered('n2', 'lun')).to.equal(true);
  });

  it('go with the key, and are anybody’s then', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    expect(reservations.preempt('n2', 'n1', 'lun', 5)).to.equal('taken');
    expect(reservations.holder('lun')).to.equal(undefined);
    expect(() => reservations.reserve('n1', 'lun')).to.throw(ReservationConflict);
    reservations.reserve('n3', 'lun');
    expect(reservations.holder('lun')).to.equal('n3');
  });

  it('stay where they are when another than the holder is preempted', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.preempt('n2', 'n3', 'lun', 5);
    expect(reservations.holder('lun')).to.equal('n1');
  });

  it('are refused while another node that has its key holds them, and can be had after its release', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.reserve('n1', 'lun');
    expect(() => reservations.reserve('n2', 'lun')).to.throw(DeviceBusy, 'lun is reserved by n1');
    expect(reservations.release('n2', 'lun')).to.equal(false);
    expect(reservations.release('n1', 'lun')).to.equal(true);
    reservations.reserve('n2', 'lun');
    expect(reservations.holder('lun')).to.equal('n2');
  });

  it('end with the life that made them, and not with a key of the same life', () => {
    const reservations = registered();
    reservations.reserve('n1', 'lun');
    reservations.register('n1', 'lun', 5);
    expect(reservations.holder('lun')).to.equal('n1');
    reservations.register('n1', 'lun', 6);
    expect(reservations.holder('lun')).to.equal(undefined);
  });

  it('are each of one LUN only', () => {
    const reservations = registered();
    reservations.register('n1', 'other', 5);
    reservations.preempt('n2', 'n1', 'lun', 5);
    expect(reservations.isRegistered('n1', 'other')).to.equal(true);
    expect(() => reservations.reserve('n2', 'other')).to.throw(ReservationConflict);
  });

  it('take a victim that is gone already, so that two may fence it', () => {
    const reservations = registered();
    reservations.preempt('n1', 'n3', 'lun', 5);
    expect(reservations.preempt('n2', 'n3', 'lun', 5)).to.equal('gone');
    expect(reservations.preempt('n2', 'n9', 'lun', 5)).to.equal('none');
  });
});

describe('the generation of a key', () => {
  it('saves it from a preempt of an earlier one that comes late', () => {
    const reservations = registered();
    reservations.register('n2', 'lun', 7);
    expect(reservations.preempt('n1', 'n2', 'lun', 6)).to.equal('later');
    expect(() => reservations.check('n2', 'lun')).not.to.throw();
  });

  it('bars a registration that comes after its node was fenced, and not that of a later life', () => {
    const reservations = registered(['n1']);
    reservations.preempt('n1', 'n2', 'lun', 6);
    expect(() => reservations.register('n2', 'lun', 6))
      .to.throw(ReservationConflict, 'keys of n2 up to generation 6')
      .with.property('barred', 6);
    reservations.register('n2', 'lun', 7);
    expect(() => reservations.reserve('n2', 'lun')).not.to.throw();
  });

  it('never goes back', () => {
    const reservations = registered();
    reservations.register('n1', 'lun', 8);
    reservations.register('n1', 'lun', 6);
    expect(reservations.preempt('n2', 'n1', 'lun', 7)).to.equal('later');
  });

  it('is no help against a preempt of the same one', () => {
    const reservations = registered();
    expect(reservations.preempt('n1', 'n2', 'lun', 5)).to.equal('taken');
  });
});

describe('a race for a LUN', () => {
  it('has exactly one winner, whatever the order in which nodes preempt all others', () => {
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
            reservations.preempt(node, victim, 'lun', 5);
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
