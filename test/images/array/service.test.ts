/** The array's service and the node's side of it, over real HTTP. */
import { expect } from 'chai';
import { DeviceBusy, ReservationConflict } from '../../../images/node/cluster/arrays.ts';
import { ArrayOnLoopback } from '../../helpers/array-service.ts';

const disk = { array: 'a1', lun: 'd1', quorum: false };
const other = { array: 'a1', lun: 'd2', quorum: false };

describe("an array's service", () => {
  let array: ArrayOnLoopback;
  beforeEach(() => {
    array = new ArrayOnLoopback();
  });
  afterEach(() => array.end());

  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => {
        throw new Error('it was not refused');
      },
      (error: Error) => error,
    );

  it('attaches no port without a key', async () => {
    const n1 = await array.cable('n1', [disk]);
    expect(await refusal(n1.attach(disk))).to.be.instanceOf(ReservationConflict);
    await n1.register(disk, 1);
    await n1.attach(disk);
    expect(array.devices).to.deep.equal(['n1 /dev/lun/a1/d1 1']);
  });

  it('cuts the port with the key, and leaves those of a later life', async () => {
    const [n1, n2] = [await array.cable('n1', [disk]), await array.cable('n2', [disk])];
    for (const one of [n1, n2]) {
      await one.register(disk, 1);
      await one.attach(disk);
    }
    expect(await n2.preempt(disk, ['n1'], 1)).to.deep.equal([]);
    expect(array.disks.ports.get('n1 d1')).to.equal(true);
    await n1.register(disk, 2);
    await n1.attach(disk);
    expect(await n2.preempt(disk, ['n1'], 1)).to.deep.equal(['n1']);
    expect(array.disks.ports.get('n1 d1')).to.equal(false);
  });

  it('cuts a port that was on its way when the key was taken', async () => {
    const [n1, n2] = [await array.cable('n1', [disk]), await array.cable('n2', [disk])];
    await n1.register(disk, 1);
    await n2.register(disk, 1);
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    array.disks.before = () => {
      begun.resolve();
      return goOn.promise;
    };
    const attached = n1.attach(disk);
    await begun.promise;
    const fenced = n2.preempt(disk, ['n1'], 1);
    goOn.resolve();
    await Promise.all([attached, fenced]);
    expect(array.disks.ports.get('n1 d1')).to.equal(true);
    const preempted = array.told.filter(({ kind }) => kind === 'preempted');
    expect(preempted).to.deep.equal([
      { kind: 'preempted', node: 'n2', victim: 'n1', lun: 'a1/d1', granted: true },
    ]);
  });

  it('of two nodes that preempt all others lets the second take no key at all', async () => {
    const [n1, n2] = [await array.cable('n1', [disk]), await array.cable('n2', [disk])];
    for (const node of ['n1', 'n2', 'n3']) array.keys.register(node, 'd1', 1);
    await n2.preempt(disk, ['n1'], 1);
    const conflict = await refusal(n1.preempt(disk, ['n3', 'n2'], 1));
    expect(conflict).to.be.instanceOf(ReservationConflict).with.property('barred', 1);
    expect(['n2', 'n3'].map((node) => array.keys.isRegistered(node, 'd1'))).to.deep.equal([true, true]);
  });

  it('tells a node that others hold the disk from one that has lost its key', async () => {
    const [n1, n2] = [await array.cable('n1', [disk]), await array.cable('n2', [disk])];
    await n1.register(disk, 1);
    await n1.reserve(disk);
    expect(await refusal(n2.reserve(disk))).to.be.instanceOf(ReservationConflict);
    await n2.register(disk, 1);
    expect(await refusal(n2.reserve(disk))).to.be.instanceOf(DeviceBusy);
    await n1.release(disk);
    await n2.reserve(disk);
    expect(array.keys.holder('d1')).to.equal('n2');
  });

  it('looks at several LUNs at once', async () => {
    const n1 = await array.cable('n1', [disk, other]);
    await n1.register(disk, 1);
    array.keys.register('n2', 'd2', 1);
    array.keys.preempt('n2', 'n1', 'd2', 4);
    expect(await n1.check('a1', ['d1', 'd2'])).to.deep.equal({ d1: { attached: false }, d2: { barred: 4 } });
  });

  it('keeps keys and reservations over a loss, during which it answers nothing of them', async () => {
    const n1 = await array.cable('n1', [disk]);
    await n1.register(disk, 1);
    await n1.reserve(disk);
    array.disks.isLost = true;
    for (const call of [
      n1.register(disk, 2),
      n1.reserve(disk),
      n1.check('a1', ['d1']),
      n1.preempt(disk, ['n2'], 1),
    ]) {
      const error = await refusal(call);
      expect(error.message).to.include('array a1 is lost');
      expect(error).not.to.be.instanceOf(ReservationConflict);
    }
    array.disks.isLost = false;
    expect(array.keys.holder('d1')).to.equal('n1');
  });

  it('gets a release that it could not take later', async () => {
    const n1 = await array.cable('n1', [disk]);
    await n1.register(disk, 1);
    await n1.reserve(disk);
    array.disks.isLost = true;
    await refusal(n1.release(disk));
    array.disks.isLost = false;
    expect(array.keys.holder('d1')).to.equal('n1');
    await n1.releaseLate('a1');
    expect(array.keys.holder('d1')).to.equal(undefined);
  });

  it('does not give up what was reserved again in the meantime', async () => {
    const n1 = await array.cable('n1', [disk]);
    await n1.register(disk, 1);
    array.disks.isLost = true;
    await refusal(n1.release(disk));
    array.disks.isLost = false;
    await n1.reserve(disk);
    await n1.releaseLate('a1');
    expect(array.keys.holder('d1')).to.equal('n1');
  });

  it('refuses what it does not know in one line', async () => {
    const n1 = await array.cable('n1', [disk]);
    expect((await refusal(n1.register({ ...disk, lun: 'x9' }, 1))).message).to.include(
      'array a1 has no LUN x9',
    );
    expect((await refusal(n1.register({ ...disk, array: 'a9' }, 1))).message).to.include(
      'no cable to array a9',
    );
  });

  it('is not reserved while nodes may still have their keys there', async () => {
    const n1 = await array.cable('n1', [disk]);
    await n1.register(disk, 1);
    n1.guardReservations((name) => (name === 'a1' ? ['n2'] : []));
    const error = await refusal(n1.reserve(disk));
    expect(error.message).to.equal('array a1 may still serve n2: not fenced there yet');
    const sabotaged = await array.cable('n1', [disk], { sabotage: 'mount-before-fence' });
    sabotaged.guardReservations(() => ['n2']);
    array.keys.register('n2', 'd1', 1);
    array.keys.reserve('n2', 'd1');
    await sabotaged.reserve(disk);
  });
});
