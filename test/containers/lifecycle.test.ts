/** Whatever ends a run, nothing of it stays but the engine and its images; and two runs do not disturb each other. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type Docker from 'dockerode';
import { $ } from 'zx';
import { until } from '../../harness/clock.ts';
import { findOrStartEngine } from '../../harness/engine/find.ts';
import { Label } from '../../harness/engine/labels.ts';
import { leftovers } from '../../harness/engine/leftovers.ts';
import { uniqueName } from '../../harness/random.ts';
import { parseReport } from '../../reports/read.ts';
import { cli, startCli } from '../helpers/cli.ts';

const NONE = { containers: [], networks: [], volumes: [], loops: [], mounts: [] };
/** Ten seconds is the promise; what is beyond is for a machine that is busy with other things. */
const GONE_WITHIN_MS = 30_000;

describe('life cycle of a run', function () {
  this.timeout(180_000);
  let docker: Docker;
  let folder: string;
  before(async () => {
    docker = (await findOrStartEngine(() => undefined)).docker;
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const start = (name: string, args: string[] = []) =>
    startCli(['run', 'node-kill', '--model', 'asymmetric', '--out', join(folder, name), ...args]);

  /** Runs a drill until its nodes are there, which is in the middle of building the cluster. */
  async function untilNodesRun(): Promise<void> {
    await until('two nodes running', 60_000, async () => {
      const found = await docker.listContainers({ filters: { label: [Label.owner] } });
      return found.filter(({ Names }) => /-Node\d$/.test(Names[0] ?? '')).length === 2 || undefined;
    });
  }

  async function untilNothingIsLeft(): Promise<void> {
    let left: unknown;
    await until(
      'nothing is left',
      GONE_WITHIN_MS,
      async () => {
        left = await leftovers(docker);
        return Object.values(left as object).every((list) => list.length === 0) || undefined;
      },
      { everyMs: 100, missing: () => JSON.stringify(left) },
    );
  }

  it('SIGKILL of the harness: the watchdog removes everything', async () => {
    const running = start('killed');
    await untilNodesRun();
    running.kill('SIGKILL');
    await running;
    await untilNothingIsLeft();
  });

  it('Ctrl-C: exit 130, nothing left, and a report of what there was', async () => {
    const running = start('interrupted');
    await untilNodesRun();
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).to.equal(130);
    expect(String(stdout)).to.include('interrupted');
    const report = parseReport(readFileSync(join(folder, 'interrupted', 'report.json'), 'utf8'));
    expect(report.run.interrupted).to.equal(true);
    expect(await leftovers(docker)).to.deep.equal(NONE);
  });

  it('two runs at the same time both end well', async function () {
    // A machine too busy to tell makes a drill inconclusive, which says nothing of the two runs.
    this.retries(2);
    const attempt = uniqueName();
    const both = await Promise.all([start(`one-${attempt}`), start(`two-${attempt}`)]);
    expect(
      both.map(({ exitCode, stdout }) => [exitCode, String(stdout).split('\n').at(-1)?.includes('upheld')]),
    ).to.deep.equal([
      [0, true],
      [0, true],
    ]);
    expect(await leftovers(docker)).to.deep.equal(NONE);
  });

  it('--keep-on-failure keeps the cluster; shell looks into it; clean removes it', async () => {
    const kept = await start('kept', ['--sabotage', 'apply-twice', '--keep-on-failure']);
    expect(kept.exitCode).to.equal(1);
    const penguin = await startCli(
      ['shell', 'penguin'],
      {},
      'cat /proc/sys/kernel/hostname && ls /ha-drills/*/penguin\n',
    );
    expect(String(penguin.stdout)).to.include('penguin').and.to.include('d400');
    expect(penguin.exitCode).to.equal(0);
    const missing = await cli(['shell', 'Node7']);
    expect(missing.stderr).to.match(/no node Node7 is standing; there are: .*penguin/);
    expect(missing.exitCode).to.equal(3);
    const cleaned = await cli(['clean']);
    expect(cleaned.stdout).to.include('Nothing is left');
    expect(cleaned.exitCode).to.equal(0);
    expect(await leftovers(docker)).to.deep.equal(NONE);
    expect(existsSync(join(folder, 'kept', 'index.html'))).to.equal(true);
  });

  it('a full disk: exit 4, said in words, nothing left', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    // A file system of its own that is too small for what a drill records.
    await $`mount -t tmpfs -o size=32k tmpfs ${full}`;
    try {
      const { exitCode, stderr } = await cli(['run', 'node-kill', '--out', join(full, 'run')]);
      expect(stderr).to.match(/ENOSPC.*free some space.*--out/s);
      expect(exitCode).to.equal(4);
      expect(await leftovers(docker)).to.deep.equal(NONE);
    } finally {
      await $`umount ${full}`;
    }
  });

  it('doctor: makes a real disk and cuts its port', async () => {
    const { stdout, exitCode } = await cli(['doctor']);
    expect(stdout).to.match(/^ok +port cut +a mounted disk was cut/m);
    expect(exitCode).to.equal(0);
  });
});
