import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { until } from '../clock.ts';
import { messageOf, SetupError } from '../errors.ts';
import { networksThatStay } from './cleanup.ts';
import { dockerAt } from './docker-at.ts';
import type { Engine, Progress } from './engine.ts';
import { isRoot, programPath } from './install.ts';
import { commandLine, liveRuns } from './live-runs.ts';
import { withLock } from './lock.ts';
import { answer, type Paths, paths, privateEngineHost, readPid, runningPid } from './private-paths.ts';

export interface PrivateEngineStatus {
  running: boolean;
  host: string;
  root: string;
  log: string;
  pid?: number;
  version?: string;
}

/** The kernel's limit for a unix socket's path, and the longest one that an engine makes below its exec root. */
const socketPathLimit = 107;
const longestInExecRoot = '/containerd/containerd.sock.ttrpc';

/** Starts our own engine, or waits for the one that another `drill` is starting. Needs root and dockerd. */
export async function startPrivateEngine(progress: Progress): Promise<Engine> {
  const at = paths();
  const tooLong = `${at.exec}${longestInExecRoot}`;
  if (Buffer.byteLength(tooLong) > socketPathLimit)
    throw new SetupError(
      `the socket ${tooLong} would be longer than the ${socketPathLimit} bytes that the kernel allows; set HA_DRILLS_CACHE to a shorter folder`,
    );
  const dockerd = programPath('dockerd');
  if (!isRoot() || !dockerd)
    throw new SetupError(
      'a private engine needs root and dockerd; run as root, or start Docker and try again',
    );
  mkdirSync(at.root, { recursive: true, mode: 0o700 });
  return await withLock(at.lock, 60, async () => {
    if (runningPid(at) === undefined) await launch(dockerd, at, progress);
    const version = await inTime(`see ${at.log}, then: npm run drill -- engine stop`, () =>
      until('the private engine answers', 15_000, () => answer(at)),
    );
    return { docker: dockerAt(privateEngineHost()), host: privateEngineHost(), kind: 'private', version };
  });
}

async function launch(dockerd: string, at: Paths, progress: Progress): Promise<void> {
  progress(`starting a private engine in ${at.root}`);
  removeStale(at);
  // Without a file of its own it would read the machine's, whose options can contradict the ones below.
  writeFileSync(at.config, '{}\n');
  if (existsSync(at.log)) renameSync(at.log, `${at.log}.old`);
  const log = openSync(at.log, 'a');
  // A session of its own, and files instead of pipes: the engine outlives the harness.
  const child = spawn(dockerd, flags(at), { detached: true, cwd: '/', stdio: ['ignore', log, log] });
  closeSync(log);
  let ended: string | undefined;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `code ${code}`}`;
  });
  try {
    await until('the private engine is up', 40_000, async () => {
      if (ended !== undefined) throw new Error(ended);
      return await answer(at);
    });
  } catch (error) {
    throw new SetupError(
      `the private engine did not start: ${messageOf(error)}. The end of ${at.log}:\n${tail(at.log)}\nPut right what it names, or start Docker yourself, then try again.`,
      { cause: error },
    );
  } finally {
    child.unref();
  }
}

function flags(at: Paths): string[] {
  // Where the machine has a containerd already, dockerd joins it: names of our own keep the two apart there.
  const name = `ha-drills-${createHash('sha256').update(at.root).digest('hex').slice(0, 8)}`;
  return [
    `--config-file=${at.config}`,
    `--data-root=${at.data}`,
    `--exec-root=${at.exec}`,
    `--pidfile=${at.pid}`,
    `--host=unix://${at.socket}`,
    '--group=root',
    `--containerd-namespace=${name}`,
    `--containerd-plugins-namespace=${name}-plugins`,
    '--bridge=none',
    // Drills use internal networks only: the machine's forwarding stays as it is.
    '--ip-forward=false',
    '--ip-masq=false',
    '--default-address-pool=base=198.18.0.0/15,size=24',
  ];
}

/** After a crash or a reboot a pid file may name somebody else's process, and dockerd would then refuse to start. */
function removeStale(at: Paths): void {
  rmSync(at.pid, { force: true });
  rmSync(at.socket, { force: true });
  const containerd = join(at.exec, 'containerd', 'containerd.pid');
  const pid = readPid(containerd);
  if (pid !== undefined && !commandLine(pid).some((word) => word.startsWith(at.exec)))
    rmSync(containerd, { force: true });
  // Killed while it removes a network, dockerd panics over that network at every start (libnetwork, reservePools);
  // a drill's networks are of no use once their engine has ended.
  rmSync(join(at.data, 'network', 'files'), { recursive: true, force: true });
}

/** The end of a log without what merely informs; of a crash its beginning, which names the cause. */
function tail(file: string): string {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('level=info'));
  const crash = lines.findIndex((line) => line.startsWith('panic: '));
  const shown = crash === -1 ? lines.slice(-12) : lines.slice(crash, crash + 12);
  return shown.map((line) => `  ${line}`).join('\n');
}

/** What is known of our own engine, without starting it. */
export async function engineStatus(): Promise<PrivateEngineStatus> {
  const at = paths();
  const pid = runningPid(at);
  const version = pid === undefined ? undefined : await answer(at);
  return {
    running: pid !== undefined,
    host: privateEngineHost(),
    root: at.root,
    log: at.log,
    ...(pid === undefined ? {} : { pid }),
    ...(version === undefined ? {} : { version }),
  };
}

/**
 * Removes what runs left on our own engine and ends it; no other engine is touched. The images stay on disk.
 * @returns what was done, as a sentence. With nothing running that is said, not an error.
 */
export async function stopPrivateEngine(
  options: { force?: boolean; progress?: Progress } = {},
): Promise<string> {
  const at = paths();
  const pid = runningPid(at);
  if (pid === undefined) return `No private engine is running (${at.root}).`;
  const alive = liveRuns().filter((live) => live.host === privateEngineHost());
  if (alive.length > 0 && !options.force)
    throw new SetupError(
      `the private engine is in use by run ${alive.map((live) => live.run).join(', ')}; wait for it to end, or stop with --force`,
    );
  const stuck = (await answer(at)) ? await networksThatStay(dockerAt(privateEngineHost())) : [];
  options.progress?.(`stopping the private engine, pid ${pid}`);
  process.kill(pid, 'SIGTERM');
  await inTime(`see ${at.log}; if it hangs: kill -9 ${pid}`, () =>
    until('the private engine ends', 30_000, () => runningPid(at) === undefined || undefined, {
      everyMs: 50,
    }),
  );
  await unmountBelow(at.root);
  for (const id of stuck) await execa('ip', ['link', 'delete', `br-${id.slice(0, 12)}`], { reject: false });
  return `The private engine (pid ${pid}) is stopped.`;
}

/** An engine that followed one which was killed leaves the older one's mount of its data root behind. */
async function unmountBelow(root: string): Promise<void> {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((point) => point.startsWith(`${root}/`));
  for (const point of points.reverse()) await execa('umount', [point], { reject: false });
}

/** A deadline that passes here is a matter of set-up, with a way out. */
async function inTime<T>(wayOut: string, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    throw new SetupError(`${messageOf(error)}; ${wayOut}`, { cause: error });
  }
}
