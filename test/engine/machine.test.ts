import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { engineFound, noEngine } from '../../harness/engine/doctor.ts';
import { kernel, memory, nodeVersion, platform } from '../../harness/engine/doctor-machine.ts';
import { hasProgram, isDebianLike } from '../../harness/engine/install.ts';
import { liveRuns, recordLiveRun, runsFolder } from '../../harness/engine/live-runs.ts';
import { startPrivateEngine } from '../../harness/engine/private-engine.ts';
import { watchdogArguments } from '../../harness/engine/watchdog.ts';
import { SetupError } from '../../harness/errors.ts';

describe('the machine', () => {
  it('is Debian or Ubuntu, or made from one, by its os-release', () => {
    expect(isDebianLike('NAME="Debian"\nID=debian\n')).to.equal(true);
    expect(isDebianLike('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).to.equal(true);
    expect(isDebianLike('ID="fedora"\nVARIANT_ID=debian\n')).to.equal(false);
  });

  it('has the programs that stand on its PATH', () => {
    expect(hasProgram('sh')).to.equal(true);
    expect(hasProgram('no-such-program')).to.equal(false);
  });

  it('is judged by platform, Node and memory', () => {
    expect(platform('linux', 'x64')).to.include({ ok: true, wayOut: '' });
    expect(platform('linux', 'arm64').wayOut).to.contain('untested');
    expect(platform('linux', 'riscv64').ok).to.equal(false);
    expect(nodeVersion('24.1.0').ok).to.equal(true);
    expect(nodeVersion('20.20.2').wayOut).to.contain('npm');
    expect(memory('MemAvailable:   4194304 kB\n')).to.include({ ok: true, found: '4.0 GiB available' });
    expect(memory('MemAvailable:   1048576 kB\n').ok).to.equal(false);
  });

  it('has a kernel that never broke down, or is not fit', () => {
    expect(kernel('0\n').ok).to.equal(true);
    // A module of its own or a warning is no breakdown.
    expect(kernel('4609\n').ok).to.equal(true);
    expect(kernel('128\n')).to.include({ ok: false });
    expect(kernel('4737\n').wayOut).to.contain('reboot');
  });

  it('has an engine that may make loop devices, or says why not', () => {
    const engine = { kind: 'default socket', host: 'unix:///x', version: '28' };
    const info = {
      ServerVersion: '28',
      OperatingSystem: 'Debian',
      Architecture: 'x86_64',
      CgroupVersion: '2',
      Driver: 'overlay2',
      DockerRootDir: '/d',
      SecurityOptions: ['name=seccomp'],
    };
    expect(engineFound(engine, info).ok).to.equal(true);
    const rootless = engineFound(engine, { ...info, SecurityOptions: ['name=rootless'] });
    expect(rootless.ok).to.equal(false);
    expect(rootless.wayOut).to.contain('rootless');
  });
});

describe('a machine whose engine does not start', () => {
  it('is not fit, and the doctor says why', () => {
    const { ok, found } = noEngine(new SetupError('no Docker engine answers'), 'it ended with code 2');
    expect({ ok, found }).to.deep.equal({ ok: false, found: 'it ended with code 2' });
  });
});

describe('the cache folder', () => {
  const before = process.env['HA_DRILLS_CACHE'];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-drills-test-'));
    process.env['HA_DRILLS_CACHE'] = folder;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['HA_DRILLS_CACHE'];
    else process.env['HA_DRILLS_CACHE'] = before;
  });

  it('forgets runs whose watchdog is dead, though the pid lives', () => {
    recordLiveRun({ run: 'r1', pid: process.pid, harness: process.pid, host: 'unix:///x' });
    writeFileSync(join(runsFolder(), 'broken'), '{');
    expect(liveRuns()).to.deep.equal([]);
  });

  it('is refused for an engine when its sockets would get too long a path', async () => {
    process.env['HA_DRILLS_CACHE'] = join(folder, 'x'.repeat(90));
    const error = await startPrivateEngine(() => undefined).catch((reason) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect(error.message).to.contain('HA_DRILLS_CACHE');
  });
});

describe('the watchdog', () => {
  it('is called with a run id that is a plain word, and a host', () => {
    expect(watchdogArguments(['r1', 'unix:///x'])).to.deep.equal({ run: 'r1', host: 'unix:///x' });
    for (const words of [
      [],
      ['r1'],
      ['../x', 'unix:///x'],
      ['a b', 'unix:///x'],
      ['r1', 'unix:///x', 'more'],
    ])
      expect(() => watchdogArguments(words)).to.throw(SetupError);
  });
});
