import { expect } from 'chai';
import { singleAddress } from '../../harness/checkers/single-address.ts';
import { singleMount } from '../../harness/checkers/single-mount.ts';
import type { TimelineEvent } from '../../harness/timeline.ts';
import { addressesOn, facts, mountOf, mountsOn, service, sorted, told } from '../helpers/told.ts';

/** The witness looks every 30 ms at the longest. */
const looks = [1000, 2000].map((atMs) =>
  told('witness', atMs, { kind: 'looks', looks: 40, longestGapMs: 30 }),
);
const cut = { ...mountOf('7:1'), cut: true };

function verdictOnMounts(...events: TimelineEvent[]) {
  return singleMount.check(sorted([mountsOn('Node1', 0, mountOf('7:1')), ...looks, ...events]), facts)
    .verdict;
}

function verdictOnAddresses(...events: TimelineEvent[]) {
  return singleAddress.check(sorted([addressesOn('Node1', 0, service.address), ...looks, ...events]), facts)
    .verdict;
}

describe('single-mount', () => {
  const taken = mountsOn('Node2', 1500, mountOf('7:4'));

  it('refutes two ports for longer than the witness looks away', () => {
    expect(verdictOnMounts(taken, mountsOn('Node1', 1531))).to.equal('refuted');
  });

  it('is not excused by a witness that looked away at another time', () => {
    const later = [2900, 3900].map((atMs) =>
      told('witness', atMs, { kind: 'looks', looks: 40, longestGapMs: atMs > 3000 ? 400 : 30 }),
    );
    expect(verdictOnMounts(taken, mountsOn('Node1', 1600), ...later)).to.equal('refuted');
  });

  it('cannot tell an overlap within one look from a hand-over', () => {
    expect(verdictOnMounts(taken, mountsOn('Node1', 1530))).to.equal('upheld');
  });

  it('lets a hung node keep the mount of a port that is cut', () => {
    expect(verdictOnMounts(mountsOn('Node1', 1490, cut), taken)).to.equal('upheld');
  });

  it('refutes a port that is cut only later', () => {
    expect(verdictOnMounts(taken, mountsOn('Node1', 1900, cut))).to.equal('refuted');
  });

  it('refutes two ports on one node as well', () => {
    expect(verdictOnMounts(mountsOn('Node1', 1500, mountOf('7:1'), mountOf('7:9')))).to.equal('refuted');
  });

  it('allows one port at two mount points', () => {
    const second = { ...mountOf('7:1'), point: '/elsewhere' };
    expect(verdictOnMounts(mountsOn('Node1', 1500, mountOf('7:1'), second))).to.equal('upheld');
  });

  it('takes a node that is gone for one without mounts', () => {
    const gone = told('witness', 1400, { kind: 'node-gone', node: 'Node1', pid: 1 });
    expect(verdictOnMounts(gone, taken)).to.equal('upheld');
  });

  it('is inconclusive when the LUN was never seen mounted', () => {
    expect(singleMount.check(looks, facts).verdict).to.equal('inconclusive');
  });
});

describe('single-address', () => {
  const taken = addressesOn('Node2', 1500, `${service.address}/24`);

  it('refutes two nodes for longer than the witness looks away', () => {
    expect(verdictOnAddresses(taken, addressesOn('Node1', 1531))).to.equal('refuted');
  });

  it('cannot tell an overlap within one look from a hand-over', () => {
    expect(verdictOnAddresses(taken, addressesOn('Node1', 1530))).to.equal('upheld');
  });

  it('does not mind an address that is no logical one', () => {
    const other = addressesOn('Node2', 1500, '198.18.0.12');
    expect(verdictOnAddresses(addressesOn('Node1', 0, service.address, '198.18.0.12'), other)).to.equal(
      'upheld',
    );
  });
});
