import { expect } from 'chai';
import { othersBeside } from '../../../../images/node/cluster/logical-addresses.ts';
import { Standstill } from '../../../../images/node/cluster/standstill.ts';

describe('a node that stood still', () => {
  let did: string[];
  let isHeard: boolean;
  let standstill: Standstill;
  beforeEach(() => {
    [did, isHeard] = [[], false];
    standstill = new Standstill({
      timeoutMs: 1000,
      withdraw: () => {
        did.push('off');
        return ['198.18.1.200'];
      },
      restore: () => did.push('on'),
      isHeard: () => isHeard,
      tell: (stoodMs, withdrawn) => did.push(`${stoodMs} ${withdrawn.join()}`),
    });
  });

  it('does nothing as long as it goes on, however slowly', () => {
    for (const nowMs of [0, 100, 1100, 2100]) standstill.look(nowMs);
    expect(did).to.deep.equal([]);
  });

  it('takes its addresses off at once, and puts them back when the others hear it', () => {
    standstill.look(0);
    standstill.look(1001);
    expect(did).to.deep.equal(['off', '1001 198.18.1.200']);
    standstill.look(1101);
    expect(did).to.have.length(2);
    isHeard = true;
    standstill.look(1201);
    standstill.look(1301);
    expect(did.slice(2)).to.deep.equal(['on']);
  });

  it('does not trust what the others said before it stood still', () => {
    isHeard = true;
    standstill.look(0);
    standstill.look(5000);
    expect(did).to.deep.equal(['off', '5000 198.18.1.200']);
  });
});

describe("the addresses beside a node's own", () => {
  const interfaces = [
    { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }] },
    { ifname: 'eth1', addr_info: [{ local: '198.18.2.10' }] },
    {
      ifname: 'eth0',
      addr_info: [{ local: '198.18.1.10' }, { local: '198.18.1.200' }, { local: '198.18.1.201' }],
    },
  ];

  it('are all others of that interface, and none of the interconnects', () => {
    expect(othersBeside('198.18.1.10', interfaces)).to.deep.equal([
      { device: 'eth0', address: '198.18.1.200' },
      { device: 'eth0', address: '198.18.1.201' },
    ]);
  });

  it('are none of a node whose interface has gone', () => {
    expect(othersBeside('198.18.9.10', interfaces)).to.deep.equal([]);
  });
});
