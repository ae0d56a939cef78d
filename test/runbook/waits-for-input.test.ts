/** What waits for somebody at the terminal, and what only takes its time, by what the kernel says of programs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { until } from '../../harness/clock.ts';

const LOOK = join(import.meta.dirname, '../../harness/containers/waits-for-input.pl');
const DEADLINE_MS = 10_000;

describe('a program on a terminal', function () {
  this.timeout(30_000);
  let terminal: ChildProcess;
  before(async function () {
    const has = async (program: string) =>
      (await execa('which', [program], { reject: false })).exitCode === 0;
    // Reading another process's memory takes root where the kernel guards it.
    if (process.getuid?.() !== 0 || process.arch !== 'x64') this.skip();
    for (const program of ['script', 'perl']) if (!(await has(program))) this.skip();
  });
  afterEach(async () => {
    if (terminal.exitCode !== null) return;
    const ended = once(terminal, 'exit');
    terminal.kill('SIGKILL');
    await ended;
  });

  /** Starts it on a terminal of its own; resolves with its session once it is in this system call. */
  async function started(command: string, call: RegExp): Promise<string> {
    terminal = spawn('script', ['-qefc', `echo "session $$"; exec ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    terminal.stdout?.on('data', (piece) => {
      said += piece;
    });
    const session = await until(
      'the session',
      DEADLINE_MS,
      () => /session (\d+)/.exec(said)?.[1] ?? undefined,
    );
    await until(`${command} in its system call`, DEADLINE_MS, async () => {
      const { stdout } = await execa('cat', [`/proc/${session}/syscall`], { reject: false });
      return call.test(stdout) || undefined;
    });
    return session;
  }

  const looked = async (session: string) =>
    (await execa('perl', [LOOK, session], { reject: false })).exitCode;
  const perl = (code: string) => `perl -MIO::Poll=POLLIN -MSocket -e '${code}'`;
  const pair = 'socketpair($a, my $b, AF_UNIX, SOCK_STREAM, 0);';
  const poll = (of: string) => perl(`${pair} $p = IO::Poll->new; $p->mask(${of} => POLLIN); $p->poll`);
  const select = (of: string) =>
    perl(`${pair} vec($set, fileno(${of}), 1) = 1; select($set, undef, undef, undef)`);

  for (const [what, command, call] of [
    ['reads', 'cat', /^0 /],
    ['polls its terminal', poll('STDIN'), /^(7|271) /],
    ['selects its terminal', select('STDIN'), /^(23|270) /],
    ['has its terminal in an epoll', `${process.execPath} -e 'process.stdin.resume()'`, /^(232|281|441) /],
  ] as const)
    it(`that ${what} waits for input`, async () => {
      expect(await looked(await started(command, call))).to.equal(0);
    });

  for (const [what, command, call] of [
    ['polls a socket', poll('$a'), /^(7|271) /],
    ['selects a socket', select('$a'), /^(23|270) /],
    ['sleeps', 'sleep 600', /^(35|230) /],
  ] as const)
    it(`that ${what} does not`, async () => {
      expect(await looked(await started(command, call))).to.equal(1);
    });
});
