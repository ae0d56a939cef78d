import { expect } from 'chai';
import { mountOf, mountPointsIn, programIn } from '../../../images/witness/instances.ts';

describe('a close look at instances', () => {
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
