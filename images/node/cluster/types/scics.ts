/** SUNW.scics: the calendar server as a resource. ICS_serverroot is the server's base folder (guide §6.10). */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { until } from '../../../common/clock.ts';
import { runProgram } from '../programs.ts';
import { parseMountinfo, readVfstab } from './mounts.ts';
import { logOf } from './scics-log.ts';
import type { Method, MethodContext, ResourceTypePlugin } from './type.ts';
import { mountPointsOf } from './vfstab.ts';

const [USER, GROUP] = ['icsuser', 'icsgroup'];
const RUN_FOLDER = '/var/run/ics';
/** Of the stop's timeout, for an orderly end; the rest is for `stop-cal -f` and what that leaves. */
const ORDERLY_SHARE = 0.8;
const LOOK_MS = 5;

function serverRoot({ property }: MethodContext): string {
  const root = property('ICS_serverroot');
  if (root === '') throw new Error('ICS_serverroot is not set: the agent does not know where the server is');
  if (!root.startsWith('/')) throw new Error(`ICS_serverroot is "${root}", which is not an absolute path`);
  return normalize(root).replace(/\/$/, '');
}

function program(context: MethodContext, name: string): string {
  return join(serverRoot(context), 'sbin', name);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Tag of the server under the process monitor facility. */
function tagOf({ resource }: MethodContext): string {
  return `${resource.group},${resource.name},0.svc`;
}

/** The mount point of /etc/vfstab that a path lies on while nothing is mounted there on this node. Pure. */
export function unmountedAbove(path: string, vfstab: string, mountinfo: string): string | undefined {
  const mounted = parseMountinfo(mountinfo).map(({ point }) => point);
  return mountPointsOf(vfstab).find(
    (point) => (path === point || path.startsWith(`${point}/`)) && !mounted.includes(point),
  );
}

/** The server must be installed here, unless it lies on a shared disk that another node has. */
async function needInstalled(context: MethodContext): Promise<void> {
  const log = logOf(context);
  const [root, path] = [serverRoot(context), program(context, 'start-cal')];
  if (isThere(path)) return;
  const point = unmountedAbove(root, await readVfstab(), readFileSync('/proc/self/mountinfo', 'utf8'));
  if (point === undefined)
    throw new Error(`${path} is not there: ICS_serverroot must be the same installation on all nodes`);
  log('warning', 'ICS_serverroot %s lies on %s, which is not mounted on this node now', root, point);
}

const validate: Method = async (context) => {
  try {
    await needInstalled(context);
  } catch (error) {
    logOf(context)('err', 'Failed to get the configuration info');
    throw error;
  }
};

const start: Method = async (context) => {
  const log = logOf(context);
  if (!hasLine('/etc/group', GROUP)) throw new Error(`group ${GROUP} does not exist on this node`);
  log('debug', 'Groupname %s exists.', GROUP);
  if (!hasLine('/etc/passwd', USER)) throw new Error(`user ${USER} does not exist on this node`);
  log('debug', 'Username %s %s', USER, GROUP);
  log('debug', 'ICS_serverroot = %s', serverRoot(context));
  const path = program(context, 'start-cal');
  if (!isThere(path)) {
    log('err', 'Failed to get the configuration info');
    throw new Error(`${path} is not there: is the server installed, and its disk mounted?`);
  }
  log('info', 'Attempting to start the data service under process monitor facility.');
  await startMonitored(context, path);
  log('info', 'The data service serves: %s', serverRoot(context));
  context.setStatus('Online', 'Service is online.');
};

function hasLine(file: string, name: string): boolean {
  return readFileSync(file, 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${name}:`));
}

/**
 * start-cal ends when the server serves; what it leaves behind is what the process monitor watches from then on. That
 * ends as a whole when the server's own watcher gives up: the cluster then has to do what the watcher cannot.
 */
const MONITORED = '"$0" >"$1.output" 2>&1; echo $? >"$1.new"; mv "$1.new" "$1"';

async function startMonitored(context: MethodContext, path: string): Promise<void> {
  const { processes, signal, timeoutMs, resource } = context;
  const tag = tagOf(context);
  mkdirSync(RUN_FOLDER, { recursive: true });
  const status = join(RUN_FOLDER, `${resource.name}.started`);
  rmSync(status, { force: true });
  // What an earlier start has left must not be taken for this one.
  await processes.stop(tag, 'SIGKILL', timeoutMs);
  try {
    await processes.start(tag, ['/bin/sh', '-c', MONITORED, path, status], null);
    const look = () => contentOf(status);
    const ended = await until('the end of start-cal', timeoutMs, look, { everyMs: LOOK_MS, signal });
    if (ended !== '0')
      throw new Error(`start-cal ended with status ${ended}: ${contentOf(`${status}.output`) ?? ''}`);
    if (!processes.running(tag)) throw new Error('start-cal has started nothing that is still running');
  } catch (error) {
    await processes.stop(tag, 'SIGKILL', timeoutMs * (1 - ORDERLY_SHARE));
    throw error;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

const stop: Method = async (context) => {
  const log = logOf(context);
  const { processes, timeoutMs, signal } = context;
  const [tag, path] = [tagOf(context), program(context, 'stop-cal')];
  // From here on the end of the server is no failure of it.
  void processes.stop(tag, null, 0);
  if (isThere(path)) {
    log('debug', 'Stopping the data service with %s', path);
    const orderly = await runProgram([path], { signal, timeoutMs: timeoutMs * ORDERLY_SHARE });
    if (orderly.status !== 0) {
      log('warning', 'stop-cal did not stop the server, so it is killed: %s', orderly.output);
      await runProgram([path, '-f'], { signal });
    }
  }
  if (!(await processes.stop(tag, 'SIGKILL', timeoutMs * (1 - ORDERLY_SHARE))))
    throw new Error('processes of the calendar server are left, though they were killed');
  log('info', 'The data service has been stopped.');
  if (context.config.sabotage === 'stop-leaves-process') leaveOneBehind(serverRoot(context));
  context.setStatus('Offline', '');
};

/** The sabotage: something under the name of a process of the server is there for another second, and does nothing. */
function leaveOneBehind(root: string): void {
  spawn('sh', ['-c', 'sleep 1; :', `${root}/lib/csadmind.ts`, root], { stdio: 'ignore' });
}

async function probe(context: MethodContext, signal: AbortSignal): Promise<void> {
  const log = logOf(context);
  const { status, output } = await runProgram([program(context, 'probe-cal')], { signal });
  signal.throwIfAborted();
  log('debug', 'The probe ended with status %s', String(status));
  if (status !== 0) throw new Error(output === '' ? `probe-cal ended with status ${status}` : output);
  // It serves, but something about it must be seen to.
  if (output !== '') log('warning', '%s', output);
}

const monitorStart: Method = async (context) => {
  logOf(context)('debug', 'Starting the fault monitor');
  const { monitor, processes, property } = context;
  monitor.start({
    name: 'ics_probe',
    intervalMs: Number(property('Thorough_probe_interval')) * 1000,
    timeoutMs: Number(property('Probe_timeout')) * 1000,
    run: (signal, log) => probe({ ...context, log }, signal),
    death: () =>
      processes.running(tagOf(context)) ? undefined : 'no process of the calendar server is left',
  });
};

export const scics: ResourceTypePlugin = {
  type: 'SUNW.scics',
  methods: {
    VALIDATE: validate,
    START: start,
    STOP: stop,
    MONITOR_START: monitorStart,
    MONITOR_STOP: ({ monitor }) => monitor.stop(),
    MONITOR_CHECK: needInstalled,
  },
};
