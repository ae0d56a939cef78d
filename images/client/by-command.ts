/**
 * A client of whatever service: an open loop of one shell command, each with an id of its own in $ID, timed from its
 * planned moment. Exit status 0 is an acknowledgement. SIGUSR2: end the load, and have the ids that are there listed.
 */
import { spawn } from 'node:child_process';
import { after, every, moment, monotonicMs, until } from '../common/clock.ts';
import type { FoundWrite, Outcome } from '../common/protocol.ts';
import { heard, tell } from '../common/tell.ts';
import type { CommandClientConfig } from './config.ts';

const config = JSON.parse(process.env['HA_COMMAND_CLIENT'] ?? '{}') as CommandClientConfig;
const READ_BACK_DEADLINE_MS = 15_000;
const { service, everyMs, timeoutMs } = config;
const ratePerSecond = 2000 / everyMs;

let [count, isStarted, isOver] = [0, false, false];
const underway = new Set<Promise<void>>();

/** Its status, null when it took too long; and what it printed. */
function run(
  command: string,
  id: string,
  patienceMs: number,
): Promise<{ exit: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, ID: id },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (piece) => {
      output += piece;
    });
    const end = (exit: number | null) => {
      cancel();
      resolve({ exit, output });
    };
    const cancel = after(Math.max(1, patienceMs), () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      end(null);
    });
    child.on('error', () => end(127));
    child.on('close', (code) => end(code));
  });
}

async function write(plannedAt: number): Promise<void> {
  const uid = `${config.idPrefix}-${count}`;
  count += 1;
  const { exit } = await run(config.write, uid, plannedAt + timeoutMs - monotonicMs());
  const outcome: Outcome = exit === 0 ? 'ok' : exit === null ? 'indeterminate' : 'failed';
  if (outcome === 'ok' && !isStarted) {
    isStarted = true;
    tell({ kind: 'client-started', ratePerSecond, timeoutMs });
  }
  // Before the first success nobody was served yet.
  if (!isStarted) return;
  const detail = exit === 0 ? '' : exit === null ? 'no answer in time' : `exit status ${exit}`;
  tell({
    kind: 'operation',
    service,
    operation: 'write',
    uid,
    plannedAt,
    outcome,
    detail,
    node: '',
    instance: '',
  });
}

async function readBack(): Promise<void> {
  let found: FoundWrite[] = [];
  let problem = '';
  try {
    const list = async () => {
      const { exit, output } = await run(config.readBack, '', READ_BACK_DEADLINE_MS);
      return exit === 0 ? output : undefined;
    };
    const lines = (await until('what is there', READ_BACK_DEADLINE_MS, list, { everyMs: 200 })).split('\n');
    const ids = Map.groupBy(lines.map((line) => line.trim()).filter(Boolean), (id) => id);
    // A command has no numbers of a store: an id that is there twice was applied twice.
    found = [...ids].map(([uid, all]) => ({ uid, sequences: all.map((_, index) => index) }));
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  tell({ kind: 'read-back', service, asked: count, found, problem });
}

process.on('SIGTERM', () => process.exit(0));
const ended = new Promise<void>((resolve) => process.on('SIGUSR2', () => resolve()));
const stop = every(everyMs, () => {
  if (isOver) return;
  const one = write(monotonicMs());
  underway.add(one);
  void one.finally(() => underway.delete(one));
});
await ended;
isOver = true;
stop();
await Promise.race([Promise.all(underway), moment(timeoutMs * 2)]);
tell({ kind: 'client-stopped', sent: count });
await readBack();
await heard();
process.exit(0);
