/** Programs that methods run: each in a session of its own, which ends with the method's timeout. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from '../../common/clock.ts';

const MOST_OUTPUT = 4096;
const PATH = '/usr/cluster/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Ended {
  /** Null when a signal ended it. */
  status: number | null;
  /** The end of what it printed, on both streams. */
  output: string;
  /** True when it was ended because it took too long. */
  late: boolean;
}

/** Heartbeats come first; what the daemon starts has no part in its priority. */
export function ordinaryPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, 0);
  } catch {
    // It has ended already.
  }
}

/** Processes whose session was opened by `leader`, zombies left out. */
export function processesOfSession(leader: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // After the program's name, which may hold anything: state, parent, process group, session.
        const [state, , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(session) === leader && state !== 'Z';
      } catch {
        return false;
      }
    });
}

export function killSession(leader: number, signal: NodeJS.Signals): void {
  for (const pid of processesOfSession(leader)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

/**
 * Runs a program as the first of a session. What is left of the session when the program has ended is let be (a START
 * leaves a server behind); when `signal` aborts or `timeoutMs` is over, the whole session is killed.
 */
export function runProgram(
  [program = '', ...args]: string[],
  options: { signal?: AbortSignal; timeoutMs?: number; env?: Record<string, string> } = {},
): Promise<Ended> {
  const { signal, timeoutMs, env } = options;
  signal?.throwIfAborted();
  const output = outputFile();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', output.file, output.file],
      env: { ...process.env, PATH, ...env },
    });
    ordinaryPriority(child);
    let late = false;
    const kill = () => {
      late = true;
      if (child.pid !== undefined) killSession(child.pid, 'SIGKILL');
    };
    const disarm = timeoutMs === undefined ? undefined : after(timeoutMs, kill);
    signal?.addEventListener('abort', kill, { once: true });
    const done = () => {
      disarm?.();
      signal?.removeEventListener('abort', kill);
      return output.close();
    };
    child.once('error', (error) => {
      done();
      reject(new Error(`${program} cannot be run: ${error.message}`, { cause: error }));
    });
    child.once('exit', (status) => resolve({ status, output: done(), late }));
  });
}

/** A file without a name, not a pipe: a server that inherits it must not be killed by writing when we no longer read. */
function outputFile(): { file: number; close: () => string } {
  const folder = mkdtempSync(join(tmpdir(), 'method-'));
  const file = openSync(join(folder, 'output'), 'a+');
  rmSync(folder, { recursive: true });
  return {
    file,
    close: () => {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, MOST_OUTPUT));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      closeSync(file);
      return buffer.toString().trim();
    },
  };
}
