/** The process monitor with real processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { monotonicMs, until } from '../../../../images/common/clock.ts';
import { ProcessMonitor, type Supervision } from '../../../../images/node/cluster/process-monitor.ts';
import { processOf, processTable, signalProcess } from '../../../../images/node/cluster/processes.ts';

const DEADLINE_MS = 10_000;

describe('the process monitor', () => {
  let folder: string;
  let monitor: ProcessMonitor;
  let reasons: string[];
  const once: Supervision = { retries: 0, periodMinutes: null };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmf-'));
    monitor = new ProcessMonitor();
    reasons = [];
  });
  afterEach(async () => {
    for (const { tag } of monitor.list()) await monitor.stop(tag, 'SIGKILL', DEADLINE_MS);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (script: string, supervision: Partial<Supervision> = {}) =>
    monitor.start('tag', ['/bin/sh', '-c', script], {
      ...once,
      folder,
      onGone: (reason) => reasons.push(reason),
      ...supervision,
    });
  const lines = (name: string): string[] => {
    try {
      return readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  };
  const seen = (what: string, probe: () => boolean) =>
    until(what, DEADLINE_MS, () => (probe() ? true : undefined), {
      missing: () => JSON.stringify([monitor.list(), reasons, lines('log')]),
    });
  const pids = () => monitor.list().find(({ tag }) => tag === 'tag')?.pids ?? [];
  const written = (count: number) => seen(`${count} lines`, () => lines('log').length >= count);

  it('starts a command in a session of its own, where it was asked to, with what it was given', async () => {
    await start('echo $PWD $WORD $$ >log; exec sleep 60', { environment: { WORD: 'hello' } });
    await written(1);
    const [pid = 0] = pids();
    expect(lines('log')).to.deep.equal([`${folder} hello ${pid}`]);
    expect(processOf(pid)?.session).to.equal(pid);
    expect(monitor.query('tag')).to.equal(true);
    expect(monitor.query('other')).to.equal(false);
  });

  it('refuses a tag that is in use, also while its command is being started', async () => {
    const first = start('exec sleep 60');
    expect(await start('exec sleep 60').catch((error: Error) => error.message)).to.equal(
      'process tag tag is in use',
    );
    await first;
  });

  it('says when a command cannot be started, and leaves its tag free', async () => {
    const error = await monitor.start('tag', ['/no/such/program'], once).catch((caught: Error) => caught);
    expect(String(error)).to.match(/ENOENT/);
    expect(monitor.query('tag')).to.equal(false);
    await start('exec sleep 60');
  });

  it('keeps the last words of a command, also after its end', async () => {
    await start('echo first; echo "no such disk" >&2; seq 1000; echo last >&2; exit 3');
    await seen('gone', () => reasons.length > 0);
    expect(monitor.lastWords('tag')).to.match(/\n1000\nno such disk\nlast$/);
    expect(monitor.lastWords('tag').length).to.be.at.most(501);
    expect(monitor.lastWords('another')).to.equal('');
  });

  it('tells that a command has gone', async () => {
    await start('exec sleep 60');
    for (const pid of pids()) signalProcess(pid, 'SIGKILL');
    await seen('gone', () => reasons.length > 0);
    expect(reasons).to.deep.equal(['process tag tag: all its processes have ended']);
    expect(monitor.query('tag')).to.equal(false);
  });

  it('starts it again as often as it may, then gives it up', async () => {
    await start('echo x >>log', { retries: 2 });
    await seen('given up', () => reasons.length > 0);
    expect(lines('log')).to.have.length(3);
  });

  it('starts it again without a limit with -1', async () => {
    await start('echo x >>log; exec sleep 60', { retries: -1 });
    for (const count of [1, 2]) {
      await written(count);
      for (const pid of pids()) signalProcess(pid, 'SIGKILL');
    }
    await written(3);
    expect(monitor.list()[0]?.tries).to.equal(2);
  });

  it('counts restarts of the period only', async () => {
    await start('echo x >>log; exec sleep 60', { retries: 1, periodMinutes: 0.001 });
    for (const count of [1, 2, 3]) {
      await written(count);
      await seen('the period over', () => monitor.list()[0]?.tries === 0);
      for (const pid of pids()) signalProcess(pid, 'SIGKILL');
    }
    await written(4);
  });

  it('does not start a command again at once that ends at once', async () => {
    const began = monotonicMs();
    await start('echo x >>log', { retries: 2 });
    await written(3);
    expect(monotonicMs() - began).to.be.above(900);
  });

  it('lets the action decide when retries are used up', async () => {
    const action = join(folder, 'action');
    writeFileSync(action, `echo "$@" >>${folder}/asked; [ $(wc -l <${folder}/asked) -lt 2 ]\n`, {
      mode: 0o755,
    });
    await start('echo x >>log', { action: `sh ${action}` });
    await seen('given up', () => reasons.length > 0);
    expect(lines('asked')).to.deep.equal(['failed tag', 'failed tag']);
    expect(lines('log')).to.have.length(2);
    expect(reasons[0]).to.match(/its action ended with status 1$/);
  });

  it('knows a command by what it left behind: a child that went into the background', async () => {
    await start('sleep 60 & echo $! >log');
    await written(1);
    await seen('only the child', () => pids().join() === lines('log').join());
    signalProcess(Number(lines('log')[0]), 'SIGKILL');
    await seen('gone', () => reasons.length > 0);
  });

  it('finds a daemon that left the session and closed all that it was given', async () => {
    await start(
      `perl -MPOSIX -e 'exit if fork; POSIX::setsid(); POSIX::close($_) for 3..20; open my $log, ">", "log"; print $log "$$\\n"; close $log; sleep 60'`,
    );
    await written(1);
    const daemon = Number(lines('log')[0]);
    await seen('the daemon', () => pids().join() === String(daemon));
    expect(processOf(daemon)?.session).to.equal(daemon);
    expect(reasons).to.deep.equal([]);
    signalProcess(daemon, 'SIGKILL');
    await seen('gone', () => reasons.length > 0);
  });

  it('finds a child with a session and an environment of its own, and knows it when its parent has ended', async () => {
    await start('env -i setsid sleep 60 & echo $! >log; exec sleep 60');
    await written(1);
    const child = Number(lines('log')[0]);
    await seen(
      'both in sessions of their own',
      () => pids().length === 2 && processOf(child)?.session === child,
    );
    const [parent = 0] = pids().filter((pid) => pid !== child);
    signalProcess(parent, 'SIGKILL');
    await seen('the child alone', () => pids().join() === String(child));
    expect(await monitor.stop('tag', 'SIGTERM', DEADLINE_MS)).to.equal(true);
    expect(processOf(child)).to.equal(undefined);
  });

  it('monitors the command alone at level 0, whatever its children do', async () => {
    await start('sleep 60 & echo $! >log', { level: 0 });
    await seen('gone', () => reasons.length > 0);
    signalProcess(Number(lines('log')[0]), 'SIGKILL');
  });

  it('stops: no restart, no word of it, all processes signalled, true once they have gone', async () => {
    await start('sleep 60 & sleep 60 & wait', { retries: -1 });
    await seen('three processes', () => pids().length === 3);
    const before = pids();
    expect(await monitor.stop('tag', 'SIGTERM', DEADLINE_MS)).to.equal(true);
    expect(before.map(processOf)).to.deep.equal([undefined, undefined, undefined]);
    expect(monitor.query('tag')).to.equal(false);
    expect(reasons).to.deep.equal([]);
  });

  it('says when processes ignored the signal, and kills them then', async () => {
    await start(`trap '' TERM; echo x >log; while :; do sleep 60; done`);
    await written(1);
    expect(await monitor.stop('tag', 'SIGTERM', 50)).to.equal(false);
    expect(monitor.query('tag')).to.equal(true);
    expect(await monitor.stop('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
  });

  it('kills processes that are made while it kills', async () => {
    const forks = 'for i in $(seq 100); do sleep 60 & done; wait';
    await start(`(echo x >log; ${forks}) & (${forks}) & (${forks}) & (${forks}) & wait`);
    await written(1);
    expect(await monitor.stop('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
  });

  it('kill() ends the present run, and the command is started again', async () => {
    await start('echo x >>log; exec sleep 60', { retries: 1 });
    await written(1);
    const [first] = pids();
    expect(await monitor.kill('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
    await written(2);
    expect(pids()).to.not.include(first);
  });

  it('stops between two runs: there is no next one', async () => {
    await start('echo x >>log', { retries: -1 });
    await written(2);
    await seen('between two runs', () => pids().length === 0);
    expect(await monitor.stop('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
    expect(monitor.query('tag')).to.equal(false);
    const before = lines('log').length;
    await start('echo y >>other', { retries: 2 });
    await seen('a start that is due later', () => lines('other').length === 3);
    expect(lines('log')).to.have.length(before);
  });

  it('stops a command that is being started', async () => {
    const starting = start(`: ${folder}; while :; do sleep 1; done`);
    expect(await monitor.stop('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
    await starting;
    expect(monitor.query('tag')).to.equal(false);
    const commands = processTable().map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(commands.filter((command) => command.includes(`: ${folder};`))).to.deep.equal([]);
  });

  it('counts no process that has ended, although its parent takes no note of it', async () => {
    await start('sleep 0 & echo $! >log; exec sleep 60');
    await written(1);
    const child = Number(lines('log')[0]);
    await seen('the child has ended', () => processOf(child) === undefined);
    expect(existsSync(`/proc/${child}`), 'still in the table').to.equal(true);
    expect(pids()).to.have.length(1).and.to.not.include(child);
  });

  it('has nothing to do for a tag that it does not know', async () => {
    expect(await monitor.stop('tag', 'SIGKILL', DEADLINE_MS)).to.equal(true);
    expect(() => monitor.modify('tag', { retries: 1 })).to.throw('there is no process tag tag');
  });

  it('takes other numbers of restarts later', async () => {
    await start('echo x >>log; exec sleep 60');
    monitor.modify('tag', { retries: 1, periodMinutes: 5 });
    expect(monitor.list()[0]).to.deep.include({ retries: 1, periodMinutes: 5, tries: 0, level: null });
    await written(1);
    for (const pid of pids()) signalProcess(pid, 'SIGKILL');
    await written(2);
  });
});
