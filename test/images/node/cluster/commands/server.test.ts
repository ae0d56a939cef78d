/** Commands over a real socket, with the client that operators run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../../images/common/clock.ts';
import { type CommandShell, serveCommands } from '../../../../../images/node/cluster/commands/server.ts';
import type { Answer, Request } from '../../../../../images/node/cluster/core/types.ts';
import { ProcessMonitor } from '../../../../../images/node/cluster/process-monitor.ts';
import { operatorState } from '../../../../helpers/operator-state.ts';

const BIN = resolve('images/node/bin');
const DEADLINE_MS = 10_000;
/** The client wants the superuser; who is not becomes it in a user namespace of its own. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ['unshare', '-r'];

interface Ended {
  exit: number | null;
  out: string;
  err: string;
}

describe('a command on a node', () => {
  let folder: string;
  let socket: string;
  let server: Server | undefined;
  let asked: Request[];
  let shell: CommandShell & { answer(request: Request): Promise<Answer> };
  let children: ChildProcess[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'commands-'));
    socket = join(folder, 'commands.sock');
    asked = [];
    children = [];
    shell = {
      state: operatorState(),
      answer: async ({ id }) => ({ id, exit: 0, message: '' }),
      perform: (request) => {
        asked.push(request);
        return shell.answer(request);
      },
    };
    server = serveCommands(shell, socket);
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(
    command: string,
    args: string[],
    options: { uid?: number; cwd?: string } = {},
  ): Promise<Ended> {
    const [program = '', ...words] = [...AS_ROOT, join(BIN, command), ...args];
    const env = { ...process.env, HA_COMMANDS: socket };
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    children.push(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      err += piece;
    });
    return new Promise((done) => child.on('close', (exit) => done({ exit, out, err })));
  }
  const command = (line: string) => {
    const [program = '', ...args] = line.split(' ');
    return begin(program, args);
  };

  it('has the cluster carry out a change, and ends with its answer', async () => {
    expect(await command('scswitch -z -g CAL-RG -h Node2')).to.deep.equal({ exit: 0, out: '', err: '' });
    expect(asked).to.deep.equal([
      { id: 'Node1-7-1', change: { do: 'switch', groups: ['CAL-RG'], node: 'Node2' } },
    ]);
    shell.answer = async ({ id }) => ({ id, exit: 1, message: 'CAL-RG did not start' });
    expect(await command('scswitch -Z')).to.deep.equal({
      ...{ exit: 1, out: '', err: 'scswitch: CAL-RG did not start\n' },
    });
    expect(asked[1]?.id).to.equal('Node1-7-2');
  });

  it('says on one line what a method has printed on several', async () => {
    const message = 'Node2: VALIDATE of R: svc_validate ended with status 3: no licence\n\tin /etc\n';
    shell.answer = async ({ id }) => ({ id, exit: 1, message });
    expect((await command('scswitch -Z')).err).to.equal(
      'scswitch: Node2: VALIDATE of R: svc_validate ended with status 3: no licence in /etc \n',
    );
  });

  it('takes words as they are: empty, with blanks, line ends and any language', async () => {
    const value = ' two  words\n"quoted" \\ Größe 暦 ';
    await begin('scrgadm', ['-c', '-j', 'R', '-y', `R_description=${value}`, '-x', 'A=']);
    const given = { standard: { R_description: value }, extension: { A: '' } };
    expect(asked.map(({ change }) => change)).to.deep.equal([
      { do: 'change-resource', resource: 'R', given },
    ]);
  });

  it('refuses a wrong form on one line, and asks the cluster nothing', async () => {
    expect(await command('scrgadm -e -j CAL-SVR-RS')).to.deep.equal({
      ...{
        exit: 1,
        out: '',
        err: 'scrgadm: scrgadm has no -e: scswitch -e -j RESOURCE enables a resource\n',
      },
    });
    expect((await begin('scswitch', ['-Z', 'a\nb'])).err).to.equal('scswitch: "a b" belongs to no option\n');
    expect(asked).to.deep.equal([]);
  });

  it('prints its usage when asked, and as an error when it is given nothing', async () => {
    for (const program of ['scswitch', 'scrgadm', 'pmfadm']) {
      const [help, question, nothing] = await Promise.all([
        begin(program, ['--help']),
        begin(program, ['-?']),
        begin(program, []),
      ]);
      expect(help.out).to.match(new RegExp(`^${program} -`));
      expect(help).to.deep.include({ exit: 0, err: '' });
      expect(question).to.deep.equal(help);
      expect(nothing).to.deep.equal({ exit: 1, out: '', err: help.out });
    }
  });

  it('scstat and scrgadm -p print what this member knows, metastat the open mirrors', async () => {
    expect((await command('scstat')).out).to.match(/Cluster node: +Node2 +/);
    expect((await command('scrgadm -pv')).out).to.match(/Res Group Failback: +true/);
    expect((await command('metastat')).out).to.match(/^No mirror is open on Node1;/);
    const submirrors = [{ array: 'array1', lun: 'd400', state: 'Okay' } as const];
    shell.mirrors = async () => [{ deviceGroup: 'penguin', volume: 'd400', submirrors }];
    shell.paths = () => [{ peer: 'Node2', interconnect: 'b', online: false }];
    shell.silentQuorumDevices = async () => ['array1/quorum'];
    expect((await command('metastat -s penguin')).out).to.match(/^penguin\/d400: Mirror\n/);
    expect((await command('scstat -W')).out).to.match(/Node1:b +Node2:b +faulted/);
    expect((await command('scstat -q')).out).to.match(/array1\/quorum +0 +1 +Offline/);
  });

  it('refuses changes on a node that is in no cluster, and still shows what it knows', async () => {
    Object.assign(shell, { state: { ...operatorState(), view: null } });
    const { exit, err } = await command('scswitch -Z');
    expect(err).to.match(
      /^scswitch: nothing can be changed: Node1 is in no cluster yet and waits for quorum/,
    );
    expect(exit).to.equal(1);
    expect((await command('scstat -n')).out).to.match(/\*\* Node1 is in no cluster/);
    const printed = await command('scrgadm -p');
    expect(printed.out).to.match(/CAL-RG/);
    expect(printed.err).to.equal(
      'scrgadm: Node1 is in no cluster: this is the configuration that it had last\n',
    );
    expect(asked).to.deep.equal([]);
  });

  it('reads a registration file from where the caller is', async () => {
    writeFileSync(
      join(folder, 'my.rtr'),
      'VENDOR_ID = ACME; RESOURCE_TYPE = web; RT_BASEDIR = /b; START = s; STOP = p;',
    );
    const register = (...args: string[]) => begin('scrgadm', ['-a', '-t', ...args], { cwd: folder });
    expect(await register('ACME.web', '-f', 'my.rtr')).to.deep.equal({ exit: 0, out: '', err: '' });
    expect(asked[0]?.change)
      .to.deep.include({ do: 'register-type' })
      .and.to.have.nested.property('type.name', 'ACME.web');
    const path = join(folder, 'my.rtr');
    for (const [args, message] of [
      [['SUNW.gds', '-f', 'my.rtr'], `${path} is about resource type ACME.web, not SUNW.gds`],
      [['ACME.web:2', '-f', 'my.rtr'], `${path} is about version 1 of ACME.web, not 2`],
      [['ACME.web', '-f', 'none'], `${join(folder, 'none')}: there is no such file`],
      [['ACME.web', '-f', '.'], `${folder} is no file`],
      [['ACME.none'], 'there is no registration file for ACME.none; '],
    ] as const) {
      const { exit, err } = await register(...args);
      expect(err.startsWith(`scrgadm: ${message}`), err).to.equal(true);
      expect(exit).to.equal(1);
    }
    writeFileSync(path, 'START = s\n');
    expect((await register('ACME.web', '-f', 'my.rtr')).err).to.equal(
      `scrgadm: ${path}: line 2, column 1: ";" is missing after the value of START, before the end of the file\n`,
    );
    expect(asked).to.have.length(1);
  });

  it('is for the superuser alone', async () => {
    expect(statSync(socket).mode & 0o077, 'others may open the socket').to.equal(0);
    if (AS_ROOT.length > 0) return;
    chmodSync(folder, 0o755);
    for (const line of ['scswitch -Z', 'scstat', 'pmfadm -L']) {
      const [program = '', ...args] = line.split(' ');
      const { exit, out, err } = await begin(program, args, { uid: 65534 });
      expect([exit, out, err]).to.deep.equal([1, '', `${program}: only the superuser may do this\n`]);
    }
  });

  it('is answered apart from another one at the same time', async () => {
    const pending = new Map<string, (exit: number) => void>();
    shell.answer = ({ id, change }) =>
      new Promise((done) => pending.set(change.do, (exit) => done({ id, exit, message: change.do })));
    const [first, second] = [command('scswitch -Z'), command('scswitch -S -h Node1')];
    await until('both asked', DEADLINE_MS, () => (pending.size === 2 ? true : undefined));
    expect((await command('scstat -n')).exit, 'a look does not wait for changes').to.equal(0);
    pending.get('evacuate')?.(1);
    expect(await second).to.deep.include({ exit: 1, err: 'scswitch: evacuate\n' });
    pending.get('bring-online')?.(0);
    expect(await first).to.deep.include({ exit: 0, err: 'scswitch: bring-online\n' });
  });

  it('may be long, up to a limit that it is told of', async () => {
    const value = 'x'.repeat(100_000);
    expect((await begin('scrgadm', ['-c', '-j', 'R', '-x', `A=${value}`])).exit).to.equal(0);
    expect(asked[0]?.change).to.have.nested.property('given.extension.A', value);
    const { exit, err } = await begin('scrgadm', ['-c', '-j', 'R', ...Array(5).fill(value)]);
    expect(err).to.match(/^scrgadm: 50\d{4} bytes are too long for a command; the longest has 262144\n$/);
    expect(exit).to.equal(1);
  });

  it('is none when its caller hangs up half-way', async () => {
    const say = (text: string) =>
      new Promise<string>((done) => {
        let answer = '';
        const caller = connect(socket, () => caller.end(text));
        caller.on('data', (piece) => {
          answer += piece;
        });
        caller.on('error', () => undefined).on('close', () => done(answer));
      });
    const words = 'scswitch\0/\0-Z\0-g\0CAL-RG\0';
    for (const text of [
      '',
      'scswitch',
      '8\nscswitch',
      words,
      `${words.length}\n${words.slice(0, -10)}`,
      `x\n${words}`,
    ])
      expect(await say(text)).to.equal('');
    expect(asked).to.deep.equal([]);
    expect(await say(`${words.length}\n${words}`)).to.equal('0 0 0\n');
    expect(asked).to.have.length(1);
  });

  it('is done although its caller does not wait for it, and others are answered', async () => {
    let finish: (() => void) | undefined;
    shell.answer = ({ id }) =>
      new Promise((done) => {
        finish = () => done({ id, exit: 0, message: '' });
      });
    const lost = command('scswitch -Z');
    await until('asked', DEADLINE_MS, () => finish);
    for (const child of children) child.kill('SIGKILL');
    await lost;
    finish?.();
    expect((await command('scstat -n')).exit).to.equal(0);
  });

  it('says that no cluster software runs', async () => {
    server?.close();
    const { exit, err } = await command('scswitch -Z');
    expect(err).to.match(/^scswitch: the cluster software does not run on this node \(.*commands\.sock: /);
    expect(exit).to.equal(1);
  });

  for (const [what, answer, says] of [
    ['before its answer', '', 'before it answered: what it was asked for may be done or not'],
    ['within its answer', '0 5 0\nhal', 'in the middle of its answer'],
    ['within the head of its answer', '0 5', 'before it answered: what it was asked for may be done or not'],
  ] as const) {
    it(`says that the daemon ended ${what}`, async () => {
      server?.close();
      rmSync(socket, { force: true });
      server = createServer((connection) => connection.on('error', () => undefined).end(answer)).listen(
        socket,
      );
      const { exit, out, err } = await command('scswitch -Z');
      expect([exit, out, err]).to.deep.equal([1, '', `scswitch: the cluster daemon ended ${says}\n`]);
    });
  }

  it('says that the daemon was killed while it waited', async () => {
    server?.close();
    const module = resolve('images/node/cluster/commands/server.ts');
    const state = resolve('test/helpers/operator-state.ts');
    const script = `import { serveCommands } from '${module}'; import { operatorState } from '${state}';
      const perform = () => { console.log('asked'); return new Promise(() => undefined); };
      serveCommands({ state: operatorState(), perform }, '${socket}').on('listening', () => console.log('serves'));`;
    const daemon = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(daemon);
    let said = '';
    daemon.stdout.on('data', (piece) => {
      said += piece;
    });
    await until('the daemon serves', DEADLINE_MS, () => (said.includes('serves') ? true : undefined));
    const ended = command('scswitch -Z');
    await until('the daemon is asked', DEADLINE_MS, () => (said.includes('asked') ? true : undefined));
    daemon.kill('SIGKILL');
    const { exit, err } = await ended;
    expect(err).to.match(/^scswitch: the cluster daemon ended before it answered/);
    expect(exit).to.equal(1);
  });

  it('pmfadm starts, shows, queries and stops a process of the node', async () => {
    expect((await command('pmfadm -L')).err).to.equal(
      'pmfadm: the process monitor facility does not run on this node\n',
    );
    const processMonitor = new ProcessMonitor();
    Object.assign(shell, { processMonitor });
    try {
      const start = await begin('pmfadm', ['-c', 'cal', '-n', '1', '-t', '2', 'sh', '-c', 'sleep 60; :']);
      expect(start).to.deep.equal({ exit: 0, out: '', err: '' });
      expect((await begin('pmfadm', ['-c', 'cal', 'true'])).err).to.equal(
        'pmfadm: process tag cal is in use\n',
      );
      expect((await command('pmfadm -q cal')).exit).to.equal(0);
      expect((await command('pmfadm -q other')).exit).to.equal(1);
      expect((await command('pmfadm -L')).out).to.equal('cal\n');
      expect((await command('pmfadm -m cal -n -1')).exit).to.equal(0);
      expect((await command('pmfadm -l cal')).out.replace(/pids: [\d ]+/, 'pids: some')).to.equal(
        'pmfadm -c: cal\nretries: -1\nperiod: 2\ntries: 0\nmonitor children: all\naction:\npids: some\ncommand: sh -c sleep 60; :\n',
      );
      expect((await command('pmfadm -s cal -w 0 CONT')).exit, 'still there').to.equal(2);
      expect((await command('pmfadm -s cal -w -1 KILL')).exit).to.equal(0);
      expect((await command('pmfadm -s cal')).err).to.equal('pmfadm: there is no process tag cal\n');
    } finally {
      await processMonitor.stop('cal', 'SIGKILL', DEADLINE_MS);
    }
  });
});
