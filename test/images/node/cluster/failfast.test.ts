/** How a node goes down that must not go on, in a process of its own with a stand-in for `ip`. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { repository } from '../../../helpers/cli.ts';

const PROGRAM = `
import { failfast } from ${JSON.stringify(join(repository, 'images/node/cluster/failfast.ts'))};
setInterval(() => undefined, 1000);
failfast({ publicAddress: '198.18.0.11', publicPrefix: 24 }, 'no quorum');
`;
const OWN = { ifname: 'eth1', addr_info: [{ local: '198.18.0.11' }, { local: '198.18.0.200' }] };

describe('a node that must not go on', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-failfast-'));
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** `ip` as this script: $1 is what it was called with. */
  async function fails(ip: string) {
    writeFileSync(join(folder, 'ip'), `#!/bin/sh\n${ip}\n`);
    chmodSync(join(folder, 'ip'), 0o755);
    const { exitCode, stdout } = await execa(process.execPath, [join(folder, 'program.ts')], {
      reject: false,
      timeout: 60_000,
      env: { PATH: `${folder}:${process.env['PATH']}` },
    });
    return { exitCode, told: JSON.parse(stdout) };
  }

  it('says why, takes its logical addresses off, and ends', async () => {
    const list = `echo '${JSON.stringify([OWN])}'`;
    const { exitCode, told } = await fails(
      `case "$*" in "-j -4 address") ${list} ;; *batch*) cat >"${folder}/done" ;; esac`,
    );
    expect(told).to.include({ kind: 'panic', reason: 'no quorum' });
    expect(readFileSync(join(folder, 'done'), 'utf8')).to.equal('address del 198.18.0.200/24 dev eth1\n');
    expect(exitCode).to.equal(1);
  });

  it('ends all the same where the addresses cannot be taken off', async () => {
    const { exitCode, told } = await fails('exit 1');
    expect(told).to.include({ kind: 'panic' });
    expect(existsSync(join(folder, 'done'))).to.equal(false);
    expect(exitCode).to.equal(1);
  });
});
