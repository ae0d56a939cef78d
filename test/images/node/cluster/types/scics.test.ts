import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { scics, unmountedAbove } from '../../../../../images/node/cluster/types/scics.ts';
import { logLevel, logOf } from '../../../../../images/node/cluster/types/scics-log.ts';
import { contextFor, resourceOf, SomeProcesses, troubleOf, typeOf } from '../../../../helpers/methods.ts';

describe('SUNW.scics', () => {
  let root: string;
  let processes: SomeProcesses;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scics-'));
    processes = new SomeProcesses();
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function install(name: string, script: string): void {
    mkdirSync(join(root, 'sbin'), { recursive: true });
    writeFileSync(join(root, 'sbin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'sbin', name), 0o755);
  }

  const given = (ICS_serverroot = root) =>
    contextFor(
      scics,
      typeOf('SUNW.scics', { Thorough_probe_interval: '120', Probe_timeout: '30' }),
      resourceOf('SUNW.scics', { ICS_serverroot }),
      { processes },
    );

  describe('VALIDATE', () => {
    it('takes an installed server', async () => {
      install('start-cal', '');
      expect(await troubleOf(scics.methods.VALIDATE?.(given().context))).to.equal('');
    });

    for (const [path, says] of [
      ['', /ICS_serverroot is not set/],
      ['opt/cal', /not an absolute path/],
      [
        '/opt/no-such-server',
        /\/opt\/no-such-server\/sbin\/start-cal is not there: .* same installation on all nodes/,
      ],
    ] as const) {
      it(`refuses ICS_serverroot=${path}, and logs it in the guide's words`, async () => {
        const { context, observed } = given(path);
        expect(await troubleOf(scics.methods.VALIDATE?.(context))).to.match(says);
        expect(observed.log).to.include('err: Failed to get the configuration info');
      });
    }

    it('knows a root on a shared disk that is not mounted here', () => {
      const vfstab = '/dev/md/p/dsk/d1\t/dev/md/p/rdsk/d1\t/share\tufs\t2\tno\tlogging\n';
      const mounted = '9 1 7:1 / /share rw - ext4 /dev/loop1 rw';
      expect(unmountedAbove('/share/cal', vfstab, '')).to.equal('/share');
      expect(unmountedAbove('/share/cal', vfstab, mounted)).to.equal(undefined);
      expect(unmountedAbove('/shared/cal', vfstab, '')).to.equal(undefined);
    });
  });

  it('STOP runs stop-cal, and with -f what does not stop', async () => {
    install('stop-cal', `echo "$*" >> ${root}/stopped; test "$1" = -f`);
    const { context, observed } = given();
    expect(await troubleOf(scics.methods.STOP?.(context))).to.equal('');
    expect(existsSync(join(root, 'stopped'))).to.equal(true);
    expect(observed.log.join('\n')).to.match(/stop-cal did not stop the server/);
    expect(observed.status).to.deep.equal(['Offline']);
  });

  it('STOP of a server whose disk is gone is done, if no process is left', async () =>
    expect(await troubleOf(scics.methods.STOP?.(given('/opt/no-such-server').context))).to.equal(''));

  it('the probe is probe-cal, and says what it said', async () => {
    install('probe-cal', 'echo no answer; exit 1');
    const { context, observed } = given();
    await scics.methods.MONITOR_START?.(context);
    const [probe] = observed.probes;
    expect(probe).to.include({ name: 'ics_probe', intervalMs: 120_000, timeoutMs: 30_000 });
    expect(await troubleOf(probe?.run(new AbortController().signal, context.log))).to.equal('no answer');
    install('probe-cal', 'exit 0');
    expect(await troubleOf(probe?.run(new AbortController().signal, context.log))).to.equal('');
  });

  it('a probe that succeeds and says something is a warning', async () => {
    install('probe-cal', 'echo the watcher has died >&2');
    const { context, observed } = given();
    await scics.methods.MONITOR_START?.(context);
    expect(await troubleOf(observed.probes[0]?.run(new AbortController().signal, context.log))).to.equal('');
    expect(observed.log).to.include('warning: the watcher has died');
  });

  it('a server without a process is known to be dead', async () => {
    const { context, observed } = given();
    await scics.methods.MONITOR_START?.(context);
    expect(observed.probes[0]?.death?.()).to.match(/no process of the calendar server is left/);
  });

  describe('the log level', () => {
    it('is a digit in a file, and 0 without one', () => {
      const file = join(root, 'loglevel');
      expect(logLevel(file)).to.equal(0);
      for (const [text, level] of [
        ['9\n', 9],
        ['0', 0],
        ['loud', 0],
        ['42', 0],
      ] as const) {
        writeFileSync(file, text);
        expect(logLevel(file), text).to.equal(level);
      }
    });

    for (const [level, written] of [
      [0, ['err', 'warning', 'notice']],
      [1, ['err', 'warning', 'notice', 'info']],
      [4, ['err', 'warning', 'notice', 'info']],
      [5, ['err', 'warning', 'notice', 'info', 'debug']],
      [9, ['err', 'warning', 'notice', 'info', 'debug']],
    ] as const) {
      it(`${level} writes ${written.join(', ')}`, () => {
        const seen: string[] = [];
        const log = logOf({ log: (severity) => void seen.push(severity) }, level);
        for (const severity of ['err', 'warning', 'notice', 'info', 'debug'] as const) log(severity, 'text');
        expect(seen).to.deep.equal(written);
      });
    }
  });
});
