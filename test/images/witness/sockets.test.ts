import { expect } from 'chai';
import { parseSockets } from '../../../images/witness/sockets.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const REST = '00000000:00000000 00:00000000 00000000  6300        0';

describe('sockets in the tables of the kernel', () => {
  it('are read with both ends, and with whether they listen', () => {
    const table = `${HEAD}   0: C80012C6:0050 00000000:0000 0A ${REST} 4711 1 0 100 0 0 10 0
   1: 00000000:1F90 00000000:0000 0A ${REST} 4712 1 0 100 0 0 10 0
   2: C80012C6:0050 050012C6:C350 01 ${REST} 4713 1 0 100 0 0 10 0
`;
    expect(parseSockets(table)).to.deep.equal([
      { inode: '4711', listens: true, local: '198.18.0.200:80', remote: '0.0.0.0:0' },
      { inode: '4712', listens: true, local: '0.0.0.0:8080', remote: '0.0.0.0:0' },
      { inode: '4713', listens: false, local: '198.18.0.200:80', remote: '198.18.0.5:50000' },
    ]);
  });

  it('of version 6 are told from those of version 4, unless they stand for them', () => {
    const mapped = '0000000000000000FFFF0000C80012C6';
    const any = '0'.repeat(32);
    const local = (address: string) =>
      parseSockets(`   0: ${address}:0050 ${any}:0000 0A ${REST} 5 1 0 100 0 0 10 0`)[0]?.local;
    expect(local(mapped)).to.equal('198.18.0.200:80');
    expect(local(any)).to.equal('[0000:0000:0000:0000:0000:0000:0000:0000]:80');
    expect(local('B80D01200000000000000000C80012C6')).to.equal(
      '[2001:0db8:0000:0000:0000:0000:c612:00c8]:80',
    );
  });

  it('of a row that is cut off are left out', () => {
    expect(parseSockets(`${HEAD}   0: C80012C6:0050 00000000:00`)).to.deep.equal([]);
  });
});
