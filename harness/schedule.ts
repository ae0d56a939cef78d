/** Does drills in processes of their own, a few at a time, and sees to it that each one ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { after } from './clock.ts';
import type { JobMessage, JobOrder } from './job.ts';

const program = join(import.meta.dirname, 'drill-process.ts');
/** What a drill may take beside the time that it waits for the service: set-up, reading back, taking down. */
const BESIDE_WAITING_MS = 240_000;

export interface JobEnd {
  /** What went wrong with the process itself; null when it ended by itself. */
  problem: string | null;
  /** Why this machine cannot do drills at all, if that is what it found. */
  setUpFailed: string | null;
}

/** Below everything that a drill does, so that a process that only gets ready disturbs none. */
const WHILE_WAITING = 10;

/** A process that has loaded all that a drill needs while the drill before went on: that takes half a second. */
let spare: ChildProcess | undefined;

/** Starts the process of the next drill. Only of use where there is one. */
export function keepSpare(): void {
  spare ??= start();
  priorityOf(spare, WHILE_WAITING);
}

export function dismissSpare(): void {
  spare?.kill('SIGKILL');
  spare = undefined;
}

function start(): ChildProcess {
  return fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}

function nextProcess(): ChildProcess {
  const ready = spare;
  spare = undefined;
  if (ready === undefined || !ready.connected || ready.exitCode !== null) return start();
  // Not everybody may raise a priority again: then one that has loaded nothing is the better one.
  if (priorityOf(ready, 0)) return ready;
  ready.kill('SIGKILL');
  return start();
}

function priorityOf({ pid }: ChildProcess, priority: number): boolean {
  try {
    if (pid !== undefined) setPriority(pid, priority);
    return true;
  } catch {
    return false;
  }
}

/** Does one job; resolves when its process has ended, killed by `signal` if need be. */
export function doJob(
  order: JobOrder,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<JobEnd> {
  return new Promise((resolve) => {
    const child = nextProcess();
    let said = '';
    let problem: string | null = null;
    let setUpFailed: string | null = null;
    const stop = (why: string) => {
      problem ??= why;
      child.kill('SIGKILL');
    };
    const interrupted = () => stop('interrupted');
    const limitMs = order.timeoutMs + BESIDE_WAITING_MS + procedureMs(order);
    const cancel = after(limitMs, () =>
      stop(`the drill had not ended after ${Math.round(limitMs / 1000)} s`),
    );
    signal.addEventListener('abort', interrupted);
    if (signal.aborted) interrupted();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (piece) => {
        said = `${said}${piece}`.slice(-2000);
      });
    }
    child.on('message', (message: JobMessage) => {
      if ('progress' in message) onProgress(message.progress);
      else setUpFailed = message.setUpFailed;
    });
    child.on('error', (error) => stop(`its process did not start: ${error.message}`));
    child.on('close', (code, killedBy) => {
      cancel();
      signal.removeEventListener('abort', interrupted);
      const crashed = code !== 0 && code !== 1;
      resolve({
        problem: problem ?? (crashed ? `its process ended with ${killedBy ?? code}: ${said.trim()}` : null),
        setUpFailed,
      });
    });
    hand(child, order);
  });
}

/** A procedure may take as long as its steps may, those that put right or take back included. */
function procedureMs({ runbook }: JobOrder): number {
  const { steps = [], asides = [] } = runbook?.runbook ?? {};
  return [...steps, ...asides].reduce((sum, { timeoutMs, nodes }) => sum + timeoutMs * nodes.length, 0);
}

function hand(child: ChildProcess, order: JobOrder): void {
  // A process that ended at once cannot be told anything; its end says why.
  child.send(order, () => undefined);
}
