import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import {
  beginningOf,
  lives,
  mountsOf,
  parseBlackholes,
  parseFibTrie,
  parseMountinfo,
  processTree,
  routesOf,
} from '../../../images/witness/proc.ts';

const MOUNTINFO = String.raw`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 0:31 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w
412 27 7:3 / /cal rw,relatime shared:9 - ext4 /dev/loop3 rw,errors=remount-ro
413 27 7:12 / /cal2 ro,relatime master:1 propagate_from:2 - ext4 /dev/loop12 ro,norecovery
414 27 7:4 / /cal\040three rw,relatime - ext4 /dev/loop4 ro,errors=remount-ro
415 27 8:1 / /boot rw,relatime - ext4 /dev/sda1 rw
416 27 70:1 / /seven rw,relatime - ext4 /dev/x rw
`;

const FIB_TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.77.0.0/24 2 0 2
        +-- 10.77.0.0/28 2 0 2
           |-- 10.77.0.0
              /24 link UNICAST
           |-- 10.77.0.5
              /32 host LOCAL
           |-- 10.77.0.10
              /32 host LOCAL
        |-- 10.77.0.255
           /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
Local:
  +-- 10.77.0.0/24 2 0 2
     |-- 10.77.0.5
        /32 host LOCAL
     |-- 10.77.0.10
        /32 host LOCAL
`;

describe('the witness, reading the kernel', () => {
  it('sees mounts of loop devices alone, and which are read-only: by mount or because of an error', () => {
    expect(parseMountinfo(MOUNTINFO)).to.deep.equal([
      { point: '/cal', minor: 3, readOnly: false, type: 'ext4' },
      { point: '/cal2', minor: 12, readOnly: true, type: 'ext4' },
      { point: '/cal three', minor: 4, readOnly: true, type: 'ext4' },
    ]);
  });

  it('sees no mounts in an empty table', () => {
    expect(parseMountinfo('')).to.deep.equal([]);
  });

  it('sees a node’s own addresses once each, and neither broadcast nor loopback', () => {
    expect(parseFibTrie(FIB_TRIE)).to.deep.equal(['10.77.0.10', '10.77.0.5']);
    expect(parseFibTrie('')).to.deep.equal([]);
  });

  it('leaves out the addresses of a link that is down, whose network the kernel has no route to', () => {
    const down = FIB_TRIE.replace(/ +\|-- 10\.77\.0\.0\n +\/24 link UNICAST\n/, '');
    expect(down).to.not.equal(FIB_TRIE);
    expect(parseFibTrie(down)).to.deep.equal([]);
  });

  it('sees to which addresses the ways are shut', () => {
    const shut = FIB_TRIE.replace(
      /( +)\|-- 10\.77\.0\.10\n/,
      '$1|-- 10.77.0.11\n$1   /32 universe BLACKHOLE\n$1|-- 10.77.0.10\n',
    );
    expect(shut).to.not.equal(FIB_TRIE);
    expect(parseBlackholes(shut)).to.deep.equal(['10.77.0.11']);
    expect(parseFibTrie(shut)).to.deep.equal(parseFibTrie(FIB_TRIE));
    expect(parseBlackholes(FIB_TRIE)).to.deep.equal([]);
  });

  it('reads the beginning of a file as a process sees it, and says when there is none', () => {
    expect(beginningOf(process.pid, import.meta.filename)).to.match(/^import/);
    expect(beginningOf(process.pid, '/nothing/there')).to.equal(null);
  });

  it('reads the tables of this machine', () => {
    expect(routesOf(process.pid).addresses.every((address) => /^\d+(\.\d+){3}$/.test(address))).to.equal(
      true,
    );
    expect(mountsOf(process.pid).every(({ device }) => device.startsWith('7:'))).to.equal(true);
  });

  it('sees a process with its children and their command lines', async () => {
    const child = spawn('cat', ['-', 'a file (or not) )'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const seen = processTree(process.pid);
    expect(seen.find(({ pid }) => pid === process.pid)?.ticks).to.be.at.least(0);
    expect(seen.find(({ pid }) => pid === child.pid)?.command).to.equal('cat - a file (or not) )');
    expect(lives(child.pid ?? 0)).to.equal(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(lives(child.pid ?? 0)).to.equal(false);
    expect(processTree(child.pid ?? 0)).to.deep.equal([]);
  });
});
