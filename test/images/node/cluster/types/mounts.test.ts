import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../../harness/clock.ts';
import {
  nested,
  parseMountinfo,
  unwritable,
  usersOf,
} from '../../../../../images/node/cluster/types/mounts.ts';

const LINES = [
  '22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw',
  '99 22 7:12 / /cal rw,relatime - ext4 /dev/loop12 rw,errors=remount-ro',
  '98 22 7:13 / /my\\040disk rw,relatime master:1 shared:2 - ext4 /dev/loop13 ro,errors=remount-ro',
].join('\n');

describe('mounts', () => {
  const found = parseMountinfo(`${LINES}\n`);

  it('are read from the table of the kernel', () => {
    expect(found.map(({ point }) => point)).to.deep.equal(['/proc', '/cal', '/my disk']);
    expect(found[1]?.device).to.equal('7:12');
  });

  it('take writes or do not', () => {
    expect(unwritable(found[1], '/cal')).to.equal(undefined);
    expect(unwritable(found[2], '/my disk')).to.match(/takes no more writes \(the kernel says "ro"\)/);
    expect(unwritable(undefined, '/cal')).to.match(/not mounted any more/);
    const options = (text: string) => parseMountinfo(`9 1 7:1 / /cal rw - ext4 /dev/loop1 ${text}`)[0];
    expect(unwritable(options('rw,emergency_ro'), '/cal')).to.match(/emergency_ro/);
    expect(unwritable(options('rw,shutdown'), '/cal')).to.match(/shutdown/);
  });

  it('parents come first', () => {
    const points = ['/b/c/d', '/a', '/b/c', '/b'].map((mountPoint) => ({ mountPoint }));
    expect(nested(points).map(({ mountPoint }) => mountPoint)).to.deep.equal(['/a', '/b', '/b/c', '/b/c/d']);
  });

  describe('who uses a folder', () => {
    let folder: string;
    let child: ChildProcess | undefined;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'mount-'));
    });
    afterEach(() => {
      child?.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });

    for (const [what, command] of [
      ['an open file', (at: string) => `exec 5>"${at}/file"; echo ready; read word`],
      ['a working directory', (at: string) => `cd "${at}"; echo ready; read word`],
      ['a deleted file', (at: string) => `exec 5>"${at}/file"; rm "${at}/file"; echo ready; read word`],
    ] as const) {
      it(`shows by ${what}`, async () => {
        child = spawn('sh', ['-c', command(folder)], { stdio: ['pipe', 'pipe', 'inherit'] });
        let ready = false;
        child.stdout?.once('data', () => {
          ready = true;
        });
        await until('the process', 5000, () => ready || undefined);
        expect((await usersOf(folder)).pids).to.deep.equal([child.pid]);
      });
    }

    it('a folder beside it whose name begins the same is not meant', async () => {
      child = spawn('sh', ['-c', `cd "${folder}"; echo ready; read word`], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let ready = false;
      child.stdout?.once('data', () => {
        ready = true;
      });
      await until('the process', 5000, () => ready || undefined);
      expect((await usersOf(folder.slice(0, -1))).pids).to.deep.equal([]);
    });
  });
});
