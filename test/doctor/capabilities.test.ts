import { expect } from 'chai';
import { missingFrom } from '../../harness/doctor/capabilities.ts';

describe('capabilities in /proc/PID/status', () => {
  const all = ['MKNOD', 'NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_NICE', 'SYS_PTRACE'];

  it('none is missing from a full set', () => {
    expect(missingFrom('Name:\tcat\nCapEff:\t000001fffeffffff\n', all)).to.deep.equal([]);
  });

  it('those that Docker does not grant by default are missing from its default set', () => {
    expect(missingFrom('CapEff:\t00000000a80425fb\n', all)).to.deep.equal([
      'NET_ADMIN',
      'SYS_ADMIN',
      'SYS_NICE',
      'SYS_PTRACE',
    ]);
  });

  it('all are missing where there is no such line', () => {
    expect(missingFrom('', all)).to.deep.equal(all);
  });
});
