import { expect } from 'chai';
import { mountOf, mountPointsIn, parseSockets, programIn } from '../../../images/witness/instances.ts';

describe('a close look at instances', () => {
  it('reads sockets of both versions of IP', () => {
    const head =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
    const rest = '00000000:00000000 00:00000000 00000000  6300        0';
    expect(
      parseSockets(`${head}   0: C80012C6:0050 00000000:0000 0A ${rest} 4711 1 0 100 0 0 10 0\n`),
    ).to.deep.equal([{ inode: '4711', listens: true, local: '198.18.0.200:80', remote: '0.0.0.0:0' }]);
    const mapped = '0000000000000000FFFF0000C80012C6';
    const [one] = parseSockets(
      `${head}   0: ${mapped}:0050 ${mapped}:C350 01 ${rest} 4712 1 0 20 4 30 10 -1\n`,
    );
    expect(one).to.deep.equal({
      inode: '4712',
      listens: false,
      local: '198.18.0.200:80',
      remote: '198.18.0.200:50000',
    });
  });

  it('knows the innermost mount of a path', () => {
    const points = mountPointsIn(
      '1 0 0:1 / / rw - x\n2 1 7:1 / /cal/Node1 rw - x\n3 1 0:5 / /proc rw - x\n4 2 7:2 / /cal/Node1/csdb rw - x',
    );
    expect(points).to.deep.equal(['/cal/Node1', '/cal/Node1/csdb']);
    expect(mountOf('/cal/Node1/csdb/a.db', points)).to.equal('/cal/Node1/csdb');
    expect(mountOf('/cal/Node10/a.db', points)).to.equal(undefined);
  });

  it('knows a process of an instance by the base behind its program, wherever that is', () => {
    const base = '/opt/Node1/SUNWics5/cal';
    expect(programIn(['node', `${base}/lib/watcher.ts`, base, ''], base)).to.equal(`${base}/lib/watcher.ts`);
    expect(programIn(['node', '/opt/Node2/lib/watcher.ts', base], base)).to.equal(
      '/opt/Node2/lib/watcher.ts',
    );
    expect(programIn(['node', `${base}/lib/watcher.ts`, '/opt/Node2'], base)).to.equal(undefined);
    expect(programIn(['cat', base], base)).to.equal(undefined);
  });
});
