/** Bad input: each gets its exit code and a message with the cause and the way out, before anything is started. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sabotages } from '../harness/sabotages.ts';
import { cli } from './helpers/cli.ts';

/** An engine that cannot be: whatever gets as far as looking for one fails with exit 4 and starts nothing. */
const noEngine = { DOCKER_HOST: 'unix:///nonexistent/ha-drills.sock' };

const usage: [words: string, says: RegExp][] = [
  ['run nodekill', /no drill "nodekill".*did you mean "node-kill"/s],
  ['run node-kill --model asymetric', /no model "asymetric".*"asymmetric"/s],
  ['run node-kill --modell asymmetric', /unknown option '--modell'.*--model/s],
  ['run node-kill --sabotage apply-twise', /no sabotage "apply-twise".*"apply-twice"/s],
  ['run node-kill --profile slow', /no profile "slow".*fast, guide/s],
  ['run node-kill --repeat 0', /'0' is invalid.*positive integer/s],
  ['run node-kill --repeat 1.5', /'1.5' is invalid.*positive integer/s],
  ['run node-kill --jobs -1', /'-1' is invalid.*positive integer/s],
  ['run node-kill --seed abc', /'abc' is invalid.*positive integer/s],
  ['run node-kill --seed 99999999999', /at most 2147483647/],
  ['run node-kill --timeout 0', /positive integer/],
  ['run node-kill --shard 3/2', /I\/N with 1 ≤ I ≤ N/],
  ['run node-kill --model asymmetric --shard 2/2', /only 1 drills? to share/],
  ['run --all node-kill', /--all runs every drill/],
  ['run node-kill --on simulation', /simulation.*not built yet/s],
  ['run node-kill --on paper', /"paper".*containers, simulation/s],
  ['recheck no-such-run', /no run "no-such-run"/],
  ['runbook nowhere.md', /runbook nowhere\.md: it cannot be read/],
  ['runbook README.md', /README\.md:1:1: there is no front matter.*nothing was run/s],
  [
    'runbook docs/examples/upgrade.md --fault-at-every-step=powerloss',
    /no such fault; did you mean "power-loss"/,
  ],
  [
    'runbook --fault-at-every-step docs/examples/upgrade.md',
    /missing required argument|write documents before/,
  ],
  [
    'runbook docs/examples/upgrade.md --fault-at-every-step --rollback-from-every-step',
    /two runs: say one of them/,
  ],
  ['engine restart', /no engine command "restart"/],
  ['doctr', /no drill or command "doctr".*did you mean "doctor"/s],
];

describe('command line', function () {
  this.timeout(30_000);

  for (const [words, says] of usage) {
    it(`drill ${words}: exit 3`, async () => {
      const { exitCode, stderr } = await cli(words.split(' '), noEngine);
      expect(stderr).to.match(says);
      expect(exitCode).to.equal(3);
    });
  }

  it('an output folder that cannot be written: exit 3, before any engine is looked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    try {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      const { exitCode, stderr } = await cli(['run', 'node-kill', '--out', join(file, 'report')], noEngine);
      expect(stderr).to.match(/output folder .*file\/report cannot be written.*--out/s);
      expect(exitCode).to.equal(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('an engine that does not answer: exit 4, naming it and the way out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ha-drills-'));
    try {
      const { exitCode, stderr } = await cli(['run', 'node-kill', '--out', join(folder, 'run')], noEngine);
      expect(stderr).to.match(/DOCKER_HOST.*nonexistent.*unset/s);
      expect(exitCode).to.equal(4);
      expect(readdirSync(folder), 'an empty run folder stays behind').to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('--help shows every command and the exit codes: exit 0', async () => {
    const { exitCode, stdout } = await cli(['--help']);
    for (const command of ['run', 'list', 'doctor', 'clean', 'recheck', 'shell', 'report', 'engine']) {
      expect(stdout).to.match(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(stdout).to.include('Exit codes');
    expect(exitCode).to.equal(0);
  });

  it('list --json names drills, models, faults, claims, and each sabotage with the check it turns red', async () => {
    const { stdout, exitCode } = await cli(['list', '--json']);
    const list = JSON.parse(stdout);
    expect(list.drills.map((drill: { name: string }) => drill.name)).to.include('node-kill');
    expect(list.models.map((model: { name: string }) => model.name)).to.include('asymmetric');
    expect(list.faults).to.include('power-loss');
    expect(list.claims.map((claim: { id: string }) => claim.id)).to.include('6.1.1/backup-takes-over');
    expect(list.sabotages).to.deep.equal(JSON.parse(JSON.stringify(sabotages)));
    expect(exitCode).to.equal(0);
  });
});
