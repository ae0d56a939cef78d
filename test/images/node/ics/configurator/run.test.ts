/** csconfigurator.sh as an operator starts it, with the folders of the node put elsewhere. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { confText } from '../../../../../images/node/ics/configurator/conf-text.ts';
import type { Answers } from '../../../../../images/node/ics/configurator/fields.ts';
import { parseState, stateText } from '../../../../../images/node/ics/configurator/state-file.ts';
import { answersFor, typedFor } from '../../../../helpers/configuration.ts';

const program = resolve(import.meta.dirname, '../../../../../images/node/ics');

describe('csconfigurator.sh', function () {
  this.timeout(60_000);
  let folder: string;
  let base: string;
  let shared: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'configurator-')));
    base = join(folder, 'opt/SUNWics5/cal');
    shared = join(folder, 'cal');
    mkdirSync(base, { recursive: true });
    cpSync(join(program, 'sbin'), join(base, 'sbin'), { recursive: true });
    symlinkSync(program, join(base, 'lib'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Of a user and a group that every machine has, so that nothing is added to this one. */
  const answers = (changes: Partial<Answers> = {}) => ({
    ...answersFor(shared, { RUNTIME_USER: 'root', RUNTIME_GROUP: 'root' }),
    ...changes,
  });

  function run(words: string[], typed: string[] = []) {
    const { status, stdout, stderr } = spawnSync(join(base, 'sbin/csconfigurator.sh'), words, {
      encoding: 'utf8',
      input: typed.map((line) => `${line}\n`).join(''),
      timeout: 30_000,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        ICS_NODE_FOLDERS: join(folder, 'node'),
      },
    });
    return { status, stdout, stderr };
  }

  /** Every path with its kind, its mode and, of files, its text; logs aside. */
  function tree(): Record<string, string> {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const kept = paths.filter(
      (path) => !path.includes('install/logs') && !path.startsWith('opt/SUNWics5/cal/lib/'),
    );
    return Object.fromEntries(
      kept.sort().map((path) => {
        const full = join(folder, path);
        const found = statSync(full, { throwIfNoEntry: false });
        return [path, `${found?.mode} ${found?.isFile() ? readFileSync(full, 'utf8') : ''}`];
      }),
    );
  }

  const state = (text: string) => {
    const file = join(folder, 'state');
    writeFileSync(file, text);
    return file;
  };
  const silent = (...more: string[]) => run(['-nodisplay', '-noconsole', '-novalidate', ...more]);

  it('asks panel by panel, does its tasks, and says that all passed', () => {
    const { status, stdout } = run(['-novalidate'], [...typedFor(answers()), 'yes']);
    expect(status, stdout).to.equal(0);
    const panels = [...stdout.matchAll(/--- (.*) ---/g)].map(([, panel]) => panel);
    expect(panels).to.deep.equal([
      'Administration, User Preferences and Authentication',
      'Email and Email Alarms',
      'Runtime Configuration',
      'Directories to Store Configuration and Data Files',
      'Archive and Hot Backup',
      'Ready to Configure',
    ]);
    expect(stdout).to.match(
      /Starting Task Sequence\n===== \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} =====\nRunning /,
    );
    expect(stdout).to.include(`PASSED: /bin/rm -f ${base}/config ${base}/data : status = 0\n`);
    expect(stdout).to.include('PASSED: /usr/sbin/groupadd root : status = 9\n');
    expect(stdout).to.include('PASSED: /usr/sbin/useradd -g root -d / root : status = 9\n');
    const [, log = ''] =
      /All Tasks Passed\. Please check install log (\S+) for further details\./.exec(stdout) ?? [];
    expect(log).to.match(/\/var\/sadm\/install\/logs\/Sun_Java_System_Calendar_Server_install\.B\d{8}$/);
    expect(readFileSync(log, 'utf8')).to.include('All Tasks Passed.');
    const hostName = /HOST_NAME=(.*)/.exec(
      readFileSync(join(shared, 'config/csconfigurator.state'), 'utf8'),
    )?.[1];
    expect(readFileSync(join(shared, 'config/ics.conf'), 'utf8')).to.equal(
      confText(answers({ HOST_NAME: hostName ?? '' })),
    );
    expect(readlinkSync(join(base, 'config'))).to.equal(join(shared, 'config'));
    expect(readlinkSync(join(base, 'data'))).to.equal(shared);
    const watcher = readdirSync(join(folder, 'node/etc/opt'), { recursive: true, encoding: 'utf8' });
    expect(watcher.filter((path) => path.endsWith('config/watcher.cnf'))).to.have.length(1);
    expect(stdout).to.not.include('manager').and.not.include('drill');
  });

  it('replays the state file that it left beside ics.conf, found by the link, as often as one likes', () => {
    expect(run(['-novalidate'], [...typedFor(answers()), 'yes']).status).to.equal(0);
    const first = tree();
    for (const _ of [1, 2]) {
      const { status, stdout } = silent();
      expect(status, stdout).to.equal(0);
      expect(stdout).to.include('All Tasks Passed.');
      expect(tree()).to.deep.equal(first);
    }
  });

  it('keeps what an operator added to ics.conf beside the new one', () => {
    const file = state(stateText(answers()));
    expect(silent('-state', file).status).to.equal(0);
    const conf = join(shared, 'config/ics.conf');
    const added = `${readFileSync(conf, 'utf8')}local.autorestart="yes"\n`;
    writeFileSync(conf, added);
    expect(silent('-state', file).status).to.equal(0);
    expect(readFileSync(`${conf}.old`, 'utf8')).to.equal(added);
    expect(readFileSync(conf, 'utf8')).to.equal(confText(answers()));
  });

  it('asks again when an answer cannot be, goes back, and leaves at "!"', () => {
    const { status, stdout, stderr } = run(
      ['-novalidate'],
      ['123.45.67.890', 'ldap', '99999', '389', '', '', 'm', '', 'a', '<', 'ldap2', '!'],
    );
    expect(stdout)
      .to.include('"123.45.67.890": it is no IP address')
      .and.include('"99999": it must be a number');
    expect(stdout).to.include('LDAP Server Host Name [ldap]: ');
    expect(status).to.equal(1);
    expect(stderr).to.equal('csconfigurator.sh: ended as asked; nothing has been changed\n');
  });

  it('end of input at any question: ends with a status, and nothing is changed', () => {
    const typed = [...typedFor(answers()), 'yes'];
    const before = tree();
    for (const length of [0, 1, 5, 12, typed.length - 2, typed.length - 1]) {
      const { status, stderr, stdout } = run(['-novalidate'], typed.slice(0, length));
      expect(stderr, stdout).to.equal(
        'csconfigurator.sh: the input ended before everything was answered; nothing has been changed\n',
      );
      expect(status).to.equal(1);
      expect(tree()).to.deep.equal(before);
    }
  });

  it('a task that fails: its status is shown, the rest is not run, and nobody says that all passed', () => {
    mkdirSync(join(base, 'config'));
    const { status, stdout } = silent('-state', state(stateText(answers())));
    expect(status).to.equal(1);
    expect(stdout).to.include(`FAILED: /bin/rm -f ${base}/config ${base}/data : status = 1\n`);
    expect(stdout).to.match(/Sequence Stopped: \d+ tasks were not run/);
    expect(stdout).to.not.include('All Tasks Passed').and.not.include('Sequence Completed');
    expect(existsSync(join(shared, 'config'))).to.equal(false);
  });

  it('a server that is to start and does not is a failed task', () => {
    writeFileSync(join(base, 'sbin/start-cal'), '#!/bin/sh\necho no store >&2\nexit 3\n', { mode: 0o755 });
    const file = state(stateText(answers({ START_AFTER_CONFIGURATION: 'yes', START_ON_BOOT: 'yes' })));
    const { status, stdout } = silent('-state', file);
    expect(stdout).to.include('no store').and.include(`FAILED: ${base}/sbin/start-cal : status = 3`);
    expect(status).to.equal(1);
    const [script = ''] = readdirSync(join(folder, 'node/etc/rc3.d'));
    expect(readFileSync(join(folder, 'node/etc/rc3.d', script), 'utf8')).to.include(
      `exec ${base}/sbin/start-cal`,
    );
  });

  it('folders that are not to be created must be there', () => {
    const { status, stderr } = silent('-state', state(stateText(answers({ CREATE_DIRECTORIES: 'no' }))));
    expect(status).to.equal(1);
    expect(stderr).to.include(
      `${shared}/config is not there, and it is not to be created (CREATE_DIRECTORIES=no)`,
    );
  });

  it('without -novalidate a directory server must answer', () => {
    const nobody = { LDAP_HOST: '127.0.0.1', LDAP_PORT: '1' };
    const { status, stderr } = run(['-noconsole', '-state', state(stateText(answers(nobody)))]);
    expect(stderr).to.include('no directory server answers at 127.0.0.1, port 1: ECONNREFUSED');
    expect(status).to.equal(1);
    expect(existsSync(shared)).to.equal(false);
  });

  it('says what is wrong with its words', () => {
    for (const [words, says] of [
      [['-nodisply'], 'there is no option -nodisply'],
      [['-state'], '-state needs the name of a file'],
      [['-state', 'x'], '-state goes with -noconsole'],
    ] as const) {
      const { status, stderr } = run([...words]);
      expect(status).to.equal(2);
      expect(stderr).to.include(says).and.include('usage:');
    }
  });

  it('a state file that is missing, a folder, too large, or wrong: a clear error, and nothing is changed', () => {
    const before = tree();
    const rows: [string | null, RegExp][] = [
      [null, /there is no such file; link the config folder/],
      [folder, /it is no file/],
      ['/dev/zero', /it is no file/],
    ];
    for (const [file, says] of rows) {
      const { status, stderr } = silent(...(file === null ? [] : ['-state', file]));
      expect(stderr).to.match(says);
      expect(status).to.equal(1);
    }
    expect(tree()).to.deep.equal(before);
    const large = state(`#${'x'.repeat(70_000)}`);
    expect(silent('-state', large).stderr).to.match(/too much for answers/);
  });

  it('fuzzed state files: never a crash, never a hang, nothing changed when refused', () => {
    const text = stateText(answers());
    const broken = fc
      .tuple(fc.nat(text.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 30 }))
      .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
    fc.assert(
      fc.property(broken, (some) => {
        try {
          parseState(some, 'state', base);
          return;
        } catch {
          // Those that would be accepted are other tests' matter.
        }
        const file = state(some);
        const before = tree();
        const { status, stderr } = silent('-state', file);
        expect(status).to.equal(1);
        expect(stderr).to.match(/^csconfigurator\.sh: state file [^\n]*\n$/);
        expect(tree()).to.deep.equal(before);
      }),
      { numRuns: 30 },
    );
  });
});
