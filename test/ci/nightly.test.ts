/** .ci/nightly with a stand-in for npm: what it calls, in which order, and with which code it ends. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { repository } from '../helpers/cli.ts';

/** Writes down how it was called, and does what a run and a merge leave behind; codes come from the environment. */
const NPM = `#!/usr/bin/env bash
echo "$*" >>"$STUB/calls"
case "$*" in
*" run "*"--shard"*)
  while (($# > 0)); do if [[ $1 == --out ]]; then out=$2; fi; shift; done
  if [[ $out == *"shard-\${STUB_DIES:-none}" ]]; then exit 4; fi
  mkdir -p "$out" && echo '{}' >"$out/report.json"
  exit "\${STUB_SHARD:-0}"
  ;;
*"report merge"*)
  while (($# > 0)); do if [[ $1 == --out ]]; then out=$2; fi; shift; done
  if [[ \${STUB_MERGE:-0} == 3 ]]; then echo refused >&2; exit 3; fi
  mkdir -p "$out" && echo '{}' >"$out/report.json" && echo '# summary' >"$out/summary.md"
  exit "\${STUB_MERGE:-0}"
  ;;
*"baseline compare"*) echo "the gate says"; exit "\${STUB_GATE:-0}" ;;
*test:schedules*) echo "schedules $DRILL_SEED" >>"$STUB/calls"; exit "\${STUB_SCHEDULES:-0}" ;;
*test:sabotages*) echo "sabotages $DRILL_SABOTAGES" >>"$STUB/calls"; exit "\${STUB_PROVE:-0}" ;;
*"report annotate"*) echo "::error title=drill::claim" ;;
esac
`;

describe('.ci/nightly', function () {
  this.timeout(30_000);
  let stub = '';
  beforeEach(() => {
    stub = mkdtempSync(join(tmpdir(), 'ha-drills-nightly-'));
    mkdirSync(join(stub, 'bin'));
    writeFileSync(join(stub, 'bin', 'npm'), NPM);
    chmodSync(join(stub, 'bin', 'npm'), 0o755);
  });
  afterEach(() => rmSync(stub, { recursive: true }));

  async function nightly(words: string[], env: Record<string, string> = {}) {
    const { exitCode, stdout, stderr } = await execa(join(repository, '.ci', 'nightly'), words, {
      reject: false,
      env: {
        STUB: stub,
        PATH: `${join(stub, 'bin')}:${process.env['PATH']}`,
        HA_DRILLS_NIGHTLY: join(stub, 'out'),
        HA_DRILLS_HISTORY: join(stub, 'history'),
        HA_DRILLS_SEED: '7',
        HA_DRILLS_SHARDS: '2',
        GITHUB_ACTIONS: '',
        GITHUB_STEP_SUMMARY: '',
        ...env,
      },
    });
    const calls = () => readFileSync(join(stub, 'calls'), 'utf8').trim().split('\n');
    return { exitCode, stdout, stderr, calls };
  }

  it('alone: installs, does each shard, merges, compares, and stops the engine', async () => {
    const { exitCode, calls, stdout } = await nightly([], {
      HA_DRILLS_SELECTION: 'node-kill --model asymmetric',
    });
    const out = join(stub, 'out');
    const history = join(stub, 'history');
    const run = (index: number) =>
      `run --silent drill -- run node-kill --model asymmetric --seed 7 --shard ${index}/2 --out ${out}/shard-${index}`;
    expect(calls()).to.deep.equal([
      'ci',
      run(1),
      run(2),
      `run --silent drill -- report merge ${out}/shard-1 ${out}/shard-2 --out ${out}/report --history ${history}`,
      `run --silent drill -- baseline compare ${out}/report --history ${history}`,
      `run --silent drill -- baseline set --missing --last 10 --history ${history}`,
      'run --silent drill -- clean',
      'run --silent drill -- engine stop',
    ]);
    expect(stdout).to.include('the gate says');
    expect(exitCode).to.equal(0);
  });

  it('leaves an engine alone that is to stay', async () => {
    const { calls } = await nightly([], { HA_DRILLS_KEEP_ENGINE: '1' });
    expect(calls().filter((call) => /clean|engine/.test(call))).to.deep.equal([]);
  });

  const codes: [what: string, env: Record<string, string>, code: number][] = [
    ['a drill that differs', { STUB_SHARD: '1', STUB_MERGE: '1' }, 1],
    ['an inconclusive drill', { STUB_SHARD: '2', STUB_MERGE: '2' }, 2],
    ['a slower switchover', { STUB_GATE: '1' }, 1],
    ['a slower switchover beside an inconclusive drill', { STUB_GATE: '1', STUB_MERGE: '2' }, 2],
    ['too few values to tell', { STUB_GATE: '2' }, 0],
    ['no baseline yet', { STUB_GATE: '3' }, 0],
    ['shards that cannot be merged', { STUB_MERGE: '3' }, 3],
    ['interruption', { STUB_MERGE: '130' }, 130],
  ];
  for (const [what, env, code] of codes)
    it(`${what}: ends with ${code}`, async () => {
      expect((await nightly([], env)).exitCode).to.equal(code);
    });

  it('goes on without a shard that died, and ends red when all did', async () => {
    const one = await nightly([], { STUB_DIES: '1', STUB_MERGE: '2' });
    expect(one.exitCode).to.equal(2);
    expect(one.calls().find((call) => call.includes('report merge'))).to.not.include('shard-1');
    rmSync(join(stub, 'out'), { recursive: true });
    const none = await nightly(['merge']);
    expect(none.exitCode).to.equal(4);
    expect(none.stderr).to.include('no shard left a report');
  });

  it('a shard fails by itself only when its machine cannot do drills', async () => {
    expect((await nightly(['shard', '1/2'], { STUB_SHARD: '1' })).exitCode).to.equal(0);
    expect((await nightly(['shard', '1/2'], { STUB_DIES: '1' })).exitCode).to.equal(4);
    for (const part of ['shard', 'prove']) expect((await nightly([part])).exitCode).to.not.equal(0);
  });

  it('a share of the sabotages ends as their tests do', async () => {
    const { exitCode, calls } = await nightly(['prove', '2/4']);
    expect(exitCode).to.equal(0);
    expect(calls()).to.deep.equal([
      ...['run --silent test:schedules', 'schedules 72'],
      ...['run --silent test:sabotages', 'sabotages 2/4'],
    ]);
    expect((await nightly(['prove', '1/4'], { STUB_PROVE: '3' })).exitCode).to.equal(3);
    const violated = await nightly(['prove', '1/4'], { STUB_SCHEDULES: '1' });
    expect(violated.exitCode).to.equal(1);
    expect(violated.calls().at(-1)).to.equal('sabotages 1/4');
  });

  it('writes the job summary and the annotations where GitHub wants them', async () => {
    const summary = join(stub, 'summary.md');
    await nightly(['shard', '1/2']);
    const { stdout, exitCode } = await nightly(['merge'], {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, STUB_GATE: '1' },
    });
    expect(readFileSync(summary, 'utf8')).to.match(/^# summary\n[\s\S]*~~~~~~text\nthe gate says\n~~~~~~\n$/);
    expect(stdout).to.include('::error title=drill::claim\n::error title=switchover time::slower');
    expect(exitCode).to.equal(1);
  });

  it('plans seed and shards, and refuses what it cannot do', async () => {
    const { stdout } = await nightly(['plan'], { HA_DRILLS_SHARDS: '3' });
    expect(stdout).to.equal('seed=7\ncount=3\nshards=[1,2,3]');
    for (const shards of ['0', 'many', '2; rm'])
      expect((await nightly(['plan'], { HA_DRILLS_SHARDS: shards })).exitCode).to.equal(3);
    expect((await nightly(['dance'])).stderr).to.include('.ci/nightly shard I/N');
  });
});
