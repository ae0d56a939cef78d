/** Stops processes of an instance, the last started first, each once the one before it has gone. */
import { rmSync } from 'node:fs';
import { monotonicMs, until } from '../../../common/clock.ts';
import { filesOf, socketOf } from '../program.ts';
import { type Found, lives } from './found.ts';

const LOOK_MS = 2;

export interface Stopped extends Found {
  /** From the signal to the end, in ms. */
  tookMs: number;
}

/** Only what was found running is signalled; one that has ended meanwhile is fine. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** @throws Error when it still runs after `patienceMs`. */
async function end({ name, pid }: Found, how: NodeJS.Signals, patienceMs: number): Promise<Stopped> {
  const beganMs = monotonicMs();
  signal(pid, how);
  const gone = () => (lives(pid) ? undefined : true);
  const late = () => `process ${pid} still runs${how === 'SIGKILL' ? '' : '; stop-cal -f kills it'}`;
  await until(`the end of ${name}`, patienceMs, gone, { everyMs: LOOK_MS, missing: late });
  return { name, pid, tookMs: monotonicMs() - beganMs };
}

/** @throws DeadlineError when one does not end within `patienceMs`; those that started before it then still run. */
export async function stopInOrder(
  found: readonly Found[],
  patienceMs: number,
  onStopped: (stopped: Stopped) => void = () => undefined,
): Promise<void> {
  for (const one of found.toReversed()) onStopped(await end(one, 'SIGTERM', patienceMs));
}

/** The watcher goes first: it would take the end of the others for deaths. @throws DeadlineError */
export async function killAll(
  found: readonly Found[],
  patienceMs: number,
  onStopped: (stopped: Stopped) => void = () => undefined,
): Promise<void> {
  const kill = async (one: Found) => onStopped(await end(one, 'SIGKILL', patienceMs));
  const isWatcher = ({ name }: Found) => name === 'watcher';
  await Promise.all(found.filter(isWatcher).map(kill));
  await Promise.all(found.filter((one) => !isWatcher(one)).map(kill));
}

/** What a process that was killed could not take away itself. */
export function removeTraces(runFolder: string, gone: readonly Found[]): void {
  for (const { name } of gone) {
    const { pid, settings } = filesOf(runFolder, name);
    for (const file of [pid, settings, socketOf(runFolder, name)]) rmSync(file, { force: true });
  }
}
